SELECT schema_version, schema_digest FROM tapdb_meta
