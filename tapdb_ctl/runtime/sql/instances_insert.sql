-- Uuids and EUIDs are given out in the order of `place`, so that of uuids is the order in which the rows were asked for.
-- One row comes back: drivers read arrays faster than rows.
WITH made AS (
    INSERT INTO generic_instance (
        name, polymorphic_discriminator, category, type, subtype, version, template_uuid, json_addl, bstatus,
        is_singleton
    )
    SELECT given.name, given.kind, t.category, t.type, t.subtype, t.version, t.uuid, given.document, given.status,
           t.is_singleton
      FROM ROWS FROM (
               jsonb_array_elements_text(CAST(:names AS jsonb)), jsonb_array_elements_text(CAST(:kinds AS jsonb)),
               jsonb_array_elements(CAST(:documents AS jsonb)), jsonb_array_elements_text(CAST(:statuses AS jsonb)),
               unnest(CAST(:templates AS bigint[]))
           ) WITH ORDINALITY AS given (name, kind, document, status, template_uuid, place)
      JOIN generic_template AS t ON t.uuid = given.template_uuid
     ORDER BY given.place
    RETURNING uuid, euid, euid_seq, created_dt, modified_dt
)
SELECT array_agg(uuid ORDER BY uuid), array_agg(euid ORDER BY uuid), array_agg(euid_seq ORDER BY uuid),
       min(created_dt), min(modified_dt)
  FROM made
