-- The last entry until a moment, which a number or a time names; the entries that there are; and how many were lost
-- before and since: each apply counted one revision, and each entry counts its changes.
WITH bounds AS (
    SELECT min(id) AS first, max(id) AS last, count(*) AS entries,
           max(id) FILTER (WHERE id = %(number)s OR applied_at <= %(time)s) AS number
      FROM tapdb_ledger
), kept AS (
    SELECT ledger_id, count(*) AS changes
      FROM tapdb_ledger_change
     GROUP BY ledger_id
), emptied AS (
    SELECT count(*) FILTER (WHERE l.id <= b.number) AS before, count(*) FILTER (WHERE l.id > b.number) AS since
      FROM bounds AS b, tapdb_ledger AS l
      LEFT JOIN kept AS k ON k.ledger_id = l.id
     WHERE l.changes <> coalesce(k.changes, 0)
), until AS (
    SELECT coalesce(max(l.catalog_revision), 0) AS revision, count(*) AS entries
      FROM tapdb_ledger AS l, bounds AS b
     WHERE l.id <= b.number
)
SELECT b.number, b.first, b.last,
       u.revision - u.entries + e.before,
       (SELECT coalesce(max(catalog_revision), b.last) FROM tapdb_meta) - u.revision - (b.entries - u.entries) + e.since
  FROM bounds AS b, until AS u, emptied AS e
