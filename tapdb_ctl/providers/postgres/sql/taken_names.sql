-- What stands where relations of these names are to be made.
SELECT c.relname::text, pg_describe_object('pg_class'::regclass, c.oid, 0)
  FROM pg_catalog.pg_class AS c
 WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace
   AND c.relname = ANY (%(names)s)
