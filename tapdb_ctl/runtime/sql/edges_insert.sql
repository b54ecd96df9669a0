INSERT INTO generic_instance_lineage (
    name, polymorphic_discriminator, category, type, subtype, version, bstatus, parent_instance_uuid,
    child_instance_uuid, parent_type, child_type, relationship_type
)
SELECT given.name, 'generic_instance_lineage', 'generic', 'lineage', 'instance_lineage', '1.0.0', 'active',
       given.parent, given.child, given.parent_kind, given.child_kind, given.relationship
  FROM unnest(CAST(:names AS text[]), CAST(:parents AS bigint[]), CAST(:children AS bigint[]),
              CAST(:parent_kinds AS text[]), CAST(:child_kinds AS text[]), CAST(:relationships AS text[]))
       WITH ORDINALITY AS given (name, parent, child, parent_kind, child_kind, relationship, place)
 ORDER BY given.place
RETURNING uuid, euid, euid_prefix, euid_seq, created_dt, modified_dt
