-- The tables, free-standing sequences and functions of the managed schema, whoever made them.
SELECT array(SELECT c.relname::text
               FROM pg_catalog.pg_class AS c
              WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              ORDER BY 1),
       array(SELECT c.relname::text
               FROM pg_catalog.pg_class AS c
              WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace AND c.relkind = 'S'
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                                 WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
              ORDER BY 1),
       array(SELECT DISTINCT p.proname::text
               FROM pg_catalog.pg_proc AS p
              WHERE p.pronamespace = quote_ident(%(schema)s)::regnamespace
              ORDER BY 1)
