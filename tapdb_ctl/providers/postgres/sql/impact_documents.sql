-- What schemas judge of instances: their json_addl less what TAPDB keeps in it; NULL where it is too large to be sent, or
-- the instance is deleted, which comes too for the number of rows to be bounded.
SELECT t.code, i.uuid, i.euid, CASE WHEN octet_length(i.document) <= %(bytes)s THEN i.document END
  FROM (SELECT uuid, category || '/' || type || '/' || subtype || '/' || version AS code
          FROM generic_template
         WHERE category || '/' || type || '/' || subtype || '/' || version
               = ANY (string_to_array(%(codes)s, E'\n'))) AS t
 CROSS JOIN LATERAL (
       SELECT uuid, euid,
              CASE
              WHEN is_deleted OR pg_column_size(json_addl) > %(bytes)s THEN NULL
              WHEN jsonb_typeof(json_addl) = 'object' THEN (json_addl - %(aside)s)::text
              ELSE json_addl::text
              END AS document
         FROM generic_instance
        WHERE template_uuid BETWEEN t.uuid AND t.uuid
        ORDER BY template_uuid
        LIMIT %(documents)s) AS i
