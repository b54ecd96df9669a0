SELECT address, catalog, prevent_destroy FROM tapdb_ownership
