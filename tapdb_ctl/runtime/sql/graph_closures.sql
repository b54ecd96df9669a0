SELECT node.uuid, euid, name, size
FROM (SELECT origin AS uuid, count(*) - 1 AS size FROM walk GROUP BY origin) AS closure
JOIN node ON node.uuid = closure.uuid AND node.origin = closure.uuid
ORDER BY size DESC, uuid
