SELECT {far}_instance_uuid, edge.uuid, jsonb_build_array(
    {near}_instance_uuid, uuid, euid, parent_instance_uuid, child_instance_uuid, relationship_type
) FROM edge WHERE {far}_depth = {near}_depth + 1
