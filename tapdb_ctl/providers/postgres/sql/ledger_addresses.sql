SELECT address FROM tapdb_ledger_change
UNION
SELECT previous_address FROM tapdb_ledger_change WHERE previous_address IS NOT NULL
