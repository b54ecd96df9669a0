-- Whose history does not reach back to a time: the log begins later, and their beginning is not in it.
SELECT euid FROM generic_instance AS instance
WHERE (:everywhere OR uuid = ANY (:uuids))
    AND NOT EXISTS (SELECT FROM audit_log WHERE changed_at <= :as_of)
    AND NOT EXISTS (
        SELECT FROM audit_log
        WHERE rel_table_euid_fk = instance.euid AND rel_table_name = 'generic_instance' AND operation_type = 'INSERT'
    )
ORDER BY uuid LIMIT 10
