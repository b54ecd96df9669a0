-- Triggers. Those before a row fire in the order of their names: an EUID given by the statement is verified, a
-- missing one is set, and what was just set needs no verifying.

CREATE TRIGGER check_given_euid BEFORE INSERT ON generic_template
FOR EACH ROW WHEN (NEW.euid <> '') EXECUTE FUNCTION verify_euid();
CREATE TRIGGER check_given_euid BEFORE INSERT ON generic_instance
FOR EACH ROW WHEN (NEW.euid <> '') EXECUTE FUNCTION verify_euid();
CREATE TRIGGER check_given_euid BEFORE INSERT ON generic_instance_lineage
FOR EACH ROW WHEN (NEW.euid <> '') EXECUTE FUNCTION verify_euid();
CREATE TRIGGER check_given_euid BEFORE INSERT ON tapdb_user
FOR EACH ROW WHEN (NEW.euid <> '') EXECUTE FUNCTION verify_euid();
-- Depth 1 and more is our own audit, which numbers its rows itself.
CREATE TRIGGER check_given_euid BEFORE INSERT ON audit_log
FOR EACH ROW WHEN (NEW.euid <> '' AND pg_trigger_depth() = 0) EXECUTE FUNCTION verify_euid();

CREATE TRIGGER trigger_set_generic_template_euid BEFORE INSERT ON generic_template
FOR EACH ROW WHEN (NEW.euid IS NULL OR NEW.euid = '') EXECUTE FUNCTION set_euid('GT');
CREATE TRIGGER trigger_set_generic_instance_euid BEFORE INSERT ON generic_instance
FOR EACH ROW WHEN (NEW.euid IS NULL OR NEW.euid = '') EXECUTE FUNCTION set_generic_instance_euid();
CREATE TRIGGER trigger_set_generic_instance_lineage_euid BEFORE INSERT ON generic_instance_lineage
FOR EACH ROW WHEN (NEW.euid IS NULL OR NEW.euid = '') EXECUTE FUNCTION set_euid('GN');
CREATE TRIGGER trigger_set_tapdb_user_euid BEFORE INSERT ON tapdb_user
FOR EACH ROW WHEN (NEW.euid IS NULL OR NEW.euid = '') EXECUTE FUNCTION set_euid();
CREATE TRIGGER trigger_set_audit_log_euid BEFORE INSERT ON audit_log
FOR EACH ROW WHEN (NEW.euid IS NULL OR NEW.euid = '') EXECUTE FUNCTION set_euid();

-- Audit, one statement at a time: a row at a time costs half as much again. Rows that come back from a dump are in
-- the log that comes with them.
CREATE TRIGGER audit_insert_generic_template AFTER INSERT ON generic_template
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT WHEN (NOT tapdb_maintenance('restore')) EXECUTE FUNCTION record_insert();
CREATE TRIGGER audit_insert_generic_instance AFTER INSERT ON generic_instance
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT WHEN (NOT tapdb_maintenance('restore')) EXECUTE FUNCTION record_insert();
CREATE TRIGGER audit_insert_generic_instance_lineage AFTER INSERT ON generic_instance_lineage
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT WHEN (NOT tapdb_maintenance('restore')) EXECUTE FUNCTION record_insert();

CREATE TRIGGER audit_update_generic_template AFTER UPDATE ON generic_template
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_update_generic_template();
CREATE TRIGGER audit_update_generic_instance AFTER UPDATE ON generic_instance
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_update_generic_instance();
CREATE TRIGGER audit_update_generic_instance_lineage AFTER UPDATE ON generic_instance_lineage
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION record_update_generic_instance_lineage();

CREATE TRIGGER soft_delete_generic_template BEFORE DELETE ON generic_template
FOR EACH ROW EXECUTE FUNCTION soft_delete_row();
CREATE TRIGGER soft_delete_generic_instance BEFORE DELETE ON generic_instance
FOR EACH ROW EXECUTE FUNCTION soft_delete_row();
CREATE TRIGGER soft_delete_generic_instance_lineage BEFORE DELETE ON generic_instance_lineage
FOR EACH ROW EXECUTE FUNCTION soft_delete_row();

-- A row that stays as it was keeps its date.
CREATE TRIGGER update_modified_dt_generic_template BEFORE UPDATE ON generic_template
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_modified_dt();
CREATE TRIGGER update_modified_dt_generic_instance BEFORE UPDATE ON generic_instance
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_modified_dt();
CREATE TRIGGER update_modified_dt_generic_instance_lineage BEFORE UPDATE ON generic_instance_lineage
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_modified_dt();
CREATE TRIGGER update_modified_dt_tapdb_user BEFORE UPDATE ON tapdb_user
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION update_modified_dt();

