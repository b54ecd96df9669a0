"""Every json_addl_schema is a JSON Schema, and its template's defaults satisfy it as far as they go."""

from __future__ import annotations

from decimal import InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.errors import Severity
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.sensitive import is_sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.jsonschemas.validators import Budget
    from tapdb_ctl.manifest.checks.schemas import Problem
    from tapdb_ctl.manifest.entries import Entry


class Checked(NamedTuple):
    """A distinct schema: a validator, unless it has problems that forbid its use."""

    problems: tuple[Problem, ...]
    validator: Validator | None
    budget: Budget


class SchemaChecks:
    """Judges templates by their schemas; an equal schema is compiled once however many templates carry it."""

    def __init__(self) -> None:
        self._checked: dict[str, Checked] = {}

    def findings(self, entries: Iterable[Entry]) -> Iterator[Finding]:
        """What is wrong with the schemas of templates, or with their defaults."""
        for entry in entries:
            if (schema := entry.template.json_addl_schema) is None:
                continue
            key = repr(schema)
            if key not in self._checked:
                self._checked[key] = _checked(schema)
            yield from _findings(entry, self._checked[key])


def _checked(schema: dict[str, Any]) -> Checked:
    from tapdb_ctl.jsonschemas import validators  # noqa: PLC0415 - jsonschema is slow to import
    from tapdb_ctl.manifest.checks import schemas  # noqa: PLC0415 - as above

    budget = validators.Budget()
    problems = tuple(schemas.schema_problems(schema))
    usable = all(problem.harmless for problem in problems)
    return Checked(problems, validators.defaults_validator(schema, budget) if usable else None, budget)


def _findings(entry: Entry, checked: Checked) -> Iterator[Finding]:
    for problem in checked.problems:
        origin = entry.origin("json_addl_schema", *problem.path)
        yield finding(problem.code, problem.detail, problem.hint, severity=problem.severity, origin=origin)
    if checked.validator is not None:
        yield from _defaults(entry, checked.validator, checked.budget)


def _defaults(entry: Entry, validator: Validator, budget: Budget) -> Iterator[Finding]:
    """An instance begins with its template's `properties`; that much must satisfy the schema."""
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - it came with jsonschema

    from tapdb_ctl.jsonschemas.validators import TooMuchError  # noqa: PLC0415 - as above
    from tapdb_ctl.manifest.checks.schemas import MAX_ERRORS  # noqa: PLC0415 - as above

    origin = entry.origin("json_addl_schema")
    budget.renew()
    instance = {"properties": entry.json_addl.get("properties") or {}}
    try:
        for error in islice(validator.iter_errors(instance), MAX_ERRORS):
            yield _unsatisfied(entry, error)
    except Unresolvable as error:
        yield finding("TPL017", f"a $ref leads nowhere: {error.ref}", "define it under $defs", origin=origin)
    except (TooMuchError, RecursionError):
        yield _unchecked(entry, "applying it takes too long, or never ends")
    except InvalidOperation:
        yield _unchecked(entry, "a multipleOf cannot be computed for the default")
    except ValueError as error:  # from urllib, which jsonschema asks to join $id and $ref
        yield finding("TPL017", f"$id or $ref is no URI: {error}", "correct it", origin=origin)


def _unsatisfied(entry: Entry, error: ValidationError) -> Finding:
    path = tuple(error.absolute_path)
    dotted, wanted = ".".join(map(str, path)), error.validator_value
    rule = f"breaks {error.validator}" if error.validator else "is not allowed"
    if error.validator and not is_sensitive(dotted) and not isinstance(wanted, dict | list):
        rule += f": {wanted}"
    hint = "an instance starts with these values: change the default or the schema"
    return finding(
        "TPL019",
        f"{dotted or 'properties'} of {entry.code} {rule}"[:300],
        hint,
        origin=entry.origin("json_addl", *path),
    )


def _unchecked(entry: Entry, why: str) -> Finding:
    hint = "the template's defaults were not checked: make the schema simpler"
    origin = entry.origin("json_addl_schema")
    return finding("TPL020", f"{entry.code}: {why}", hint, severity=Severity.WARNING, origin=origin)
