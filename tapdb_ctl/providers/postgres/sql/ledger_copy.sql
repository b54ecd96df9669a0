COPY tapdb_ledger_change (ledger_id, ordinal, address, action, reason, catalog, previous_address, previous_catalog, before,
                          after)
  FROM STDIN (FORMAT csv)
