-- Live edges that lie on a cycle, self-links among them, at most %(limit)s: the EUIDs of edge, parent and child.
--
-- First whatever cannot lie on one is peeled off, round by round: edges from where none leads to, and to where none
-- leads from. Nothing is left of a graph without cycles; what is left is small otherwise, and its edges are followed
-- one by one. A round takes as long as what the last one left, so the first counts: seconds for a million edges.
WITH RECURSIVE core (edges, parents, children) AS (
    SELECT coalesce(array_agg(e.uuid), '{}'),
           coalesce(array_agg(e.parent_instance_uuid), '{}'),
           coalesce(array_agg(e.child_instance_uuid), '{}')
      FROM generic_instance_lineage AS e
     WHERE NOT e.is_deleted
       AND EXISTS (SELECT FROM generic_instance_lineage AS above
                    WHERE above.child_instance_uuid = e.parent_instance_uuid AND NOT above.is_deleted)
       AND EXISTS (SELECT FROM generic_instance_lineage AS below
                    WHERE below.parent_instance_uuid = e.child_instance_uuid AND NOT below.is_deleted)
    UNION ALL
    SELECT rest.*
      FROM core
     CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(e.edge), '{}') AS edges,
               coalesce(array_agg(e.parent), '{}'),
               coalesce(array_agg(e.child), '{}')
          FROM unnest(core.edges, core.parents, core.children) AS e (edge, parent, child)
         WHERE e.parent IN (SELECT unnest(core.children)) AND e.child IN (SELECT unnest(core.parents))
     ) AS rest
     WHERE cardinality(rest.edges) < cardinality(core.edges)
), suspect AS (
    SELECT e.*
      FROM (SELECT * FROM core ORDER BY cardinality(edges) LIMIT 1) AS last
     CROSS JOIN LATERAL unnest(last.edges, last.parents, last.children) AS e (edge, parent, child)
     ORDER BY e.edge
), found AS (
    SELECT *
      FROM suspect
     WHERE EXISTS (
            WITH RECURSIVE below (node) AS (
                SELECT suspect.child
                UNION
                SELECT e.child_instance_uuid
                  FROM below
                  JOIN generic_instance_lineage AS e ON e.parent_instance_uuid = below.node AND NOT e.is_deleted
            )
            SELECT FROM below WHERE node = suspect.parent
           )
     LIMIT %(limit)s
)
SELECT edge.euid, parent.euid, child.euid
  FROM found
  JOIN generic_instance_lineage AS edge ON edge.uuid = found.edge
  JOIN generic_instance AS parent ON parent.uuid = found.parent
  JOIN generic_instance AS child ON child.uuid = found.child
 ORDER BY found.edge
