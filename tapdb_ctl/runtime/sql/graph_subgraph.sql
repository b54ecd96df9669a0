SELECT false AS is_edge, uuid, euid, name, polymorphic_discriminator, bstatus, depth,
    CAST(NULL AS bigint) AS parent, CAST(NULL AS bigint) AS child
FROM node
UNION ALL
SELECT true, uuid, euid, relationship_type, NULL, NULL, NULL, parent_instance_uuid, child_instance_uuid FROM edge
ORDER BY is_edge, depth, uuid
