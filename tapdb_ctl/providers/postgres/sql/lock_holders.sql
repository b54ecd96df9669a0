-- Who keeps us waiting: the holders of tapdb's advisory lock, and whoever uses the tables that are wanted.
SELECT DISTINCT coalesce(nullif(a.application_name, ''), 'an unnamed session'), a.pid,
       date_trunc('second', a.xact_start)::text
  FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
 WHERE l.granted
   AND l.pid <> pg_backend_pid()
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND (   (l.locktype = 'advisory' AND l.objsubid = 1
            AND (l.classid::bigint << 32 | l.objid::bigint) = %(key)s)
        OR (l.relation IN (SELECT c.oid
                             FROM pg_catalog.pg_class AS c
                             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                            WHERE n.nspname = %(schema)s
                              AND c.relname = ANY (%(tables)s))
            AND l.mode <> 'AccessShareLock'))
 ORDER BY 3
