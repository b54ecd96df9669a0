-- What was live at a time. As graph_now.sql walks, but what the audit log says to have changed since is taken as it was.
--
-- How much that is, the planner learns late: by statistics of yesterday nothing happened today, and it would look through
-- all of it at each step. jsonb_populate_recordset makes it expect a hundred times as much, and so hash it.
WITH RECURSIVE since AS (
    SELECT rel_table_name, rel_table_uuid_fk, uuid, operation_type, column_name, old_value
    FROM audit_log
    WHERE changed_at > :as_of AND rel_table_name IN ('generic_instance', 'generic_instance_lineage')
        AND column_name IS DISTINCT FROM 'json_addl'
), {undone}, was_instance AS MATERIALIZED (
    SELECT instance.uuid, was.name, was.polymorphic_discriminator, was.bstatus,
        NOT (unborn OR was.is_deleted) AS is_live
    FROM undone JOIN generic_instance AS instance ON instance.uuid = undone.uuid
    CROSS JOIN LATERAL jsonb_populate_recordset(instance, jsonb_build_array(before)) AS was
    WHERE rel_table_name = 'generic_instance'
), was_edge AS MATERIALIZED (
    SELECT edge.uuid, edge.euid, was.parent_instance_uuid, was.child_instance_uuid, was.relationship_type,
        NOT (unborn OR was.is_deleted) AS is_live
    FROM undone JOIN generic_instance_lineage AS edge ON edge.uuid = undone.uuid
    CROSS JOIN LATERAL jsonb_populate_recordset(edge, jsonb_build_array(before)) AS was
    WHERE rel_table_name = 'generic_instance_lineage'
), was_step AS (
    SELECT near, array_agg(far) AS far FROM (
        {was_steps}
    ) AS edge (near, far) GROUP BY near
), walk ({origin}uuid, level) AS (
    SELECT {begins}instance.uuid, interval '0'
    FROM generic_instance AS instance LEFT JOIN was_instance AS was ON was.uuid = instance.uuid
    WHERE {origins} AND coalesce(was.is_live, NOT instance.is_deleted)
    UNION
    SELECT {goes_on}instance.uuid, walk.level + make_interval(days => 1, hours => -24)
    FROM walk LEFT JOIN was_step ON was_step.near = walk.uuid
    CROSS JOIN LATERAL (
        {steps}
        UNION ALL SELECT unnest(was_step.far), NULL
    ) AS step (uuid, edge)
    LEFT JOIN was_edge ON was_edge.uuid = step.edge
    JOIN generic_instance AS instance ON instance.uuid = step.uuid
    LEFT JOIN was_instance AS was ON was.uuid = instance.uuid
    WHERE date_part('day', walk.level) < :depth AND was_edge.uuid IS NULL
        AND coalesce(was.is_live, NOT instance.is_deleted)
), edge AS (
    SELECT edge.uuid, edge.euid, parent_instance_uuid, child_instance_uuid, relationship_type,
        date_part('day', parent.level) AS parent_depth, date_part('day', child.level) AS child_depth
    FROM (
        SELECT edge.uuid, edge.euid, parent_instance_uuid, child_instance_uuid, relationship_type
        FROM walk JOIN generic_instance_lineage AS edge ON edge.parent_instance_uuid = walk.uuid AND NOT edge.is_deleted
        WHERE NOT EXISTS (SELECT FROM was_edge WHERE was_edge.uuid = edge.uuid)
        UNION ALL
        SELECT uuid, euid, parent_instance_uuid, child_instance_uuid, relationship_type FROM was_edge WHERE is_live
    ) AS edge
    JOIN walk AS parent ON parent.uuid = edge.parent_instance_uuid
    JOIN walk AS child ON child.uuid = edge.child_instance_uuid {related}
), met AS (
    SELECT * FROM walk {only}
), node AS (
    SELECT {origin}instance.uuid, euid, coalesce(was.name, instance.name) AS name,
        coalesce(was.polymorphic_discriminator, instance.polymorphic_discriminator) AS polymorphic_discriminator,
        coalesce(was.bstatus, instance.bstatus) AS bstatus, CAST(date_part('day', level) AS integer) AS depth
    FROM met JOIN generic_instance AS instance ON instance.uuid = met.uuid
    LEFT JOIN was_instance AS was ON was.uuid = instance.uuid
)
