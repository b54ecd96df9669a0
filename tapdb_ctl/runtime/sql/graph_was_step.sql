SELECT {near}_instance_uuid, {far}_instance_uuid FROM was_edge AS edge WHERE is_live {related}
