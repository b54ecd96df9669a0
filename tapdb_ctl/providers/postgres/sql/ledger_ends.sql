-- Of what catalogues own: the last change of each address until an entry. A renaming touches two addresses. Contents
-- are fetched for these alone.
WITH touched (address, ledger_id, ordinal) AS (
    SELECT address, ledger_id, ordinal
      FROM tapdb_ledger_change
     WHERE ledger_id <= %(number)s AND catalog IS NOT NULL
    UNION ALL
    SELECT previous_address, ledger_id, ordinal
      FROM tapdb_ledger_change
     WHERE ledger_id <= %(number)s AND catalog IS NOT NULL AND previous_address IS NOT NULL
), ends AS (
    SELECT DISTINCT last.ledger_id, last.ordinal
      FROM (SELECT DISTINCT ON (address) ledger_id, ordinal
              FROM touched
             ORDER BY address, ledger_id DESC, ordinal DESC) AS last
)
SELECT c.address, c.action, c.reason, c.catalog, c.previous_address, c.previous_catalog, c.before::text, c.after::text
  FROM tapdb_ledger_change AS c
  JOIN ends AS e ON (e.ledger_id, e.ordinal) = (c.ledger_id, c.ordinal)
 ORDER BY c.ledger_id, c.ordinal
