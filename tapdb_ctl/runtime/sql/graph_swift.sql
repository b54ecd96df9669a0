-- As graph_now.sql, for rows alone, and without looking out for deleted instances: edges are deleted along with their
-- instances, so a walk hardly ever comes to one. Where it does, that row has no depth, and the walk is to be done again
-- with care. Sorted before names join in, since that is half the work.
WITH RECURSIVE walk (uuid, level) AS (
    SELECT instance.uuid, interval '0' FROM generic_instance AS instance WHERE {origins}
    UNION
    SELECT step.uuid, walk.level + make_interval(days => 1, hours => -24)
    FROM walk CROSS JOIN LATERAL (
        {steps}
    ) AS step (uuid)
    WHERE date_part('day', walk.level) < :depth
), met AS (
    SELECT uuid, CAST(date_part('day', level) AS integer) AS depth FROM walk
    WHERE date_part('day', level) >= {nearest} ORDER BY depth, uuid
)
SELECT instance.uuid, euid, name, polymorphic_discriminator, bstatus, CASE WHEN NOT is_deleted THEN met.depth END
FROM met JOIN generic_instance AS instance ON instance.uuid = met.uuid
ORDER BY met.depth, met.uuid
