-- NULL while the transaction has written nothing.
SELECT CAST(pg_current_xact_id_if_assigned() AS text)
