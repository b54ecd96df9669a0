-- Which of the values an instance has already, or a row before; {{given}} and {{held}} are the index's own expression.
WITH given AS MATERIALIZED (
    SELECT draft.number, {given} AS value
      FROM jsonb_array_elements(CAST(:documents AS jsonb)) WITH ORDINALITY AS draft (json_addl, number)
), ranked AS (
    SELECT number, value, row_number() OVER (PARTITION BY value ORDER BY number) AS turn
      FROM given
     WHERE value IS NOT NULL
)
SELECT number, CAST(value AS text) AS value
  FROM ranked
 WHERE turn > 1 OR EXISTS (SELECT FROM generic_instance AS instance WHERE {live} AND {held} = ranked.value)
 ORDER BY number
