           -- Names of the catalog have a collation of their own, under which the index would be of no use.
           WHEN '{table}' THEN (SELECT max(r.euid_seq) FROM {table} AS r WHERE r.euid_prefix = s.prefix COLLATE "default")
