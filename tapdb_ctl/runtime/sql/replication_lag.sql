-- A standby that has replayed all that it received is not behind, however long ago the last transaction was.
SELECT CASE WHEN pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn()
            THEN CAST(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS double precision)
            ELSE 0 END
