-- Live templates that no catalogue owns.
WITH ownership (address, catalog, prevent_destroy) AS (
{ownership}
), coded AS (
    SELECT t.category || '/' || t.type || '/' || t.subtype || '/' || t.version AS code
      FROM generic_template AS t
     WHERE NOT t.is_deleted
)
SELECT c.code
  FROM coded AS c
 WHERE NOT EXISTS (SELECT FROM ownership AS o WHERE o.address = 'template.' || c.code)
 ORDER BY c.code COLLATE "C"
