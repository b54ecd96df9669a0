-- Who may create in the managed schema beside the owner of its tables and superusers; PUBLIC is an empty name.
SELECT DISTINCT CASE g.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(g.grantee) END
  FROM pg_catalog.pg_namespace AS n
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = 'generic_instance',
       aclexplode(n.nspacl) AS g
 WHERE n.nspname = %(schema)s
   AND g.privilege_type = 'CREATE'
   AND g.grantee NOT IN (c.relowner, n.nspowner)
 ORDER BY 1
