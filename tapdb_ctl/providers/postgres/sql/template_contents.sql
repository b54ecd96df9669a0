SELECT t.category || '/' || t.type || '/' || t.subtype || '/' || t.version,
       t.name,
       t.polymorphic_discriminator,
       t.instance_prefix,
       t.instance_polymorphic_identity,
       t.is_singleton,
       t.bstatus,
       t.json_addl::text,
       t.json_addl_schema::text,
       t.is_deleted
  FROM generic_template AS t
 WHERE t.category || '/' || t.type || '/' || t.subtype || '/' || t.version = ANY (string_to_array(%(codes)s, E'\n'))
