SELECT schema_version, environment, migrations FROM tapdb_meta
