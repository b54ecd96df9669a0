-- What PostgreSQL refuses to change or drop these columns for: views, triggers, policies and functions that name them.
SELECT w.relation, w.attribute, string_agg(DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
  FROM unnest(%(tables)s::text[], %(columns)s::text[]) AS w (relation, attribute)
  JOIN pg_catalog.pg_class AS c
    ON c.relnamespace = quote_ident(%(schema)s)::regnamespace AND c.relname = w.relation
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = w.attribute
  JOIN pg_catalog.pg_depend AS d
    ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum AND d.deptype = 'n'
 WHERE d.classid = ANY (ARRAY['pg_rewrite', 'pg_trigger', 'pg_policy', 'pg_proc']::regclass[])
 GROUP BY w.relation, w.attribute
