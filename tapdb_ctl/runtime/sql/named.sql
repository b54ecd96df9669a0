SELECT uuid, euid, polymorphic_discriminator, template_uuid, is_deleted
  FROM generic_instance
 WHERE euid = ANY (:euids) OR uuid = ANY (:uuids)
