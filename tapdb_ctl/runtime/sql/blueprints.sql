-- Live templates by code, of which `*` asks for all versions, with all that their layouts and actions lead to; and
-- templates by uuid, deleted ones too: instances outlive them.
WITH RECURSIVE wanted (code) AS (
    SELECT code FROM unnest(CAST(:codes AS text[])) AS given (code)
    UNION
    SELECT rtrim(led_to.code, '/')
      FROM wanted
      JOIN generic_template AS t
        ON t.category = split_part(wanted.code, '/', 1) AND t.type = split_part(wanted.code, '/', 2)
       AND t.subtype = split_part(wanted.code, '/', 3) AND split_part(wanted.code, '/', 4) IN (t.version, '*')
       AND NOT t.is_deleted
     CROSS JOIN LATERAL (
        SELECT coalesce(child ->> 'template_code', child #>> '{}')
          FROM jsonb_path_query(t.json_addl, '$.instantiation_layouts[*].child_templates[*]') AS child
         UNION ALL
        SELECT action #>> '{}' FROM jsonb_path_query(t.json_addl, '$.action_imports.* ? (@.type() == "string")') AS action
         UNION ALL
        SELECT action ->> 'key'  -- what has no keys is passed over: whoever reads the template refuses it
          FROM jsonb_path_query(t.json_addl, '$.action_imports.*.actions.keyvalue()', '{}', true) AS action
     ) AS led_to (code)
)
SELECT t.uuid, t.euid, t.category, t.type, t.subtype, t.version, t.is_singleton, t.is_deleted,
       coalesce(t.instance_polymorphic_identity, replace(t.polymorphic_discriminator, '_template', '_instance'))
           AS discriminator,
       CAST(t.json_addl AS text) AS json_addl, CAST(t.json_addl_schema AS text) AS schema
  FROM generic_template AS t
 WHERE t.uuid = ANY (CAST(:uuids AS bigint[]))
    OR NOT t.is_deleted AND EXISTS (
       SELECT FROM wanted
        WHERE t.category = split_part(code, '/', 1) AND t.type = split_part(code, '/', 2)
          AND t.subtype = split_part(code, '/', 3) AND split_part(code, '/', 4) IN (t.version, '*'))
