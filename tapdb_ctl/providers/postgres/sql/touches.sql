-- Who changed these templates by hand since their last apply, to the second, the last five of each.
--
-- What an apply itself logged is told by time: it writes its ledger entry after its templates, which it keeps locked
-- against all other writers until it commits, so everybody else's rows are dated after that entry. The transaction's
-- number is looked at besides, for a clock that was set back meanwhile; alone it would not do, since a restored log has
-- other numbers, and after four billion transactions they come again.
WITH asked AS (
    SELECT * FROM unnest(%(codes)s::text[], %(since)s::timestamptz[], %(xids)s::text[]) AS a (code, since, xid)
), touch AS (
    SELECT a.code, l.changed_by, date_trunc('second', l.changed_at) AS at,
           array_agg(DISTINCT CASE l.operation_type WHEN 'DELETE' THEN 'is_deleted' ELSE l.column_name END) AS columns
      FROM asked AS a
      JOIN generic_template AS t
        ON (t.category, t.type, t.subtype, t.version)
           = (split_part(a.code, '/', 1), split_part(a.code, '/', 2), split_part(a.code, '/', 3),
              split_part(a.code, '/', 4))
      JOIN audit_log AS l ON l.rel_table_euid_fk = t.euid
     WHERE l.rel_table_name = 'generic_template' AND l.changed_at > a.since AND l.xmin::text <> a.xid
     GROUP BY a.code, l.changed_by, date_trunc('second', l.changed_at)
), counted AS (
    SELECT *, row_number() OVER (PARTITION BY code ORDER BY at DESC, changed_by) AS place FROM touch
)
SELECT code, changed_by, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), array_remove(columns, NULL)
  FROM counted
 WHERE place <= 5
 ORDER BY code, at DESC, changed_by
