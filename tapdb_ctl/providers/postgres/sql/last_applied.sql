-- What the last apply left of each address, and when: for what a catalogue owns, the change that its ownership points
-- at; for anything else, the last change of that address. One more row, without an address, tells which schema was
-- built.
SELECT NULL AS address, m.schema_digest AS document, NULL::timestamptz AS at, NULL::text AS xid
  FROM tapdb_meta AS m
UNION ALL
SELECT a.address, c.after::text, l.applied_at, l.transaction_id::xid::text
  FROM unnest(%(addresses)s::text[]) AS a (address)
  LEFT JOIN tapdb_ownership AS o ON o.address = a.address
 CROSS JOIN LATERAL (
           SELECT owned.after, owned.ledger_id
             FROM tapdb_ledger_change AS owned
            WHERE owned.ledger_id = o.ledger_id AND owned.ordinal = o.ordinal
            UNION ALL
           (SELECT free.after, free.ledger_id
              FROM tapdb_ledger_change AS free
             WHERE o.address IS NULL AND free.address = a.address AND free.catalog IS NULL
             ORDER BY free.ledger_id DESC
             LIMIT 1)) AS c
  JOIN tapdb_ledger AS l ON l.id = c.ledger_id
