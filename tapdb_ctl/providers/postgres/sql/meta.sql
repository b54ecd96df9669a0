SELECT schema_version, environment FROM tapdb_meta
