-- Cast, so that a column of another type can still be read, and then repaired.
SELECT schema_version::integer, environment::text, migrations::jsonb, protect::boolean FROM tapdb_meta
