-- What is live. `walk` meets each instance once, nearest first, so cycles end it and diamonds cost nothing.
--
-- `level` counts the steps without telling instances apart: so many days, and as many times 24 hours back. Intervals of
-- equal length are equal, this one is always of none, and of equal rows UNION keeps the first.
WITH RECURSIVE walk ({origin}uuid, level) AS (
    SELECT {begins}instance.uuid, interval '0' FROM generic_instance AS instance WHERE {origins} AND NOT is_deleted
    UNION
    SELECT {goes_on}instance.uuid, walk.level + make_interval(days => 1, hours => -24)
    FROM walk CROSS JOIN LATERAL (
        {steps}
    ) AS step (uuid)
    JOIN generic_instance AS instance ON instance.uuid = step.uuid AND NOT instance.is_deleted
    WHERE date_part('day', walk.level) < :depth
), edge AS (
    SELECT edge.uuid, edge.euid, parent_instance_uuid, child_instance_uuid, relationship_type,
        date_part('day', parent.level) AS parent_depth, date_part('day', child.level) AS child_depth
    FROM walk AS parent
    JOIN generic_instance_lineage AS edge ON edge.parent_instance_uuid = parent.uuid AND NOT edge.is_deleted {related}
    JOIN walk AS child ON child.uuid = edge.child_instance_uuid
), met AS (
    SELECT * FROM walk {only}
), node AS (
    SELECT {origin}instance.uuid, euid, name, polymorphic_discriminator, bstatus,
        CAST(date_part('day', level) AS integer) AS depth
    FROM met JOIN generic_instance AS instance ON instance.uuid = met.uuid
)
