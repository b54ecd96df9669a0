-- Pins what the meaning of our statements depends on, for this transaction only where `local` (poolers hand
-- sessions on), and reads what decides whether tapdb can work here. One round trip.
SELECT set_config('search_path', quote_ident(%(schema)s) || ', pg_temp', %(local)s),
       set_config('TimeZone', 'UTC', %(local)s),
       set_config('DateStyle', 'ISO, YMD', %(local)s),
       set_config('quote_all_identifiers', 'off', %(local)s),
       set_config('jit', 'off', %(local)s),
       set_config('application_name', %(application_name)s, %(local)s),
       set_config('statement_timeout', %(statement_timeout)s, %(local)s),
       set_config('lock_timeout', %(lock_timeout)s, %(local)s),
       -- A client that the network swallowed must not keep its locks: the system's own keepalive takes two hours.
       set_config('idle_in_transaction_session_timeout', %(idle_timeout)s, %(local)s),
       set_config('tcp_keepalives_idle', '30', %(local)s),
       set_config('tcp_keepalives_interval', '10', %(local)s),
       set_config('tcp_keepalives_count', '3', %(local)s),
       set_config('session.current_username', %(actor)s, %(local)s),
       current_setting('server_version_num')::integer AS version,
       current_setting('server_encoding') AS encoding,
       pg_is_in_recovery() AS replica,
       there.managed,
       there.populated
  -- Not to_regclass: it answers from a cache, which waiting for another apply's lock does not refresh.
  FROM (SELECT coalesce(bool_or(c.relname = 'tapdb_meta'), false) AS managed,
               coalesce(bool_or(c.relname = 'generic_template'), false) AS populated
          FROM pg_catalog.pg_class AS c
          JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s
           AND c.relname IN ('tapdb_meta', 'generic_template')) AS there
