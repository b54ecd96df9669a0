met AS (SELECT * FROM walk)
