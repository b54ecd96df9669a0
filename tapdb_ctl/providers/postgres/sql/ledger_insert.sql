INSERT INTO tapdb_ledger (environment, actor, tool_version, plan_digest, manifest_digest, catalog_revision,
                          transaction_id, duration_ms, changes, summary, context)
SELECT %(environment)s, %(actor)s, %(tool_version)s, %(plan_digest)s, %(manifest_digest)s, m.catalog_revision + 1,
       pg_current_xact_id(), %(duration_ms)s, %(changes)s, %(summary)s::jsonb, %(context)s::jsonb
  FROM tapdb_meta AS m
RETURNING id
