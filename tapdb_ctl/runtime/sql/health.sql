SELECT current_setting('server_version') AS server_version,
       CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END AS role,
       CAST(session_user AS text) AS login,
       current_database() AS database,
       to_regclass('generic_instance') IS NOT NULL AS usable,
       to_regclass('tapdb_meta') IS NOT NULL AS managed
