"""The one table of this layer's finding codes: a code means one thing for ever, in one fixed sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, Severity

if TYPE_CHECKING:
    from tapdb_ctl.errors import Origin, Where

SUMMARIES = {
    "MAN001": "a path cannot be read",
    "MAN002": "a file is too large",
    "MAN003": "a file is not UTF-8 text",
    "MAN004": "a file is not YAML",
    "MAN005": "a file is not JSON",
    "MAN006": "a key is given twice",
    "MAN007": "aliases expand to too much",
    "MAN008": "values are nested too deeply",
    "MAN009": "a YAML tag is not allowed",
    "MAN010": "a value cannot be stored in PostgreSQL",
    "MAN011": "a key is not a string",
    "MAN012": "a YAML 1.1 merge key is not supported",
    "MAN013": "a file holds no document",
    "MAN014": "a document is of no known kind",
    "MAN015": "a document has the wrong apiVersion",
    "MAN016": "two documents have one name",
    "MAN017": "a TemplateCatalog is used by no environment",
    "MAN018": "no manifest was found",
    "MAN019": "a file cannot be formatted",
    "MAN020": "a manifest cannot be added to",
    "ENV001": "an environment has an unknown field",
    "ENV002": "an environment lacks a field",
    "ENV003": "an environment's field has the wrong type",
    "ENV004": "an environment's field has a value that is not allowed",
    "ENV005": "no such environment",
    "ENV006": "the environment to use is not clear",
    "ENV007": "an environment cannot be extended",
    "ENV008": "identity prefixes clash",
    "ENV009": "a catalogue has no name",
    "ENV010": "two catalogues have one name",
    "ENV011": "a role is declared twice",
    "ENV012": "a literal password stands in a manifest",
    "ENV013": "an Aurora environment has no endpoint",
    "ENV014": "lock_timeout reaches deadlock_timeout",
    "ENV015": "declared but not reconciled yet by this version",
    "ENV016": "the database is not tapdb's alone",
    "ENV017": "a policy forbids what no plan can contain",
    "VAR001": "a variable has no value",
    "VAR002": "a variable reference is malformed",
    "VAR003": "a variable assignment is malformed",
    "VAR004": "a variable's value is not UTF-8 text",
    "VAR005": "a variable is declared or used nowhere",
    "SEC001": "a secret cannot be read",
    "SEC002": "a secret needs AWS",
    "TPL001": "a template has an unknown field",
    "TPL002": "a template lacks a field",
    "TPL003": "a template's field has the wrong type",
    "TPL004": "a template's field has a value that is not allowed",
    "TPL005": "a version is written as a number",
    "TPL006": "a template code is declared twice",
    "TPL007": "a template code is declared by two catalogues",
    "TPL008": "an instance prefix is not allowed",
    "TPL009": "a prefix is taken by an identity",
    "TPL010": "a polymorphic_discriminator is not one of tapdb's own",
    "TPL011": "a template code is malformed",
    "TPL012": "a reference leads to no template",
    "TPL013": "layouts form a cycle",
    "TPL014": "layouts are nested too deeply",
    "TPL015": "a singleton is asked for more than once",
    "TPL016": "a name_pattern cannot be filled",
    "TPL017": "a json_addl_schema is not a valid JSON Schema",
    "TPL018": "a json_addl_schema refers to another document",
    "TPL019": "a template's defaults do not satisfy its json_addl_schema",
    "TPL020": "a json_addl_schema cannot be fully checked",
    "TPL021": "an index is declared twice",
    "TPL022": "a template is renamed from one that is still declared",
    "TPL023": "two templates are renamed from one",
}
"""MAN: files, documents, syntax. ENV: environments. VAR: variables. SEC: secrets. TPL: templates."""


def finding(
    code: str,
    detail: str = "",
    hint: str = "",
    *,
    severity: Severity = Severity.ERROR,
    origin: Origin | None = None,
    where: Where | None = None,
    address: str | None = None,
) -> Finding:
    """A finding with its code's fixed summary; what it quotes cannot disturb a terminal."""
    return Finding(code, SUMMARIES[code], printable(detail), printable(hint), severity, where, origin, address)


def printable(text: str) -> str:
    """The text with control characters and half surrogate pairs written as escapes."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
