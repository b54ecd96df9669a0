-- Live templates whose layouts create one of `children`, with those; and every live version of `stems`, among which a
-- `*` chooses. Layouts may be of any shape: what is no child is passed over.
SELECT t.stem || '/' || t.version, made.children
  FROM (SELECT category || '/' || type || '/' || subtype AS stem, version, json_addl
          FROM generic_template
         WHERE NOT is_deleted) AS t
 CROSS JOIN LATERAL (
       SELECT array_agg(DISTINCT child.code) AS children
         FROM jsonb_path_query(
                  t.json_addl, 'lax $.instantiation_layouts[*].child_templates[*]', silent => true
              ) AS entry
        CROSS JOIN LATERAL (
              SELECT rtrim(
                         CASE jsonb_typeof(entry)
                         WHEN 'string' THEN entry #>> '{}'
                         WHEN 'object' THEN entry ->> 'template_code'
                         END, '/') AS code) AS child
        WHERE child.code = ANY (string_to_array(%(children)s, E'\n'))) AS made
 WHERE made.children IS NOT NULL
    OR t.stem = ANY (string_to_array(%(stems)s, E'\n'))
