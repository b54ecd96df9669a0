SELECT made.key, instance.euid
  FROM tapdb_idempotency_key AS made
  JOIN generic_instance AS instance ON instance.uuid = made.instance_uuid
 WHERE made.template_uuid = :template AND made.key IN (SELECT jsonb_array_elements_text(CAST(:keys AS jsonb)))
