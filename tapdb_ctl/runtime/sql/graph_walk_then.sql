walk ({origin}uuid, level) AS (
    SELECT {begins}instance.uuid, interval '0'
    FROM generic_instance AS instance LEFT JOIN was_instance AS was ON was.uuid = instance.uuid
    WHERE {origins} AND coalesce(was.is_live, NOT instance.is_deleted)
    UNION
    SELECT {goes_on}instance.uuid, walk.level + make_interval(days => 1, hours => -24)
    FROM walk LEFT JOIN was_step ON was_step.near = walk.uuid
    CROSS JOIN LATERAL (
        {steps}
        UNION ALL SELECT unnest(was_step.far), NULL
    ) AS step (uuid, edge)
    LEFT JOIN was_edge ON was_edge.uuid = step.edge
    JOIN generic_instance AS instance ON instance.uuid = step.uuid
    LEFT JOIN was_instance AS was ON was.uuid = instance.uuid
    WHERE date_part('day', walk.level) < :depth AND was_edge.uuid IS NULL
        AND coalesce(was.is_live, NOT instance.is_deleted)
)
