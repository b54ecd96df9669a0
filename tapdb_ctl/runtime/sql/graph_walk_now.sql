walk ({origin}uuid, level) AS (
    SELECT {begins}instance.uuid, interval '0' FROM generic_instance AS instance WHERE {origins} AND NOT is_deleted
    UNION
    SELECT {goes_on}instance.uuid, walk.level + make_interval(days => 1, hours => -24)
    FROM walk CROSS JOIN LATERAL (
        {steps}
    ) AS step (uuid)
    JOIN generic_instance AS instance ON instance.uuid = step.uuid AND NOT instance.is_deleted
    WHERE date_part('day', walk.level) < :depth
)
