-- The last entry until a moment, which a number or a time names; the entries that there are; and how many were removed
-- before and since: each apply counted one revision.
WITH bounds AS (
    SELECT min(id) AS first, max(id) AS last, count(*) AS entries,
           max(id) FILTER (WHERE id = %(number)s OR applied_at <= %(time)s) AS number
      FROM tapdb_ledger
), until AS (
    SELECT coalesce(max(l.catalog_revision), 0) AS revision, count(*) AS entries
      FROM tapdb_ledger AS l, bounds AS b
     WHERE l.id <= b.number
)
SELECT b.number, b.first, b.last, u.revision - u.entries,
       (SELECT coalesce(max(catalog_revision), b.last) FROM tapdb_meta) - u.revision - (b.entries - u.entries)
  FROM bounds AS b, until AS u
