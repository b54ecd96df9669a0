-- In one order, so that two who want the same keys do not wait for each other.
INSERT INTO tapdb_idempotency_key (template_uuid, key)
SELECT :template, wanted.key
  FROM jsonb_array_elements_text(CAST(:keys AS jsonb)) AS wanted (key)
 ORDER BY wanted.key COLLATE "C"
ON CONFLICT DO NOTHING
RETURNING key
