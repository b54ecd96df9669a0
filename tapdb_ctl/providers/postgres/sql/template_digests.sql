-- Every template that is wanted or ours, with a digest of its content as it is now. The digest is that of
-- the row as a jsonb object, which core.jsonvalue computes alike from a manifest: keys by length, then
-- bytes. It is written out because building the object costs twice as much as printing it.
WITH ownership (address, catalog, prevent_destroy) AS (
{ownership}
), coded AS (
    SELECT t.*, t.category || '/' || t.type || '/' || t.subtype || '/' || t.version AS code
      FROM generic_template AS t
)
SELECT t.code,
       o.catalog,
       coalesce(o.prevent_destroy, false),
       t.is_deleted,
       encode(sha256(convert_to(
           '{"name": ' || to_json(t.name)
           || ', "bstatus": ' || to_json(t.bstatus)
           || ', "json_addl": ' || t.json_addl
           || ', "is_deleted": ' || to_json(t.is_deleted)
           || ', "is_singleton": ' || to_json(t.is_singleton)
           || ', "instance_prefix": ' || to_json(t.instance_prefix)
           || ', "json_addl_schema": ' || coalesce(t.json_addl_schema::text, 'null')
           || ', "polymorphic_discriminator": ' || to_json(t.polymorphic_discriminator)
           || ', "instance_polymorphic_identity": ' || coalesce(to_json(t.instance_polymorphic_identity)::text, 'null')
           || '}', 'UTF8')), 'hex')
  FROM coded AS t
  LEFT JOIN ownership AS o ON o.address = 'template.' || t.code
 WHERE o.catalog = ANY (%(catalogs)s)
    OR t.code = ANY (string_to_array(%(codes)s, E'\n'))
