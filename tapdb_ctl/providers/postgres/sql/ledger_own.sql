-- Ownership follows the ledger: what an entry leaves in place is owned, what it takes away is not. Each
-- owned address points at the change that last applied it. What only goes after the transaction stays owned until then,
-- so that a drop that fails is tried again.
WITH entry AS (
    SELECT * FROM tapdb_ledger_change WHERE ledger_id = %(ledger)s
), released AS (
    DELETE FROM tapdb_ownership AS o USING entry AS c
     WHERE o.address = c.address AND c.after IS NULL AND c.address <> ALL (%(later)s)
        OR o.address = c.previous_address
), moved AS (
    UPDATE tapdb_meta SET catalog_revision = catalog_revision + 1
)
INSERT INTO tapdb_ownership (address, catalog, prevent_destroy, ledger_id, ordinal)
SELECT c.address, c.catalog, (c.after ->> 'prevent_destroy')::boolean, c.ledger_id, c.ordinal
  FROM entry AS c
 WHERE c.after IS NOT NULL AND c.catalog IS NOT NULL
    ON CONFLICT (address) DO UPDATE
   SET catalog = excluded.catalog,
       prevent_destroy = excluded.prevent_destroy,
       ledger_id = excluded.ledger_id,
       ordinal = excluded.ordinal
