-- The managed tables with everything on them, the functions and sequences of known names: one row an object, with
-- its kind, the parts of its name, and what is compared. search_path holds the managed schema alone, so names in it
-- print without it.
--
-- Owners, storage parameters, statistics targets and row-level security are the administrator's and are not read.
-- PUBLIC's privileges belong to the object; those of roles are rows of their own. For them the schema counts as an
-- object too, called `managed`.
WITH managed AS (
    SELECT quote_ident(%(schema)s)::regnamespace::oid AS schema
), relation AS MATERIALIZED (
    SELECT c.*
      FROM pg_catalog.pg_class AS c
     WHERE c.relnamespace = (SELECT schema FROM managed)
       AND (c.relname = ANY (%(tables)s) AND c.relkind <> 'S' OR c.relname = ANY (%(sequences)s) AND c.relkind = 'S')
), routine AS MATERIALIZED (
    SELECT p.*,
           p.proname || '(' || coalesce((SELECT string_agg(format_type(a.type, NULL), ',' ORDER BY a.place)
                                           FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)), '') || ')'
           AS signature
      FROM pg_catalog.pg_proc AS p
     WHERE p.pronamespace = (SELECT schema FROM managed)
       AND p.proname = ANY (%(functions)s)
), numbering AS (
    -- What an identity's own sequence does otherwise than by default.
    SELECT r.oid, d.refobjsubid AS place, jsonb_strip_nulls(jsonb_build_object(
               'start', nullif(s.seqstart, 1), 'increment', nullif(s.seqincrement, 1), 'minimum', nullif(s.seqmin, 1),
               'maximum', nullif(s.seqmax, 9223372036854775807), 'cache', nullif(s.seqcache, 1),
               'cycle', nullif(s.seqcycle, false))) AS options
      FROM relation AS r
      JOIN pg_catalog.pg_depend AS d
        ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.classid = 'pg_class'::regclass
           AND d.deptype = 'i'
      JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = d.objid
     WHERE (s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
           <> (1, 1, 1, 9223372036854775807, 1, false)
), privilege AS MATERIALIZED (
    -- Sequences of prefixes are compared elsewhere; who may use them is not.
    SELECT 'pg_class'::regclass AS class, r.oid, 0 AS place, g.*, r.relowner AS owner,
           CASE r.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, ARRAY[r.relname::text] AS name
      FROM (SELECT oid, relname, relkind, relowner, relacl FROM relation
             UNION
            SELECT c.oid, c.relname, c.relkind, c.relowner, c.relacl
              FROM pg_catalog.pg_class AS c
             WHERE c.relnamespace = (SELECT schema FROM managed)
               AND c.relkind = 'S' AND c.relname ~ '^[a-z]{2,3}_(instance|user|audit)_seq$') AS r,
           aclexplode(r.relacl) AS g
     WHERE g.grantee <> r.relowner
    UNION ALL
    SELECT 'pg_class'::regclass, r.oid, a.attnum, g.*, r.relowner, 'column', ARRAY[r.relname, a.attname]
      FROM relation AS r JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid, aclexplode(a.attacl) AS g
     WHERE g.grantee <> r.relowner AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, g.*, p.proowner, 'function', ARRAY[p.signature]
      FROM routine AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS g
     WHERE g.grantee <> p.proowner
), public AS MATERIALIZED (
    SELECT class, oid, place, jsonb_agg(privilege_type ORDER BY privilege_type) AS privileges
      FROM privilege
     WHERE grantee = 0
     GROUP BY class, oid, place
), usage AS (
    -- Whoever owns the tables may do what he likes in the schema, whoever owns that.
    SELECT g.*, n.nspowner AS owner
      FROM pg_catalog.pg_namespace AS n, aclexplode(n.nspacl) AS g
     WHERE n.oid = (SELECT schema FROM managed) AND g.grantee NOT IN (SELECT relowner FROM relation)
), granted AS (
    SELECT kind, name, grantee, privilege_type, is_grantable, CASE WHEN grantor <> owner THEN grantor END AS grantor
      FROM privilege
     WHERE grantee <> 0
    UNION ALL
    SELECT 'schema', ARRAY['managed'], grantee, privilege_type, is_grantable,
           CASE WHEN grantor <> owner AND grantor NOT IN (SELECT relowner FROM relation) THEN grantor END
      FROM usage
     WHERE grantee NOT IN (0, owner)
), stranger AS (
    SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view' WHEN c.relkind = 'S' THEN 'sequence' ELSE 'table' END AS kind,
           c.relname::text AS name
      FROM pg_catalog.pg_class AS c
     WHERE c.relnamespace = (SELECT schema FROM managed)
       AND (c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> ALL (%(tables)s)
            OR c.relkind = 'S' AND c.relname <> ALL (%(sequences)s)
               AND c.relname !~ '^[a-z]{2,3}_(instance|user|audit)_seq$')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i'))
    UNION ALL
    SELECT 'function', p.proname
      FROM pg_catalog.pg_proc AS p
     WHERE p.pronamespace = (SELECT schema FROM managed) AND p.proname <> ALL (%(functions)s)
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
), object AS (
    SELECT 'table' AS kind, ARRAY[r.relname::text] AS name, jsonb_build_object(
               'kind', CASE r.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                                      WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'index' END,
               'persistence', CASE r.relpersistence WHEN 'p' THEN 'permanent' WHEN 'u' THEN 'unlogged' END,
               'comment', obj_description(r.oid, 'pg_class'),
               'public', (SELECT privileges FROM public AS p WHERE p.oid = r.oid AND p.place = 0)) AS attributes
      FROM relation AS r
     WHERE r.relkind <> 'S'
    UNION ALL
    SELECT 'column', ARRAY[r.relname, a.attname], jsonb_build_object(
               'type', format_type(a.atttypid, a.atttypmod),
               'not_null', a.attnotnull,
               'default', CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid, true) END,
               'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid, true) END,
               'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
               'numbering', CASE WHEN a.attidentity <> '' THEN (SELECT n.options FROM numbering AS n
                                                                 WHERE n.oid = r.oid AND n.place = a.attnum) END,
               'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
               'comment', col_description(r.oid, a.attnum),
               'public', (SELECT privileges FROM public AS p WHERE p.oid = r.oid AND p.place = a.attnum))
      FROM relation AS r
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = r.oid AND d.adnum = a.attnum
     WHERE r.relkind IN ('r', 'p')
    UNION ALL
    -- Not-null constraints, which PostgreSQL 18 has, are columns' attributes.
    SELECT 'constraint', ARRAY[r.relname, k.conname], jsonb_build_object(
               'definition', regexp_replace(pg_get_constraintdef(k.oid, true), ' NOT VALID$', ''),
               'validated', k.convalidated,
               -- DISABLE TRIGGER ALL reaches the triggers that enforce it, too.
               'enforced', CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
                                              WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O') THEN false END,
               'comment', obj_description(k.oid, 'pg_constraint'))
      FROM relation AS r
      JOIN pg_catalog.pg_constraint AS k ON k.conrelid = r.oid AND k.contype NOT IN ('n', 't')
    UNION ALL
    SELECT 'index', ARRAY[i.relname::text], jsonb_build_object(
               'table', r.relname,
               'definition', regexp_replace(pg_get_indexdef(i.oid, 0, true), ' WITH \(\w+=[^)]*\)', ''),
               'valid', x.indisvalid AND x.indisready,
               'comment', obj_description(i.oid, 'pg_class'))
      FROM relation AS r
      JOIN pg_catalog.pg_index AS x ON x.indrelid = r.oid
      JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k
                        WHERE k.conrelid = r.oid AND k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'trigger', ARRAY[r.relname, t.tgname], jsonb_build_object(
               'definition', pg_get_triggerdef(t.oid, true),
               'enabled', CASE t.tgenabled WHEN 'O' THEN 'origin' WHEN 'D' THEN 'disabled'
                                           WHEN 'R' THEN 'replica' ELSE 'always' END,
               'comment', obj_description(t.oid, 'pg_trigger'))
      FROM relation AS r
      JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = r.oid AND NOT t.tgisinternal
    UNION ALL
    SELECT 'rule', ARRAY[r.relname, w.rulename], jsonb_build_object('definition', pg_get_ruledef(w.oid, true))
      FROM relation AS r
      JOIN pg_catalog.pg_rewrite AS w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'
    UNION ALL
    SELECT 'sequence', ARRAY[r.relname::text], jsonb_build_object(
               'type', format_type(s.seqtypid, NULL),
               'start', s.seqstart,
               'increment', s.seqincrement,
               'minimum', s.seqmin,
               'maximum', s.seqmax,
               'cache', s.seqcache,
               'cycle', s.seqcycle,
               'persistence', CASE r.relpersistence WHEN 'p' THEN 'permanent' WHEN 'u' THEN 'unlogged' END,
               'comment', obj_description(r.oid, 'pg_class'),
               'public', (SELECT privileges FROM public AS p WHERE p.oid = r.oid))
      FROM relation AS r
      JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = r.oid
    UNION ALL
    SELECT 'function', ARRAY[p.signature], jsonb_build_object(
               'kind', CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure'
                                      WHEN 'a' THEN 'aggregate' ELSE 'window function' END,
               'arguments', pg_get_function_arguments(p.oid),
               'returns', pg_get_function_result(p.oid),
               'language', l.lanname,
               'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
               'parallel', CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END,
               'security', CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END,
               'strict', p.proisstrict,
               'leakproof', p.proleakproof,
               'cost', p.procost,
               'rows', CASE WHEN p.proretset THEN p.prorows END,
               'settings', (SELECT jsonb_agg(CASE setting
                                                 WHEN 'search_path=' || quote_ident(%(schema)s) || ', pg_temp'
                                                 THEN 'search_path from current' ELSE setting END ORDER BY place)
                              FROM unnest(p.proconfig) WITH ORDINALITY AS s (setting, place)),
               'body', CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END,
               'expression', pg_get_function_sqlbody(p.oid),
               'comment', obj_description(p.oid, 'pg_proc'),
               'public', (SELECT privileges FROM public AS g WHERE g.oid = p.oid))
      FROM routine AS p
      JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
    UNION ALL
    SELECT 'grant', ARRAY[pg_get_userbyid(g.grantee)::text, g.kind] || g.name, jsonb_build_object(
               'privileges', jsonb_agg(DISTINCT g.privilege_type
                                       || CASE WHEN g.is_grantable THEN ' with grant option' ELSE '' END
                                       || coalesce(' granted by ' || pg_get_userbyid(g.grantor), '')))
      FROM granted AS g
     GROUP BY g.grantee, g.kind, g.name
    UNION ALL
    -- Not objects, but read with them: which roles use the schema because everybody may, the rows of tables as far as
    -- their number is concerned, and what else is in the schema.
    SELECT 'usage', ARRAY[pg_get_userbyid(grantee)::text], '{}'
      FROM granted
     WHERE EXISTS (SELECT FROM usage WHERE grantee = 0 AND privilege_type = 'USAGE')
     GROUP BY grantee
    HAVING bool_and(kind <> 'schema')
    UNION ALL
    SELECT 'rows', ARRAY[r.relname::text], jsonb_build_object(
               'bytes', pg_relation_size(r.oid), 'readable', has_table_privilege(r.oid, 'SELECT'))
      FROM relation AS r
     WHERE r.relkind = 'r'
    UNION ALL
    -- Who may create here beside the owners and superusers; PUBLIC is an empty name.
    SELECT DISTINCT 'creator', ARRAY[CASE g.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(g.grantee)::text END], '{}'::jsonb
      FROM pg_catalog.pg_namespace AS n
      JOIN relation AS r ON r.relname = 'generic_instance', aclexplode(n.nspacl) AS g
     WHERE n.oid = (SELECT schema FROM managed)
       AND g.privilege_type = 'CREATE' AND g.grantee NOT IN (r.relowner, n.nspowner)
    UNION ALL
    SELECT 'stranger', ARRAY[s.kind], jsonb_build_object(
               'count', count(*), 'first', (array_agg(s.name ORDER BY s.name))[1:3])
      FROM stranger AS s
     GROUP BY s.kind
)
SELECT kind, name, jsonb_strip_nulls(attributes)::text FROM object ORDER BY kind, name
