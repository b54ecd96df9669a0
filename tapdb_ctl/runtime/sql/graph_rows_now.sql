-- As graph_now.sql, for rows alone. Edges are deleted along with their instances, so a walk hardly ever comes to a deleted
-- one: this looks for them afterwards, in the rows that it fetches anyway, and walks again with care where there are any.
WITH RECURSIVE reach (uuid, level) AS (
    SELECT uuid, interval '0' FROM generic_instance AS instance WHERE {origins}
    UNION
    SELECT step.uuid, walk.level + make_interval(days => 1, hours => -24)
    FROM reach AS walk CROSS JOIN LATERAL (
        {steps}
    ) AS step (uuid)
    WHERE date_part('day', walk.level) < :depth
), node AS MATERIALIZED (
    SELECT instance.uuid, euid, name, polymorphic_discriminator, bstatus, is_deleted,
        CAST(date_part('day', level) AS integer) AS depth
    FROM reach JOIN generic_instance AS instance ON instance.uuid = reach.uuid
), {carefully}
SELECT uuid, euid, name, polymorphic_discriminator, bstatus, depth
FROM node WHERE depth >= {nearest} AND NOT EXISTS (SELECT FROM node WHERE is_deleted)
UNION ALL
SELECT walk.uuid, euid, name, polymorphic_discriminator, bstatus, CAST(date_part('day', level) AS integer)
FROM walk JOIN generic_instance AS instance ON instance.uuid = walk.uuid WHERE date_part('day', level) >= {nearest}
ORDER BY depth, uuid
