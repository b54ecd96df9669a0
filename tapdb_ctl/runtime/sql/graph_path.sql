, rung (near, near_depth, far, far_depth) AS MATERIALIZED (
    {rungs}
), trail (uuid, depth) AS (
    SELECT uuid, CAST(date_part('day', level) AS integer) FROM walk WHERE uuid = :goal
    UNION
    SELECT rung.near, trail.depth - 1
    FROM trail JOIN rung ON rung.far = trail.uuid AND rung.near_depth = trail.depth - 1
)
SELECT false AS is_edge, node.uuid, euid, name, polymorphic_discriminator, bstatus, node.depth,
    CAST(NULL AS bigint) AS parent, CAST(NULL AS bigint) AS child
FROM trail JOIN node ON node.uuid = trail.uuid
UNION ALL
SELECT true, edge.uuid, edge.euid, relationship_type, NULL, NULL, NULL, parent_instance_uuid, child_instance_uuid
FROM edge JOIN trail AS parent ON parent.uuid = parent_instance_uuid JOIN trail AS child ON child.uuid = child_instance_uuid
ORDER BY is_edge, depth, uuid
