-- Who keeps us waiting: the holders of tapdb's advisory lock and of conflicting locks on the templates.
SELECT DISTINCT coalesce(nullif(a.application_name, ''), 'an unnamed session'), a.pid,
       date_trunc('second', a.xact_start)::text
  FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
 WHERE l.granted
   AND l.pid <> pg_backend_pid()
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND (   (l.locktype = 'advisory' AND l.objsubid = 1
            AND (l.classid::bigint << 32 | l.objid::bigint) = %(key)s)
        OR (l.relation = to_regclass('generic_template')
            AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')))
 ORDER BY 3
