-- What became of names and owners after an entry; values only of what was adopted.
SELECT address, previous_address, CASE WHEN after IS NOT NULL THEN catalog END, reason,
       CASE WHEN reason = %(adopted)s THEN coalesce(previous_address, address) END,
       CASE WHEN reason = %(adopted)s THEN before::text END
  FROM tapdb_ledger_change
 WHERE ledger_id > %(number)s AND catalog IS NOT NULL
 ORDER BY ledger_id, ordinal
