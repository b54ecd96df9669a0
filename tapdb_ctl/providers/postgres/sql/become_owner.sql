-- Objects belong to the role that makes them, and a trigger's function acts as its owner: all of them have one owner,
-- whoever applies. Not where that role could not make anything in the schema.
SELECT set_config('role', o.rolname, %(local)s)
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
 WHERE n.nspname = %(schema)s
   AND c.relname = 'generic_instance'
   AND o.rolname <> current_user
   AND pg_has_role(current_user, o.oid, 'MEMBER')
   AND has_schema_privilege(o.oid, n.oid, 'CREATE')
