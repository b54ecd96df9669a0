-- One alone: planned in half the time.
INSERT INTO generic_instance (
    name, polymorphic_discriminator, category, type, subtype, version, template_uuid, json_addl, bstatus, is_singleton
) VALUES (
    :name, :kind, :category, :type, :subtype, :version, :template, CAST(:document AS jsonb), :status, :is_singleton
)
RETURNING uuid, euid, euid_seq, created_dt, modified_dt
