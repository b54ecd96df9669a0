met AS (SELECT * FROM walk WHERE date_part('day', level) > 0)
