-- Functions behind the triggers.
--
-- Each that names our objects keeps the path of this schema, so that it works whatever path the caller has, empty
-- (pg_restore) or hostile. Those marked SECURITY DEFINER let a role insert with INSERT on the table alone: it
-- needs no right to a sequence, and has none to write the audit log by itself.

CREATE FUNCTION tapdb_actor() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('session.current_username', true), ''), session_user::text);
COMMENT ON FUNCTION tapdb_actor() IS 'Who acts: the application''s user when it says so, else the role that logged in';

CREATE FUNCTION tapdb_get_identity_prefix(entity_name text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $$
DECLARE
    found_prefix text;
BEGIN
    SELECT prefix INTO found_prefix FROM tapdb_identity_prefix_config WHERE entity = entity_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no EUID prefix is set for %', entity_name
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Declare it in the environment''s identity section and run: tapdb apply';
    END IF;
    RETURN tapdb_validate_meridian_prefix(found_prefix);
END $$;
COMMENT ON FUNCTION tapdb_get_identity_prefix(text) IS 'The prefix of tapdb_user or audit_log in this environment';

CREATE FUNCTION tapdb_euid_sequence(table_name text, prefix text) RETURNS regclass
LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $$
DECLARE
    sequence_name text := CASE table_name
        WHEN 'generic_instance' THEN lower(prefix) || '_instance_seq'
        WHEN 'tapdb_user' THEN lower(prefix) || '_user_seq'
        WHEN 'audit_log' THEN lower(prefix) || '_audit_seq'
        WHEN 'generic_template' THEN CASE prefix WHEN 'GT' THEN 'generic_template_seq' END
        WHEN 'generic_instance_lineage' THEN CASE prefix WHEN 'GN' THEN 'generic_instance_lineage_seq' END
    END;
    sequence regclass := to_regclass(sequence_name);
BEGIN
    IF sequence IS NULL THEN
        RAISE EXCEPTION 'no EUID sequence for prefix % of %', prefix, table_name
        USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('The sequence %s does not exist.', coalesce(sequence_name, 'of another prefix')),
            HINT = 'Declare the prefix (templates do) and run: tapdb apply';
    END IF;
    RETURN sequence;
END $$;
COMMENT ON FUNCTION tapdb_euid_sequence(text, text) IS 'The sequence that numbers a table''s rows of one prefix; an error when there is none';

CREATE FUNCTION set_generic_instance_euid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    SELECT tapdb_validate_meridian_prefix(instance_prefix) INTO NEW.euid_prefix
    FROM generic_template WHERE uuid = NEW.template_uuid;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no template has uuid %', NEW.template_uuid USING ERRCODE = 'foreign_key_violation';
    END IF;
    NEW.euid_seq := nextval(tapdb_euid_sequence(TG_TABLE_NAME, NEW.euid_prefix));
    NEW.euid := meridian_generate_euid(NEW.euid_prefix, NEW.euid_seq);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION set_generic_instance_euid() IS 'Gives an instance the next EUID of its template''s prefix';

CREATE FUNCTION set_euid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    NEW.euid_prefix := coalesce(TG_ARGV[0], tapdb_get_identity_prefix(TG_TABLE_NAME));
    NEW.euid_seq := nextval(tapdb_euid_sequence(TG_TABLE_NAME, NEW.euid_prefix));
    NEW.euid := meridian_generate_euid(NEW.euid_prefix, NEW.euid_seq);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION set_euid() IS 'Gives a row the next EUID of the prefix named by the trigger, else of its table''s identity prefix';

CREATE FUNCTION verify_euid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    prefix text := meridian_euid_prefix(NEW.euid);
    number bigint := meridian_euid_seq_from_euid(NEW.euid);
BEGIN
    IF NEW.euid <> meridian_generate_euid(prefix, number)
        OR prefix <> coalesce(NEW.euid_prefix, prefix) OR number <> coalesce(NEW.euid_seq, number)
    THEN
        RAISE EXCEPTION 'not a valid EUID: "%"', NEW.euid
        USING ERRCODE = 'check_violation', DETAIL = 'Its check character, euid_prefix or euid_seq does not agree with it.';
    END IF;
    PERFORM tapdb_advance_sequence(tapdb_euid_sequence(TG_TABLE_NAME, prefix), number);
    NEW.euid_prefix := prefix;
    NEW.euid_seq := number;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION verify_euid() IS 'Checks an EUID that the statement itself gives, and moves its sequence past it';

CREATE FUNCTION tapdb_advance_sequence(sequence regclass, reached bigint) RETURNS void
LANGUAGE plpgsql STRICT AS $$
DECLARE
    behind bigint := reached - coalesce(pg_sequence_last_value(sequence), 0);
BEGIN
    -- nextval cannot move a sequence back, whatever other sessions do meanwhile. setval can, so it is left for a
    -- distance that no sessions cover between the line above and the one below.
    IF behind > 1000000 THEN
        PERFORM setval(sequence, reached);
    ELSE
        PERFORM nextval(sequence) FROM generate_series(1, behind);
    END IF;
END $$;
COMMENT ON FUNCTION tapdb_advance_sequence(regclass, bigint) IS 'Moves a sequence to a number unless it is past it already';

CREATE FUNCTION record_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET jit = off AS $$
DECLARE
    prefix text := tapdb_get_identity_prefix('audit_log');
    sequence regclass := tapdb_euid_sequence('audit_log', prefix);
BEGIN
    INSERT INTO audit_log (
        euid, euid_prefix, euid_seq, rel_table_name, rel_table_uuid_fk, rel_table_euid_fk, changed_by, changed_at, operation_type
    )
    SELECT meridian_generate_euid(prefix, n), prefix, n, TG_TABLE_NAME, uuid, euid, tapdb_actor(), clock_timestamp(), 'INSERT'
    FROM (SELECT nextval(sequence) AS n, uuid, euid FROM new_rows) AS numbered;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION record_insert() IS 'Audits an INSERT statement: one row for each row';

-- One function a table, since comparing columns by name at run time takes three times as long. Their text is
-- written here once; the columns come from the tables, less identities, which never change, and modified_dt,
-- which always does. Plans are kept for the session: one made for a single row must not meet ten thousand with a
-- nested loop.
DO $build$
DECLARE
    changes CONSTANT text := $$SELECT %1$L, old_row.%1$I::text, new_row.%1$I::text, 'UPDATE' WHERE old_row.%1$I IS DISTINCT FROM new_row.%1$I$$;
    body CONSTANT text := $body$
DECLARE
    prefix text := tapdb_get_identity_prefix('audit_log');
    sequence regclass := tapdb_euid_sequence('audit_log', prefix);
BEGIN
    INSERT INTO audit_log (
        euid, euid_prefix, euid_seq, rel_table_name, rel_table_uuid_fk, rel_table_euid_fk,
        column_name, old_value, new_value, changed_by, changed_at, operation_type
    )
    SELECT meridian_generate_euid(prefix, n), prefix, n, TG_TABLE_NAME, uuid, euid,
        column_name, old_value, new_value, tapdb_actor(), clock_timestamp(), operation
    FROM (
        SELECT nextval(sequence) AS n, new_row.uuid, new_row.euid, change.*
        FROM old_rows AS old_row JOIN new_rows AS new_row USING (uuid)
        CROSS JOIN LATERAL (
            %s
            UNION ALL
            SELECT 'is_deleted', 'true', 'false', 'UPDATE' WHERE old_row.is_deleted AND NOT new_row.is_deleted
            UNION ALL
            SELECT NULL, row_to_json(old_row)::text, NULL, 'DELETE' WHERE new_row.is_deleted AND NOT old_row.is_deleted
        ) AS change (column_name, old_value, new_value, operation)
    ) AS numbered;
    RETURN NULL;
END $body$;
    audited regclass;
BEGIN
    FOREACH audited IN ARRAY '{generic_template, generic_instance, generic_instance_lineage}'::regclass[] LOOP
        EXECUTE format(
            'CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER '
            'SET search_path FROM CURRENT SET jit = off SET enable_nestloop = off AS %L',
            'record_update_' || audited::text,
            format(body, (
                SELECT string_agg(format(changes, attname), E'\n            UNION ALL\n            ' ORDER BY attnum)
                FROM pg_attribute
                WHERE attrelid = audited AND attnum > 0 AND NOT attisdropped
                    AND attname NOT IN ('uuid', 'euid', 'euid_prefix', 'euid_seq', 'modified_dt', 'is_deleted')
            ))
        );
    END LOOP;
END $build$;
COMMENT ON FUNCTION record_update_generic_template() IS 'Audits an UPDATE: one row for each changed column, one DELETE row for a soft delete';
COMMENT ON FUNCTION record_update_generic_instance() IS 'Audits an UPDATE: one row for each changed column, one DELETE row for a soft delete';
COMMENT ON FUNCTION record_update_generic_instance_lineage() IS 'Audits an UPDATE: one row for each changed column, one DELETE row for a soft delete';

CREATE FUNCTION soft_delete_row() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'generic_template' THEN UPDATE generic_template SET is_deleted = true WHERE uuid = OLD.uuid AND NOT is_deleted;
        WHEN 'generic_instance' THEN UPDATE generic_instance SET is_deleted = true WHERE uuid = OLD.uuid AND NOT is_deleted;
        WHEN 'generic_instance_lineage' THEN UPDATE generic_instance_lineage SET is_deleted = true WHERE uuid = OLD.uuid AND NOT is_deleted;
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

-- A trigger fires without EXECUTE on its function; with it, anybody could put ours on a table of his own and have
-- it write the audit log.
REVOKE EXECUTE ON FUNCTION
    set_generic_instance_euid(), set_euid(), verify_euid(), record_insert(),
    record_update_generic_template(), record_update_generic_instance(), record_update_generic_instance_lineage()
FROM PUBLIC;
