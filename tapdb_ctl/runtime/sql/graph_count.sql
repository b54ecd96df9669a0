SELECT count(*) FROM met
