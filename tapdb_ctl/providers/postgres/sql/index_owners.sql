SELECT address, catalog FROM tapdb_ownership WHERE address LIKE 'schema.index/%'
