-- Uuids and EUIDs are given out in the order of `place`, so sorting by uuid gives the rows as they were asked for.
INSERT INTO generic_instance (
    name, polymorphic_discriminator, category, type, subtype, version, template_uuid, json_addl, bstatus, is_singleton
)
SELECT given.name, given.kind, t.category, t.type, t.subtype, t.version, t.uuid, CAST(given.document AS jsonb),
       given.status, t.is_singleton
  FROM unnest(CAST(:names AS text[]), CAST(:kinds AS text[]), CAST(:templates AS bigint[]),
              CAST(:documents AS text[]), CAST(:statuses AS text[]))
       WITH ORDINALITY AS given (name, kind, template_uuid, document, status, place)
  JOIN generic_template AS t ON t.uuid = given.template_uuid
 ORDER BY given.place
RETURNING uuid, euid, euid_prefix, euid_seq, created_dt, modified_dt
