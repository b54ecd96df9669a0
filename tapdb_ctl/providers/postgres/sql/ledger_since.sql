-- What became of names and owners after an entry; values only of what was nobody's and in use. A document tells the
-- protection of what is owned, and of nothing else.
SELECT address, previous_address, CASE WHEN after IS NOT NULL THEN catalog END,
       CASE WHEN NOT before ? 'prevent_destroy' AND before ->> 'is_deleted' IS DISTINCT FROM 'true' THEN before::text END
  FROM tapdb_ledger_change
 WHERE ledger_id > %(number)s AND catalog IS NOT NULL
 ORDER BY ledger_id, ordinal
