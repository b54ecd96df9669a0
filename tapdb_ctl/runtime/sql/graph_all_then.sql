walk AS (
    SELECT instance.uuid, interval '0' AS level
    FROM generic_instance AS instance LEFT JOIN was_instance AS was ON was.uuid = instance.uuid
    WHERE coalesce(was.is_live, NOT instance.is_deleted)
)
