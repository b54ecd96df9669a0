-- In one order, so that two who change the same instances do not wait for each other.
SELECT uuid, euid, name, template_uuid, CAST(json_addl AS text) AS document, is_deleted
  FROM generic_instance
 WHERE uuid = ANY (CAST(:uuids AS bigint[]))
 ORDER BY uuid
   FOR NO KEY UPDATE
