-- What is NULL stays; a row that stays as it is, is not written.
UPDATE generic_instance AS instance
   SET name = coalesce(given.name, instance.name), bstatus = coalesce(given.status, instance.bstatus),
       json_addl = coalesce(nullif(given.document, 'null'), instance.json_addl)
  FROM ROWS FROM (
           unnest(CAST(:uuids AS bigint[])), jsonb_array_elements_text(CAST(:names AS jsonb)),
           jsonb_array_elements_text(CAST(:statuses AS jsonb)), jsonb_array_elements(CAST(:documents AS jsonb))
       ) AS given (uuid, name, status, document)
 WHERE instance.uuid = given.uuid
   AND (instance.name, instance.bstatus, instance.json_addl)
       IS DISTINCT FROM (
           coalesce(given.name, instance.name), coalesce(given.status, instance.bstatus),
           coalesce(nullif(given.document, 'null'), instance.json_addl)
       )
RETURNING instance.uuid, instance.modified_dt
