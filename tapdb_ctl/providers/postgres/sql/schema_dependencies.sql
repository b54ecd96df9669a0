-- Which object of the managed schema needs which other, beyond a table and what is on it: (kind, name, kind, name).
-- An index that a constraint made counts as the constraint, a default as its column. A column needs the one before
-- it, so that a table made again has its columns in their order; a table those that it refers to, since a logged one
-- may not refer to one that is not; a sequence the numbers that it must start past.
WITH object AS (
    SELECT 'pg_class'::regclass AS class, c.oid, 0 AS place,
           CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index' ELSE 'table' END AS kind,
           ARRAY[c.relname::text] AS name
      FROM pg_catalog.pg_class AS c
     WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'pg_type'::regclass, c.reltype, 0, 'table', ARRAY[c.relname::text]
      FROM pg_catalog.pg_class AS c
     WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace AND c.relkind IN ('r', 'p')
    UNION ALL
    SELECT 'pg_class'::regclass, k.conindid, 0, 'constraint', ARRAY[c.relname, k.conname]
      FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
     WHERE k.connamespace = quote_ident(%(schema)s)::regnamespace AND k.contype IN ('p', 'u', 'x')
    UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 0, 'constraint', ARRAY[c.relname, k.conname]
      FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
     WHERE k.connamespace = quote_ident(%(schema)s)::regnamespace AND k.contype NOT IN ('n', 't')
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum, 'column', ARRAY[c.relname, a.attname]
      FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
     WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_attrdef'::regclass, d.oid, 0, 'column', ARRAY[c.relname, a.attname]
      FROM pg_catalog.pg_attrdef AS d
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      JOIN pg_catalog.pg_class AS c ON c.oid = d.adrelid
     WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace
    UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, 0, 'trigger', ARRAY[c.relname, t.tgname]
      FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
     WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace AND NOT t.tgisinternal
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, 'function',
           ARRAY[p.proname || '(' || coalesce((SELECT string_agg(format_type(a.type, NULL), ',' ORDER BY a.place)
                                                 FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)), '')
                 || ')']
      FROM pg_catalog.pg_proc AS p
     WHERE p.pronamespace = quote_ident(%(schema)s)::regnamespace
)
SELECT kind, name, 'column', before
  FROM (SELECT *, lag(name) OVER (PARTITION BY oid ORDER BY place) AS before FROM object WHERE kind = 'column'
           AND class = 'pg_class'::regclass) AS placed
 WHERE before IS NOT NULL
 UNION
SELECT 'table', ARRAY[c.relname::text], 'table', ARRAY[f.relname::text]
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid AND f.oid <> c.oid
 WHERE k.connamespace = quote_ident(%(schema)s)::regnamespace
 UNION
SELECT 'sequence', name, 'column', ARRAY[
           CASE WHEN name[1] ~ '^[a-z]{2,3}_instance_seq$' THEN 'generic_instance'
                ELSE regexp_replace(name[1], '_seq$', '') END, 'euid_seq']
  FROM object
 WHERE kind = 'sequence'
 UNION
SELECT o.kind, o.name, n.kind, n.name
  FROM pg_catalog.pg_depend AS d
  JOIN object AS o ON (o.class, o.oid, o.place) = (d.classid, d.objid, d.objsubid)
  JOIN object AS n ON (n.class, n.oid, n.place) = (d.refclassid, d.refobjid, d.refobjsubid)
 WHERE d.deptype IN ('n', 'a')
   AND (o.kind, o.name) <> (n.kind, n.name)
