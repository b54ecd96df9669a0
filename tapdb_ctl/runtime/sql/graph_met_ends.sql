met AS (
    SELECT * FROM walk WHERE NOT EXISTS (SELECT FROM edge WHERE edge.{near}_instance_uuid = walk.uuid)
)
