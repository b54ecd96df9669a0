SELECT changed_at, changed_by, operation_type, column_name, old_value, new_value FROM audit_log
WHERE rel_table_euid_fk = :euid AND rel_table_name = 'generic_instance'
    AND column_name IS DISTINCT FROM 'modified_dt'
ORDER BY uuid
