-- What is live. `walk` meets each instance once, nearest first, so cycles end it and diamonds cost nothing.
--
-- `level` counts the steps without telling instances apart: so many days, and as many times 24 hours back. Intervals of
-- equal length are equal, this one is always of none, and of equal rows UNION keeps the first.
--
-- How far a walk gets, the planner cannot know. It expects a few rows, which is right for each step, but then looks
-- through a whole walk for each of its edges. generate_subscripts, which returns one row, is thought to return a
-- thousand: enough to hash `far`.
WITH RECURSIVE {walk}, far AS NOT MATERIALIZED (
    SELECT uuid, level{spread} FROM walk
), edge AS (
    SELECT edge.uuid, edge.euid, parent_instance_uuid, child_instance_uuid, relationship_type,
        date_part('day', parent.level) AS parent_depth, date_part('day', child.level) AS child_depth
    FROM walk AS parent
    JOIN generic_instance_lineage AS edge ON edge.parent_instance_uuid = parent.uuid AND NOT edge.is_deleted {related}
    JOIN far AS child ON child.uuid = edge.child_instance_uuid
), {met}, node AS (
    SELECT met.uuid, euid, name, polymorphic_discriminator, bstatus{size},
        CAST(date_part('day', level) AS integer) AS depth
    FROM met JOIN generic_instance AS instance ON instance.uuid = met.uuid
)
