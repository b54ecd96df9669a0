met AS (SELECT origin AS uuid, interval '0' AS level, count(*) - 1 AS size FROM walk GROUP BY origin)
