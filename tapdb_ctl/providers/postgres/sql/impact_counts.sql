-- Instances and edges of templates, each template looked at no further than its share, and none after the time is over.
-- A row a template and EUID prefix; no row where a template had no turn.
--
-- A time begins where its subquery is first asked, with the first row. OFFSET 0 keeps the question before the search.
--
-- A range and an order stand where `=` would do: they leave the planner no way but the index, even where statistics
-- say that most instances are of one template and it had rather read the table, for a template that has none.
WITH changed AS MATERIALIZED (
    SELECT uuid, category || '/' || type || '/' || subtype || '/' || version AS code
      FROM generic_template
     WHERE category || '/' || type || '/' || subtype || '/' || version
           = ANY (string_to_array(%(codes)s, E'\n'))
), seen AS MATERIALIZED (
    SELECT t.code, i.*
      FROM (SELECT uuid, code
              FROM changed
             WHERE (SELECT clock_timestamp()) + %(counting)s * interval '1 second' > clock_timestamp()
            OFFSET 0) AS t
      LEFT JOIN LATERAL (
           SELECT s.*, row_number() OVER () AS place
             FROM (SELECT uuid, euid_prefix, is_deleted
                     FROM generic_instance
                    WHERE template_uuid BETWEEN t.uuid AND t.uuid
                    ORDER BY template_uuid
                    LIMIT %(instances)s + 1) AS s) AS i ON true
), linked AS (
    -- An edge inside a template counts from its parent.
    SELECT s.code, s.uuid, count(e.uuid) AS edges
      FROM (SELECT code, uuid
              FROM seen
             WHERE NOT is_deleted
               AND place <= %(linked)s
               AND (SELECT clock_timestamp()) + %(counting)s * interval '1 second' > clock_timestamp()
            OFFSET 0) AS s
      LEFT JOIN LATERAL (
           (SELECT child_instance_uuid AS uuid
              FROM generic_instance_lineage
             WHERE parent_instance_uuid BETWEEN s.uuid AND s.uuid AND NOT is_deleted
             ORDER BY parent_instance_uuid
             LIMIT %(edges)s)
            UNION ALL
           (SELECT parent_instance_uuid
              FROM generic_instance_lineage
             WHERE child_instance_uuid BETWEEN s.uuid AND s.uuid AND NOT is_deleted
               AND (s.code, parent_instance_uuid)
                   NOT IN (SELECT code, uuid FROM seen WHERE NOT is_deleted AND place <= %(linked)s)
             ORDER BY child_instance_uuid
             LIMIT %(edges)s)) AS e ON true
     GROUP BY s.code, s.uuid
)
SELECT s.code, s.euid_prefix, count(s.uuid), count(s.uuid) FILTER (WHERE NOT s.is_deleted), l.instances, l.edges, l.most
  FROM seen AS s
  LEFT JOIN (SELECT code, count(*) AS instances, sum(edges)::bigint AS edges, max(edges) AS most
               FROM linked
              GROUP BY code) AS l USING (code)
 GROUP BY s.code, s.euid_prefix, l.instances, l.edges, l.most
