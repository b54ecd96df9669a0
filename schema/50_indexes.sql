-- Indexes beside those of primary keys and unique constraints, each for a query that needs it.

-- One live singleton a template; a deleted one does not stand in the way of the next.
CREATE UNIQUE INDEX idx_generic_instance_unique_singleton_key ON generic_instance (category, type, subtype, version)
WHERE is_singleton AND NOT is_deleted;

-- Instances of a template; instances of a kind, newest change first in lists.
CREATE INDEX idx_generic_instance_template_uuid ON generic_instance (template_uuid);
CREATE INDEX idx_generic_instance_polymorphic_discriminator ON generic_instance (polymorphic_discriminator);
CREATE INDEX idx_generic_instance_mod_dt ON generic_instance (modified_dt);

-- Search by content, json_addl @> '{…}'. jsonb_path_ops is smaller and cheaper to keep, and serves @> alone.
CREATE INDEX idx_generic_instance_json_addl_gin ON generic_instance USING gin (json_addl jsonb_path_ops);

CREATE UNIQUE INDEX idx_lineage_unique_edge
ON generic_instance_lineage (parent_instance_uuid, child_instance_uuid, relationship_type)
WHERE NOT is_deleted;

-- Walks over live edges, down and up, answered from the index alone.
CREATE INDEX idx_generic_instance_lineage_parent ON generic_instance_lineage (parent_instance_uuid, child_instance_uuid)
WHERE NOT is_deleted;
CREATE INDEX idx_generic_instance_lineage_child ON generic_instance_lineage (child_instance_uuid, parent_instance_uuid)
WHERE NOT is_deleted;

-- The history of an object; what happened since.
CREATE INDEX idx_audit_log_rel_table_euid_fk ON audit_log (rel_table_euid_fk);
CREATE INDEX idx_audit_log_changed_at ON audit_log (changed_at);
