SELECT pg_xact_status(CAST(CAST(:id AS text) AS xid8))
