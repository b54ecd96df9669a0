-- What was live at a time. As graph_now.sql walks, but what the audit log says to have changed since is taken as it was.
--
-- How much that is, the planner learns late: by the statistics of yesterday nothing happened today. So it is told as there
-- to expect a thousand times as much.
WITH RECURSIVE since AS (
    SELECT rel_table_name, rel_table_uuid_fk, uuid, operation_type, column_name, old_value
    FROM audit_log
    WHERE changed_at > :as_of AND rel_table_name IN ('generic_instance', 'generic_instance_lineage')
        AND column_name IS DISTINCT FROM 'json_addl'
), {undone}, was_instance AS MATERIALIZED (
    SELECT instance.uuid, was.name, was.polymorphic_discriminator, was.bstatus,
        NOT (unborn AND was.created_dt > :as_of OR was.is_deleted) AS is_live, generate_subscripts(ARRAY[0], 1)
    FROM undone JOIN generic_instance AS instance ON instance.uuid = undone.uuid
    CROSS JOIN LATERAL jsonb_populate_record(instance, before) AS was
    WHERE rel_table_name = 'generic_instance'
), was_edge AS MATERIALIZED (
    SELECT edge.uuid, edge.euid, was.parent_instance_uuid, was.child_instance_uuid, was.relationship_type,
        NOT (unborn AND was.created_dt > :as_of OR was.is_deleted) AS is_live, generate_subscripts(ARRAY[0], 1)
    FROM undone JOIN generic_instance_lineage AS edge ON edge.uuid = undone.uuid
    CROSS JOIN LATERAL jsonb_populate_record(edge, before) AS was
    WHERE rel_table_name = 'generic_instance_lineage'
), was_step AS (
    SELECT near, array_agg(far) AS far FROM (
        {was_steps}
    ) AS edge (near, far) GROUP BY near
), {walk}, far AS NOT MATERIALIZED (
    SELECT uuid, level{spread} FROM walk
), edge AS (
    SELECT edge.uuid, edge.euid, parent_instance_uuid, child_instance_uuid, relationship_type,
        date_part('day', parent.level) AS parent_depth, date_part('day', child.level) AS child_depth
    FROM walk AS parent
    JOIN generic_instance_lineage AS edge ON edge.parent_instance_uuid = parent.uuid AND NOT edge.is_deleted {related}
    JOIN far AS child ON child.uuid = edge.child_instance_uuid
    WHERE NOT EXISTS (SELECT FROM was_edge WHERE was_edge.uuid = edge.uuid)
    UNION ALL
    SELECT edge.uuid, edge.euid, parent_instance_uuid, child_instance_uuid, relationship_type,
        date_part('day', parent.level), date_part('day', child.level)
    FROM was_edge AS edge
    JOIN far AS parent ON parent.uuid = edge.parent_instance_uuid
    JOIN far AS child ON child.uuid = edge.child_instance_uuid
    WHERE is_live {related}
), {met}, node AS (
    SELECT met.uuid, euid, coalesce(was.name, instance.name) AS name,
        coalesce(was.polymorphic_discriminator, instance.polymorphic_discriminator) AS polymorphic_discriminator,
        coalesce(was.bstatus, instance.bstatus) AS bstatus{size}, CAST(date_part('day', level) AS integer) AS depth
    FROM met JOIN generic_instance AS instance ON instance.uuid = met.uuid
    LEFT JOIN was_instance AS was ON was.uuid = instance.uuid
)
