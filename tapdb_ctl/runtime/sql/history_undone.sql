undone AS MATERIALIZED (
    -- What each row changed since then was before the earliest change of each of its columns.
    SELECT rel_table_name, rel_table_uuid_fk AS uuid, bool_or(operation_type = 'INSERT') AS unborn,
        coalesce(jsonb_object_agg(column_name, value) FILTER (WHERE column_name IS NOT NULL), '{}') AS before
    FROM (
        SELECT DISTINCT ON (rel_table_name, rel_table_uuid_fk, column_name) *
        FROM (
            SELECT rel_table_name, rel_table_uuid_fk, uuid, operation_type,
                CASE operation_type WHEN 'DELETE' THEN 'is_deleted' ELSE column_name END AS column_name,
                CASE
                    WHEN operation_type = 'DELETE' THEN CAST(old_value AS jsonb) -> 'is_deleted'
                    WHEN column_name = 'json_addl' THEN CAST(old_value AS jsonb)
                    ELSE to_jsonb(old_value)
                END AS value
            FROM since
        ) AS change
        ORDER BY rel_table_name, rel_table_uuid_fk, column_name, uuid
    ) AS earliest
    GROUP BY rel_table_name, rel_table_uuid_fk
)
