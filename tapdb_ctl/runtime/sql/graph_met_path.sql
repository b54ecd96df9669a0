-- From the goal back to the origin, always by the oldest edge. `way` is a map: nothing else that a statement makes
-- itself can be looked into without reading all of it.
way AS MATERIALIZED (
    SELECT jsonb_object_agg(uuid, hop) AS hops FROM (
        SELECT DISTINCT ON (uuid) uuid, hop FROM (
            {rungs}
        ) AS rung (uuid, edge, hop) ORDER BY uuid, edge
    ) AS oldest
), trail (uuid, place, hop) AS (
    SELECT walk.uuid, 0, hops -> CAST(walk.uuid AS text) FROM walk, way WHERE walk.uuid = :goal
    UNION ALL
    SELECT CAST(trail.hop ->> 0 AS bigint), place + 1, hops -> (trail.hop ->> 0) FROM trail, way WHERE trail.hop IS NOT NULL
), met AS (
    SELECT uuid, make_interval(days => place) AS level FROM trail
)
