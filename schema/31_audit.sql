-- How changes are audited, dated, softened and refused: functions behind the other triggers.
--
-- The audit writes as its owner (SECURITY DEFINER), so that no role needs, or has, a right to write audit_log.

CREATE FUNCTION tapdb_actor() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('session.current_username', true), ''), session_user::text);
COMMENT ON FUNCTION tapdb_actor() IS 'Who acts: the application''s user when it says so, else the role that logged in';

CREATE FUNCTION record_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET jit = off AS $$
DECLARE
    prefix text := tapdb_get_identity_prefix('audit_log');
    prefix_digits bigint := crockford_base32_decode(prefix);
    sequence regclass := tapdb_euid_sequence('audit_log', prefix);
BEGIN
    INSERT INTO audit_log (
        euid, euid_prefix, euid_seq, rel_table_name, rel_table_uuid_fk, rel_table_euid_fk,
        changed_by, changed_at, operation_type
    )
    SELECT meridian_seal(prefix, prefix_digits, n), prefix, n, TG_TABLE_NAME, uuid, euid,
        tapdb_actor(), clock_timestamp(), 'INSERT'
    FROM (SELECT nextval(sequence) AS n, uuid, euid FROM new_rows) AS numbered;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION record_insert() IS 'Audits an INSERT statement: one row for each row';

-- One function a table, since comparing columns by name at run time takes more than twice as long. Their text is
-- written here once; the columns come from the tables, less identities, which never change, and modified_dt,
-- which always does. Plans are kept for the session: one made for a single row must not meet ten thousand with a
-- nested loop.
DO $build$
DECLARE
    changes CONSTANT text := $$
            SELECT %1$L, old_row.%1$I::text, new_row.%1$I::text, 'UPDATE'
            WHERE old_row.%1$I IS DISTINCT FROM new_row.%1$I
            UNION ALL$$;
    body CONSTANT text := $body$
DECLARE
    prefix text := tapdb_get_identity_prefix('audit_log');
    prefix_digits bigint := crockford_base32_decode(prefix);
    sequence regclass := tapdb_euid_sequence('audit_log', prefix);
BEGIN
    INSERT INTO audit_log (
        euid, euid_prefix, euid_seq, rel_table_name, rel_table_uuid_fk, rel_table_euid_fk,
        column_name, old_value, new_value, changed_by, changed_at, operation_type
    )
    SELECT meridian_seal(prefix, prefix_digits, n), prefix, n, TG_TABLE_NAME, uuid, euid,
        column_name, old_value, new_value, tapdb_actor(), clock_timestamp(), operation
    FROM (
        SELECT nextval(sequence) AS n, new_row.uuid, new_row.euid, change.*
        FROM old_rows AS old_row JOIN new_rows AS new_row USING (uuid)
        CROSS JOIN LATERAL (%s
            SELECT 'is_deleted', 'true', 'false', 'UPDATE' WHERE old_row.is_deleted AND NOT new_row.is_deleted
            UNION ALL
            SELECT NULL, row_to_json(old_row)::text, NULL, 'DELETE' WHERE new_row.is_deleted AND NOT old_row.is_deleted
        ) AS change (column_name, old_value, new_value, operation)
    ) AS numbered;
    RETURN NULL;
END $body$;
    audited text;
BEGIN
    FOREACH audited IN ARRAY ARRAY['generic_template', 'generic_instance', 'generic_instance_lineage'] LOOP
        EXECUTE format(
            'CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER '
            'SET search_path FROM CURRENT SET jit = off SET enable_nestloop = off AS %L',
            'record_update_' || audited,
            format(body, (
                SELECT string_agg(format(changes, attname), '' ORDER BY attnum)
                FROM pg_attribute
                WHERE attrelid = audited::regclass AND attnum > 0 AND NOT attisdropped
                    AND attname NOT IN ('uuid', 'euid', 'euid_prefix', 'euid_seq', 'modified_dt', 'is_deleted')
            ))
        );
    END LOOP;
END $build$;
COMMENT ON FUNCTION record_update_generic_template()
IS 'Audits an UPDATE: one row for each changed column, one DELETE row for a soft delete';
COMMENT ON FUNCTION record_update_generic_instance()
IS 'Audits an UPDATE: one row for each changed column, one DELETE row for a soft delete';
COMMENT ON FUNCTION record_update_generic_instance_lineage()
IS 'Audits an UPDATE: one row for each changed column, one DELETE row for a soft delete';

CREATE FUNCTION soft_delete_row() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'generic_template' THEN
            UPDATE generic_template SET is_deleted = true WHERE uuid = OLD.uuid AND NOT is_deleted;
        WHEN 'generic_instance' THEN
            UPDATE generic_instance SET is_deleted = true WHERE uuid = OLD.uuid AND NOT is_deleted;
        WHEN 'generic_instance_lineage' THEN
            UPDATE generic_instance_lineage SET is_deleted = true WHERE uuid = OLD.uuid AND NOT is_deleted;
    END CASE;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION soft_delete_row() IS 'Marks a row deleted in place of deleting it';

CREATE FUNCTION update_modified_dt() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.modified_dt := CURRENT_TIMESTAMP;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION update_modified_dt() IS 'Dates the last change of a row';

CREATE FUNCTION tapdb_refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'insufficient_privilege';
END $$;
COMMENT ON FUNCTION tapdb_refuse() IS 'Refuses the statement, with the reason that the trigger gives';

-- A trigger fires without EXECUTE on its function; with it, anybody could put these on a table of his own and write
-- what he likes into the audit log.
REVOKE EXECUTE ON FUNCTION
    record_insert(),
    record_update_generic_template(), record_update_generic_instance(), record_update_generic_instance_lineage()
FROM PUBLIC;