-- Identities stay. The column list keeps these triggers off the path of every other update.
CREATE TRIGGER keep_identity BEFORE UPDATE OF uuid, euid, euid_prefix, euid_seq ON generic_template
FOR EACH ROW WHEN (
    OLD.uuid IS DISTINCT FROM NEW.uuid OR OLD.euid IS DISTINCT FROM NEW.euid
    OR OLD.euid_prefix IS DISTINCT FROM NEW.euid_prefix OR OLD.euid_seq IS DISTINCT FROM NEW.euid_seq
)
EXECUTE FUNCTION tapdb_refuse('uuid and EUID never change');
CREATE TRIGGER keep_identity BEFORE UPDATE OF uuid, euid, euid_prefix, euid_seq ON generic_instance
FOR EACH ROW WHEN (
    OLD.uuid IS DISTINCT FROM NEW.uuid OR OLD.euid IS DISTINCT FROM NEW.euid
    OR OLD.euid_prefix IS DISTINCT FROM NEW.euid_prefix OR OLD.euid_seq IS DISTINCT FROM NEW.euid_seq
)
EXECUTE FUNCTION tapdb_refuse('uuid and EUID never change');
CREATE TRIGGER keep_identity BEFORE UPDATE OF uuid, euid, euid_prefix, euid_seq ON generic_instance_lineage
FOR EACH ROW WHEN (
    OLD.uuid IS DISTINCT FROM NEW.uuid OR OLD.euid IS DISTINCT FROM NEW.euid
    OR OLD.euid_prefix IS DISTINCT FROM NEW.euid_prefix OR OLD.euid_seq IS DISTINCT FROM NEW.euid_seq
)
EXECUTE FUNCTION tapdb_refuse('uuid and EUID never change');
CREATE TRIGGER keep_identity BEFORE UPDATE OF uuid, euid, euid_prefix, euid_seq ON tapdb_user
FOR EACH ROW WHEN (
    OLD.uuid IS DISTINCT FROM NEW.uuid OR OLD.euid IS DISTINCT FROM NEW.euid
    OR OLD.euid_prefix IS DISTINCT FROM NEW.euid_prefix OR OLD.euid_seq IS DISTINCT FROM NEW.euid_seq
)
EXECUTE FUNCTION tapdb_refuse('uuid and EUID never change');

CREATE TRIGGER refuse_truncate_generic_template BEFORE TRUNCATE ON generic_template
FOR EACH STATEMENT EXECUTE FUNCTION tapdb_refuse('rows are soft-deleted, with DELETE');
CREATE TRIGGER refuse_truncate_generic_instance BEFORE TRUNCATE ON generic_instance
FOR EACH STATEMENT EXECUTE FUNCTION tapdb_refuse('rows are soft-deleted, with DELETE');
CREATE TRIGGER refuse_truncate_generic_instance_lineage BEFORE TRUNCATE ON generic_instance_lineage
FOR EACH STATEMENT EXECUTE FUNCTION tapdb_refuse('rows are soft-deleted, with DELETE');

CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION tapdb_refuse('history is append-only');
CREATE TRIGGER append_only_until_retired BEFORE DELETE ON audit_log
FOR EACH STATEMENT WHEN (NOT tapdb_maintenance('retire'))
EXECUTE FUNCTION tapdb_refuse('history is append-only; its owner retires it with tapdb_retire_audit()');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tapdb_ledger
FOR EACH STATEMENT EXECUTE FUNCTION tapdb_refuse('history is append-only');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tapdb_ledger_change
FOR EACH STATEMENT EXECUTE FUNCTION tapdb_refuse('history is append-only');

CREATE TRIGGER keep_instance BEFORE UPDATE ON tapdb_idempotency_key
FOR EACH ROW WHEN (OLD.instance_uuid IS NOT NULL) EXECUTE FUNCTION tapdb_refuse('a key stays with its instance');

-- Edges follow their instances, and are refused when they close a cycle. The names put marks and checks after the
-- audit, so that what follows from a statement is logged after it.
CREATE TRIGGER cascade_to_edges AFTER UPDATE ON generic_instance
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tapdb_cascade();
CREATE TRIGGER check_edges_insert AFTER INSERT ON generic_instance_lineage
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT WHEN (NOT tapdb_maintenance('restore')) EXECUTE FUNCTION tapdb_check_edges();
CREATE TRIGGER check_edges_update AFTER UPDATE ON generic_instance_lineage
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tapdb_check_edges();
CREATE CONSTRAINT TRIGGER confirm_edges AFTER INSERT ON tapdb_pending_edges
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_first) EXECUTE FUNCTION tapdb_confirm_edges();

-- A deleted edge that is itself deleted, or revived, no longer waits for its instance. Before soft_delete_*, which
-- ends the DELETE.
CREATE TRIGGER forget_cause BEFORE DELETE ON generic_instance_lineage
FOR EACH ROW WHEN (OLD.is_deleted) EXECUTE FUNCTION tapdb_forget_cause();
CREATE TRIGGER forget_cause_update BEFORE UPDATE OF is_deleted ON generic_instance_lineage
FOR EACH ROW WHEN (OLD.is_deleted) EXECUTE FUNCTION tapdb_forget_cause();
