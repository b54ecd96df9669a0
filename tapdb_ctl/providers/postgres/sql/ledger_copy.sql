COPY tapdb_ledger_change (ledger_id, ordinal, address, action, catalog, before, after) FROM STDIN (FORMAT csv)
