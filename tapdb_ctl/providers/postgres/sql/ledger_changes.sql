SELECT address, action, reason, catalog, previous_address, previous_catalog, before::text, after::text
  FROM tapdb_ledger_change
 WHERE ledger_id = %(number)s
 ORDER BY ordinal
