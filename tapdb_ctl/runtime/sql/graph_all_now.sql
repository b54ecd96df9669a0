walk AS (SELECT uuid, interval '0' AS level FROM generic_instance WHERE NOT is_deleted)
