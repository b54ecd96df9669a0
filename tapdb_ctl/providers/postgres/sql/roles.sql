-- Of the declared roles, those that do not exist, and those that own the tables or would if this session made them.
SELECT declared.name, r.oid IS NULL AS missing
  FROM unnest(%(roles)s) AS declared (name)
  LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname = declared.name
 WHERE r.oid IS NULL
    OR r.oid = coalesce(
           (SELECT c.relowner
              FROM pg_catalog.pg_class AS c
              JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = %(schema)s AND c.relname = 'generic_template'),
           (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user))
