-- Locked in one order first, so that two who delete the same instances do not wait for each other.
WITH wanted AS MATERIALIZED (
    SELECT uuid FROM generic_instance
     WHERE uuid = ANY (CAST(:uuids AS bigint[])) AND is_deleted <> :is_deleted
     ORDER BY uuid
       FOR NO KEY UPDATE
)
UPDATE generic_instance AS instance
   SET is_deleted = :is_deleted
  FROM wanted
 WHERE instance.uuid = wanted.uuid
RETURNING instance.uuid
