SELECT edge.{far}_instance_uuid FROM generic_instance_lineage AS edge
WHERE edge.{near}_instance_uuid = walk.uuid AND NOT edge.is_deleted {related}
