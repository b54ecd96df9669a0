-- How rows get their EUIDs: functions behind the triggers on INSERT.
--
-- A function that names our objects keeps the path of this schema, so that it works whatever path the caller has,
-- empty (pg_restore) or hostile. SECURITY DEFINER lets a role insert with INSERT on the table alone: it needs no
-- right to a sequence, and none on the template.

CREATE FUNCTION tapdb_get_identity_prefix(entity_name text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $$
DECLARE
    found_prefix text;
BEGIN
    SELECT prefix INTO found_prefix FROM tapdb_identity_prefix_config WHERE entity = entity_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no EUID prefix is set for %', entity_name
        USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Declare it in the environment''s identity section and run: tapdb apply';
    END IF;
    RETURN tapdb_validate_meridian_prefix(found_prefix);
END $$;
COMMENT ON FUNCTION tapdb_get_identity_prefix(text) IS 'The prefix of tapdb_user or audit_log in this environment';

-- It is looked up in the path of the trigger that asks: a path of its own would cost 6% of a bulk insert.
CREATE FUNCTION tapdb_euid_sequence(table_name text, prefix text) RETURNS regclass
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    sequence_name text := CASE table_name
        WHEN 'generic_instance' THEN lower(prefix) || '_instance_seq'
        WHEN 'tapdb_user' THEN lower(prefix) || '_user_seq'
        WHEN 'audit_log' THEN lower(prefix) || '_audit_seq'
        WHEN 'generic_template' THEN CASE prefix WHEN 'GT' THEN 'generic_template_seq' END
        WHEN 'generic_instance_lineage' THEN CASE prefix WHEN 'GN' THEN 'generic_instance_lineage_seq' END
    END;
    -- Qualified, or anybody's temporary sequence would do.
    sequence regclass := to_regclass(quote_ident(current_schema()) || '.' || sequence_name);
BEGIN
    IF sequence IS NULL THEN
        RAISE EXCEPTION 'no EUID sequence for prefix % of %', prefix, table_name
        USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('The sequence %s does not exist.', coalesce(sequence_name, 'of another prefix')),
            HINT = 'Declare the prefix (templates do) and run: tapdb apply';
    END IF;
    RETURN sequence;
END $$;
COMMENT ON FUNCTION tapdb_euid_sequence(text, text)
IS 'The sequence that numbers a table''s rows of one prefix; an error when there is none';

CREATE FUNCTION set_generic_instance_euid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    prefix text;
    prefix_digits bigint;
BEGIN
    SELECT tapdb_validate_meridian_prefix(instance_prefix) INTO prefix
    FROM generic_template WHERE uuid = NEW.template_uuid;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no template has uuid %', NEW.template_uuid USING ERRCODE = 'foreign_key_violation';
    END IF;
    prefix_digits := crockford_base32_decode(prefix);
    NEW.euid_prefix := prefix;
    NEW.euid_seq := nextval(tapdb_euid_sequence(TG_TABLE_NAME, prefix));
    NEW.euid := meridian_seal(prefix, prefix_digits, NEW.euid_seq);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION set_generic_instance_euid() IS 'Gives an instance the next EUID of its template''s prefix';

CREATE FUNCTION set_euid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    prefix text := coalesce(TG_ARGV[0], tapdb_get_identity_prefix(TG_TABLE_NAME));
    prefix_digits bigint := crockford_base32_decode(prefix);
BEGIN
    NEW.euid_prefix := prefix;
    NEW.euid_seq := nextval(tapdb_euid_sequence(TG_TABLE_NAME, prefix));
    NEW.euid := meridian_seal(prefix, prefix_digits, NEW.euid_seq);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION set_euid()
IS 'Gives a row the next EUID of the prefix named by the trigger, else of its table''s identity prefix';

-- nextval cannot move a sequence back, whatever other sessions do meanwhile. setval can, so it is left for a
-- distance that they do not cover between the line that looks and the line that moves, and one session at a time
-- uses it.
CREATE FUNCTION tapdb_advance_sequence(sequence regclass, reached bigint) RETURNS void
LANGUAGE plpgsql STRICT AS $$
DECLARE
    far CONSTANT bigint := 1000000;
BEGIN
    IF reached - coalesce(pg_sequence_last_value(sequence), 0) > far THEN
        PERFORM pg_advisory_xact_lock(sequence::oid::bigint);
        IF reached - coalesce(pg_sequence_last_value(sequence), 0) > far THEN
            PERFORM setval(sequence, reached);
        END IF;
    END IF;
    IF reached > coalesce(pg_sequence_last_value(sequence), 0) THEN
        WHILE nextval(sequence) < reached LOOP END LOOP;
    END IF;
END $$;
COMMENT ON FUNCTION tapdb_advance_sequence(regclass, bigint)
IS 'Moves a sequence to a number unless it is past it already';

CREATE FUNCTION verify_euid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    prefix text := meridian_euid_prefix(NEW.euid);
    prefix_digits bigint := crockford_base32_decode(prefix);
    number bigint := meridian_euid_seq_from_euid(NEW.euid);
BEGIN
    IF NEW.euid <> meridian_seal(prefix, prefix_digits, number)
        OR prefix <> coalesce(NEW.euid_prefix, prefix) OR number <> coalesce(NEW.euid_seq, number)
    THEN
        RAISE EXCEPTION 'not a valid EUID: "%"', NEW.euid
        USING ERRCODE = 'check_violation',
            DETAIL = 'Its check character, euid_prefix or euid_seq does not agree with it.';
    END IF;
    -- The sequence would be used up by a number that may even be rolled back.
    IF number > 4611686018427387903 THEN
        RAISE EXCEPTION 'too large a number in the EUID "%"', NEW.euid USING ERRCODE = 'numeric_value_out_of_range';
    END IF;
    PERFORM tapdb_advance_sequence(tapdb_euid_sequence(TG_TABLE_NAME, prefix), number);
    NEW.euid_prefix := prefix;
    NEW.euid_seq := number;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION verify_euid() IS 'Checks an EUID that the statement itself gives, and moves its sequence past it';

-- A trigger fires without EXECUTE on its function; with it, anybody could put these on a table of his own and burn
-- our numbers.
REVOKE EXECUTE ON FUNCTION set_generic_instance_euid(), set_euid(), verify_euid() FROM PUBLIC;
