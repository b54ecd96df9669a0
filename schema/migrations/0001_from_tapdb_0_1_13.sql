-- From the schema of TAPDB 0.1.13.
--
-- Tables, columns and constraints are the same already. Removed here is what a comparison would leave in place, being
-- extra, or could not replace: triggers, functions and indexes. What ours has besides, and what has only changed, is
-- created afterwards, in the same transaction.
--
-- Nothing here reads a whole table. The locks are held until that transaction ends.

LOCK TABLE
    tapdb_identity_prefix_config, generic_template, generic_instance, generic_instance_lineage, audit_log, tapdb_user
IN ACCESS EXCLUSIVE MODE;

-- Triggers whose functions go.
DROP TRIGGER IF EXISTS trigger_set_generic_template_euid ON generic_template;
DROP TRIGGER IF EXISTS trigger_set_generic_instance_lineage_euid ON generic_instance_lineage;
DROP TRIGGER IF EXISTS trigger_set_tapdb_user_euid ON tapdb_user;
DROP TRIGGER IF EXISTS trigger_set_audit_log_euid ON audit_log;
DROP TRIGGER IF EXISTS audit_update_generic_template ON generic_template;
DROP TRIGGER IF EXISTS audit_update_generic_instance ON generic_instance;
DROP TRIGGER IF EXISTS audit_update_generic_instance_lineage ON generic_instance_lineage;

-- It returned character, which CREATE OR REPLACE cannot make text.
DROP FUNCTION IF EXISTS meridian_luhn_mod32_check(text);

-- An application may have put these on tables of its own. They go on working there, so they stay then.
DO $$
DECLARE
    obsolete text;
BEGIN
    FOREACH obsolete IN ARRAY ARRAY[
        'record_update',
        'set_generic_template_euid', 'set_generic_instance_lineage_euid', 'set_tapdb_user_euid', 'set_audit_log_euid'
    ] LOOP
        BEGIN
            EXECUTE format('DROP FUNCTION IF EXISTS %I()', obsolete);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RAISE NOTICE 'function % stays: something that is not TAPDB''s uses it', obsolete;
        END;
    END LOOP;
END $$;

-- Duplicates of unique constraints, and columns of two or three values.
DROP INDEX IF EXISTS
    idx_generic_template_polymorphic_discriminator, idx_generic_template_type, idx_generic_template_is_deleted,
    idx_generic_instance_type, idx_generic_instance_euid, idx_generic_instance_is_deleted,
    idx_generic_instance_category, idx_generic_instance_subtype, idx_generic_instance_version,
    idx_generic_instance_singleton,
    idx_generic_instance_lineage_is_deleted,
    idx_audit_log_rel_table_name, idx_audit_log_rel_table_uuid_fk, idx_audit_log_is_deleted,
    idx_audit_log_operation_type, idx_audit_log_changed_by, idx_audit_log_json_addl_gin,
    idx_tapdb_user_role, idx_tapdb_user_is_active, idx_tapdb_user_euid;

-- Prefixes were put right whenever they were read; here they are right when they are written.
UPDATE tapdb_identity_prefix_config SET prefix = upper(btrim(prefix)) WHERE prefix <> upper(btrim(prefix));

-- A row that brought its own EUID did not move the sequence of its prefix, nor did it need one. Each prefix in use
-- gets its sequence, past every number that was given. The prefixes of a table are found by a walk along the index of
-- (euid_prefix, euid_seq), from each to the next.
DO $$
DECLARE
    numbered text;
    used text;
    highest bigint;
    sequence text;
BEGIN
    FOREACH numbered IN ARRAY ARRAY[
        'generic_template', 'generic_instance', 'generic_instance_lineage', 'audit_log', 'tapdb_user'
    ] LOOP
        FOR used, highest IN EXECUTE format($walk$
            WITH RECURSIVE walk (prefix) AS (
                SELECT min(euid_prefix) FROM %1$I
                UNION ALL
                SELECT (SELECT min(euid_prefix) FROM %1$I WHERE euid_prefix > walk.prefix)
                FROM walk WHERE walk.prefix IS NOT NULL
            )
            SELECT prefix, (SELECT max(euid_seq) FROM %1$I WHERE euid_prefix = prefix)
            FROM walk WHERE prefix IS NOT NULL
        $walk$, numbered) LOOP
            sequence := CASE numbered
                WHEN 'generic_instance' THEN lower(used) || '_instance_seq'
                WHEN 'tapdb_user' THEN lower(used) || '_user_seq'
                WHEN 'audit_log' THEN lower(used) || '_audit_seq'
                ELSE numbered || '_seq'
            END;
            EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %I', sequence);
            EXECUTE format(
                'SELECT setval(%L, greatest(%s, last_value - (NOT is_called)::integer)) FROM %I',
                quote_ident(sequence), highest, sequence
            );
        END LOOP;
    END LOOP;
END $$;
