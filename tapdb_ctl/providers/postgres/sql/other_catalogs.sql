SELECT catalog, count(*)
  FROM tapdb_ownership
 WHERE catalog <> ALL (%(catalogs)s)
 GROUP BY catalog
 ORDER BY catalog COLLATE "C"
