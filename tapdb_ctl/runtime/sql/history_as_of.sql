-- Instances as they were: what they are, with what has changed since put back. modified_dt is not audited: it is the
-- time of the last change before, where the log still has that one. What was made is there from its created_dt on, when
-- its transaction began; the log has it a little later.
WITH log AS MATERIALIZED (
    SELECT audit_log.* FROM generic_instance AS instance JOIN audit_log ON rel_table_euid_fk = instance.euid
    WHERE instance.uuid = ANY (:uuids) AND rel_table_name = 'generic_instance'
), since AS (
    SELECT * FROM log WHERE changed_at > :as_of
), {undone}, last_change AS (
    SELECT rel_table_uuid_fk AS uuid, max(changed_at) AS changed_at FROM log WHERE changed_at <= :as_of GROUP BY 1
)
SELECT was.uuid, was.euid, was.euid_prefix, was.euid_seq, was.name, was.polymorphic_discriminator, was.category,
    was.type, was.subtype, was.version, was.template_uuid, was.json_addl, was.bstatus, was.is_singleton, was.is_deleted,
    was.created_dt,
    CASE WHEN undone.uuid IS NULL OR jsonb_exists(undone.before, 'modified_dt') THEN was.modified_dt
        ELSE coalesce(last_change.changed_at, CASE WHEN unborn THEN was.created_dt END) END AS modified_dt
FROM generic_instance AS instance
LEFT JOIN undone ON undone.uuid = instance.uuid
LEFT JOIN last_change ON last_change.uuid = instance.uuid
CROSS JOIN LATERAL jsonb_populate_record(instance, coalesce(undone.before, CAST('{{}}' AS jsonb))) AS was
WHERE instance.uuid = ANY (:uuids) AND NOT coalesce(unborn AND was.created_dt > :as_of, false)
