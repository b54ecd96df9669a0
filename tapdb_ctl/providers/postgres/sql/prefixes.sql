-- Identity prefixes, and the sequences among those that prefixes and identities need, with what is unusual about them.
-- Where a sequence stands is never read: it moves with every EUID.
SELECT 'identity' AS kind, entity AS name, prefix AS value, NULL::text AS unusual FROM tapdb_identity_prefix_config
UNION ALL
SELECT 'sequence', c.relname, NULL, jsonb_strip_nulls(jsonb_build_object(
           'type', nullif(format_type(s.seqtypid, NULL), 'bigint'),
           'increment', nullif(s.seqincrement, 1),
           'minimum', nullif(s.seqmin, 1),
           'maximum', nullif(s.seqmax, 9223372036854775807),
           'cache', nullif(s.seqcache, 1),
           'cycle', nullif(s.seqcycle, false)))::text
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = c.oid
 WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace
   AND c.relname ~ '^[a-z]{2,3}_(instance|user|audit)_seq$'
