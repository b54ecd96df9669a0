SELECT max(catalog_revision) FROM tapdb_meta
