-- Identity prefixes and the sequences that exist among those that prefixes and identities need.
SELECT 'identity' AS kind, entity AS name, prefix AS value FROM tapdb_identity_prefix_config
UNION ALL
SELECT 'sequence', c.relname, NULL
  FROM pg_catalog.pg_class AS c
 WHERE c.relkind = 'S'
   AND c.relnamespace = quote_ident(%(schema)s)::regnamespace
   AND c.relname ~ '^[a-z]{2,3}_(instance|user|audit)_seq$'
