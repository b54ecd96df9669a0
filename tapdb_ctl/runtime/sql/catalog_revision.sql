SELECT concat_ws('/', catalog_revision, xmin, extract(epoch FROM created_at)) FROM tapdb_meta
-- The number alone could come again, with other templates: after a restore, or where a failover lost an apply. The
-- transaction that wrote it does not.
