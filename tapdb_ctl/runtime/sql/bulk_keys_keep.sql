UPDATE tapdb_idempotency_key AS claimed
   SET instance_uuid = made.uuid
  FROM ROWS FROM (jsonb_array_elements_text(CAST(:keys AS jsonb)), unnest(CAST(:uuids AS bigint[]))) AS made (key, uuid)
 WHERE claimed.template_uuid = :template AND claimed.key = made.key
