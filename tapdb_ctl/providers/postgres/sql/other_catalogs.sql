-- What is live and not the environment's: how many templates each other catalogue owns, and how many nobody does.
SELECT o.catalog COLLATE "C" AS catalog, count(*)
  FROM tapdb_ownership AS o
 WHERE o.catalog <> ALL (%(catalogs)s)
 GROUP BY o.catalog
UNION ALL
SELECT NULL, count(*)
  FROM (SELECT t.category || '/' || t.type || '/' || t.subtype || '/' || t.version AS code
          FROM generic_template AS t
         WHERE NOT t.is_deleted) AS c
 WHERE NOT EXISTS (SELECT FROM tapdb_ownership AS o WHERE o.address = 'template.' || c.code)
   AND c.code <> ALL (string_to_array(%(codes)s, E'\n'))
HAVING count(*) > 0
 ORDER BY catalog
