"""What somebody may have done to the schema by hand: sixteen mutations, eight plain and eight subtle."""

from __future__ import annotations

from typing import NamedTuple


class Mutation(NamedTuple):
    """A statement, the address that a plan must then name, and what `--allow-destroy` must be given to undo it."""

    sql: str
    address: str
    consent: tuple[str, ...] = ()


PLAIN = {
    "trigger dropped": Mutation(
        "DROP TRIGGER audit_insert_generic_instance ON generic_instance",
        "schema.trigger/generic_instance.audit_insert_generic_instance",
    ),
    "function body": Mutation(
        "CREATE OR REPLACE FUNCTION crockford_base32_encode(val bigint) RETURNS text"
        " LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT val::text'",
        "schema.function/crockford_base32_encode(bigint)",
    ),
    "index missing": Mutation(
        "DROP INDEX idx_generic_instance_json_addl_gin", "schema.index/idx_generic_instance_json_addl_gin"
    ),
    "extra column": Mutation(
        "ALTER TABLE generic_instance ADD COLUMN colour text",
        "schema.column/generic_instance.colour",
        ("column",),
    ),
    "column type": Mutation(
        "ALTER TABLE generic_instance ALTER COLUMN bstatus TYPE varchar(60)", "schema.column/generic_instance.bstatus"
    ),
    "default": Mutation(
        "ALTER TABLE generic_instance ALTER COLUMN json_addl SET DEFAULT '[]'",
        "schema.column/generic_instance.json_addl",
    ),
    "sequence missing": Mutation("DROP SEQUENCE generic_template_seq", "schema.sequence/generic_template_seq"),
    "unique constraint dropped": Mutation(
        "ALTER TABLE generic_instance DROP CONSTRAINT unique_generic_instance_prefix_seq",
        "schema.constraint/generic_instance.unique_generic_instance_prefix_seq",
    ),
}

SUBTLE = {
    "comment": Mutation("COMMENT ON TABLE generic_instance IS 'ours'", "schema.table/generic_instance"),
    "grant to PUBLIC": Mutation("GRANT SELECT ON generic_instance TO PUBLIC", "schema.table/generic_instance"),
    "trigger disabled": Mutation(
        "ALTER TABLE generic_instance DISABLE TRIGGER audit_insert_generic_instance",
        "schema.trigger/generic_instance.audit_insert_generic_instance",
    ),
    "sequence increment": Mutation(
        "ALTER SEQUENCE generic_template_seq INCREMENT 7", "schema.sequence/generic_template_seq"
    ),
    "function SET": Mutation(
        "ALTER FUNCTION tapdb_get_identity_prefix(text) RESET ALL",
        "schema.function/tapdb_get_identity_prefix(text)",
    ),
    "NOT NULL": Mutation(
        "ALTER TABLE generic_instance ALTER COLUMN bstatus DROP NOT NULL", "schema.column/generic_instance.bstatus"
    ),
    "CHECK": Mutation(
        "ALTER TABLE audit_log DROP CONSTRAINT audit_log_operation_type_check",
        "schema.constraint/audit_log.audit_log_operation_type_check",
    ),
    "index predicate": Mutation(
        "DROP INDEX idx_lineage_unique_edge; CREATE UNIQUE INDEX idx_lineage_unique_edge"
        " ON generic_instance_lineage (parent_instance_uuid, child_instance_uuid, relationship_type)",
        "schema.index/idx_lineage_unique_edge",
    ),
}

MUTATIONS = PLAIN | SUBTLE
