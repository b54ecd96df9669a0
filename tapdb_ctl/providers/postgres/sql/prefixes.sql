-- Identity prefixes, and the sequences that number EUIDs with what is unusual about them: how they count, and that one
-- stands behind a number in use. Nothing else is told of where it stands, since that moves with every EUID.
--
-- A sequence is looked at after the snapshot was taken in which its rows are seen, and it was past each of them before
-- that could be, so that writers raise no alarm; nor does a replica, where it is ahead. `unsure` is the number in use
-- where nothing was drawn since the sequence was made or restarted, for then no function says where it stands.
WITH sequence AS (
    SELECT q.*, c.relname::text AS name, n.holder, n.prefix,
           c.relpersistence = 'p' AND has_sequence_privilege(c.oid, 'SELECT') AS readable
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = c.oid
     CROSS JOIN LATERAL (
               SELECT CASE m[2] WHEN 'instance' THEN 'generic_instance' WHEN 'user' THEN 'tapdb_user'
                                ELSE 'audit_log' END, upper(m[1])
                 FROM regexp_match(c.relname, '^([a-z]{2,3})_(instance|user|audit)_seq$') AS m
                WHERE m IS NOT NULL
                UNION ALL
               SELECT f.*
                 FROM (VALUES ('generic_template', 'GT'), ('generic_instance_lineage', 'GN')) AS f
                WHERE c.relname = f.column1 || '_seq') AS n (holder, prefix)
     WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace
), reached AS (
    SELECT s.*,
           CASE WHEN s.readable THEN CASE s.holder WHEN '' THEN NULL::bigint
{highest}
           END END AS used,
           CASE WHEN s.readable THEN pg_sequence_last_value(s.seqrelid) END AS drawn
      FROM sequence AS s
)
SELECT 'identity' AS kind, entity AS name, prefix AS value, NULL::text AS unusual, NULL::bigint AS unsure
  FROM tapdb_identity_prefix_config
UNION ALL
SELECT 'sequence', s.name, NULL, jsonb_strip_nulls(jsonb_build_object(
           'type', nullif(format_type(s.seqtypid, NULL), 'bigint'),
           'increment', nullif(s.seqincrement, 1),
           'minimum', nullif(s.seqmin, 1),
           'maximum', nullif(s.seqmax, 9223372036854775807),
           'cache', nullif(s.seqcache, 1),
           'cycle', nullif(s.seqcycle, false),
           'behind', nullif(s.drawn < s.used, false)))::text,
       CASE WHEN s.drawn IS NULL THEN s.used END
  FROM reached AS s
