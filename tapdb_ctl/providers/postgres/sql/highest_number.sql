           WHEN '{table}' THEN (SELECT max(r.euid_seq) FROM {table} AS r WHERE r.euid_prefix = s.prefix)
