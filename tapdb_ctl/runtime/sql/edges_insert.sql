WITH made AS (
    INSERT INTO generic_instance_lineage (
        name, polymorphic_discriminator, category, type, subtype, version, bstatus, parent_instance_uuid,
        child_instance_uuid, parent_type, child_type, relationship_type
    )
    SELECT given.name, 'generic_instance_lineage', 'generic', 'lineage', 'instance_lineage', '1.0.0', 'active',
           given.parent, given.child, given.parent_kind, given.child_kind, given.relationship
      FROM ROWS FROM (
               jsonb_array_elements_text(CAST(:names AS jsonb)), unnest(CAST(:parents AS bigint[])),
               unnest(CAST(:children AS bigint[])), jsonb_array_elements_text(CAST(:parent_kinds AS jsonb)),
               jsonb_array_elements_text(CAST(:child_kinds AS jsonb)),
               jsonb_array_elements_text(CAST(:relationships AS jsonb))
           ) WITH ORDINALITY AS given (name, parent, child, parent_kind, child_kind, relationship, place)
     ORDER BY given.place
    RETURNING uuid, euid, euid_seq, created_dt, modified_dt
)
SELECT array_agg(uuid ORDER BY uuid), array_agg(euid ORDER BY uuid), array_agg(euid_seq ORDER BY uuid),
       min(created_dt), min(modified_dt)
  FROM made
