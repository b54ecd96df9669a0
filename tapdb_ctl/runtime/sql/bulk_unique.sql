SELECT pg_get_indexdef(indexrelid, 0, true) AS definition
  FROM pg_index
 WHERE indrelid = CAST('generic_instance' AS regclass) AND indisunique AND indexprs IS NOT NULL
 ORDER BY indexrelid DESC
