-- What the owner alone may do, and says that he does by the setting tapdb.maintenance: bring rows back from a dump,
-- move old history away. A wrong hand gets an error: a restore that fell back to auditing would not be noticed.

CREATE FUNCTION tapdb_maintenance(kind text) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path FROM CURRENT AS $$
BEGIN
    IF current_setting('tapdb.maintenance', true) IS DISTINCT FROM kind THEN
        RETURN false;
    END IF;
    -- The same question that ALTER TABLE … DISABLE TRIGGER asks.
    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'audit_log'::regclass::oid), 'USAGE') THEN
        RAISE EXCEPTION 'tapdb.maintenance is % but % does not own this schema', kind, current_user
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION tapdb_maintenance(text)
IS 'Whether the setting tapdb.maintenance says so; an error when it does and the role is not the owner';

CREATE FUNCTION tapdb_retire_audit(before timestamptz, batch integer DEFAULT 10000) RETURNS SETOF audit_log
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('tapdb.maintenance', 'retire', true);
    RETURN QUERY
    DELETE FROM audit_log
    WHERE uuid IN (SELECT uuid FROM audit_log WHERE changed_at < before ORDER BY changed_at LIMIT batch)
    RETURNING *;
    PERFORM set_config('tapdb.maintenance', '', true);
END $$;
COMMENT ON FUNCTION tapdb_retire_audit(timestamptz, integer)
IS 'Takes the oldest audit rows before a time out of the log and returns them, for the caller to archive';

REVOKE EXECUTE ON FUNCTION tapdb_retire_audit(timestamptz, integer) FROM PUBLIC;
