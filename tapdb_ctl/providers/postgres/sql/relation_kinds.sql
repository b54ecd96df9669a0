-- Which of these names are tables or sequences of the managed schema.
SELECT c.relname::text, c.relkind::text
  FROM pg_catalog.pg_class AS c
 WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace
   AND c.relname = ANY (%(names)s)
   AND c.relkind IN ('r', 'p', 'S')
