-- Ownership as it is where tapdb has recorded none.
SELECT NULL::text, NULL::text, NULL::boolean WHERE false
