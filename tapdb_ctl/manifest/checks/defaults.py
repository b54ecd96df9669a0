"""Every json_addl_schema is a JSON Schema, and its template's defaults satisfy it as far as they go."""

from __future__ import annotations

from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.errors import Severity
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.sensitive import is_sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema.protocols import Validator

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.checks.validators import Budget
    from tapdb_ctl.manifest.entries import Entry

_DATA = ("const", "enum", "default", "examples")
_MAX_ERRORS = 20


class Problem(NamedTuple):
    """Something wrong inside a schema: code, path, detail, hint."""

    code: str
    path: Path
    detail: str
    hint: str
    severity: Severity = Severity.ERROR


class Checked(NamedTuple):
    """A distinct schema: a validator, unless it has problems that forbid its use."""

    validator: Validator | None
    problems: tuple[Problem, ...]


class SchemaChecks:
    """Judges templates by their schemas; an equal schema is compiled once however many templates carry it."""

    def __init__(self) -> None:
        self._checked: dict[str, Checked] = {}
        self._budget: Budget | None = None

    def findings(self, entries: Iterable[Entry]) -> Iterator[Finding]:
        """What is wrong with the schemas of templates, or with their defaults."""
        for entry in entries:
            if (schema := entry.template.json_addl_schema) is None:
                continue
            checked = self._check(schema)
            for problem in checked.problems:
                origin = entry.origin("json_addl_schema", *problem.path)
                yield finding(problem.code, problem.detail, problem.hint, severity=problem.severity, origin=origin)
            if checked.validator is not None:
                yield from self._defaults(entry, checked.validator)

    def _check(self, schema: dict[str, Any]) -> Checked:
        key = repr(schema)
        if key not in self._checked:
            self._checked[key] = self._compile(schema)
        return self._checked[key]

    def _compile(self, schema: dict[str, Any]) -> Checked:
        from tapdb_ctl.manifest.checks import validators  # noqa: PLC0415 - jsonschema is slow to import, few packs need it

        self._budget = self._budget or validators.Budget()
        problems = tuple(_schema_problems(schema))
        if any(problem.severity is Severity.ERROR for problem in problems):
            return Checked(None, problems)
        return Checked(validators.defaults_validator(schema, self._budget), problems)

    def _defaults(self, entry: Entry, validator: Validator) -> Iterator[Finding]:
        """An instance begins with its template's `properties`; that much must satisfy the schema."""
        from referencing.exceptions import Unresolvable  # noqa: PLC0415 - it came with jsonschema

        from tapdb_ctl.manifest.checks.validators import MAX_STEPS, TooMuchError  # noqa: PLC0415 - as above

        assert self._budget is not None, "compiling made it"
        self._budget.left = MAX_STEPS
        try:
            for number, error in enumerate(
                validator.iter_errors({"properties": entry.json_addl.get("properties") or {}})
            ):
                if number < _MAX_ERRORS:
                    yield _unsatisfied(entry, tuple(error.absolute_path), error.validator, error.validator_value)
        except Unresolvable as error:
            detail = f"a $ref leads nowhere: {error.ref}"
            yield finding("TPL017", detail, "define it under $defs", origin=entry.origin("json_addl_schema"))
        except (TooMuchError, RecursionError):
            yield _unchecked(entry, "applying it takes too long, or never ends")
        except InvalidOperation:
            yield _unchecked(entry, "a multipleOf cannot be computed for the default")


def _unchecked(entry: Entry, why: str) -> Finding:
    hint = "the template's defaults were not checked: make the schema simpler"
    origin = entry.origin("json_addl_schema")
    return finding("TPL020", f"{entry.code}: {why}", hint, severity=Severity.WARNING, origin=origin)


def _unsatisfied(entry: Entry, path: Path, keyword: object, wanted: object) -> Finding:
    dotted = ".".join(map(str, path))
    rule = "" if is_sensitive(dotted) or isinstance(wanted, dict | list) else f": {wanted}"
    hint = "an instance starts with these values: change the default or the schema"
    return finding(
        "TPL019",
        f"{dotted} of {entry.code} breaks {keyword}{rule}"[:300],
        hint,
        origin=entry.origin("json_addl", *path),
    )


def _schema_problems(schema: dict[str, Any]) -> Iterator[Problem]:
    """Remote references and impossible patterns first: a check of the rest must not meet them."""
    from tapdb_ctl.manifest.checks import validators  # noqa: PLC0415 - jsonschema is slow to import, few packs need it

    yield from _unsafe(schema)
    try:
        for number, error in enumerate(validators.schema_errors(schema)):
            if number < _MAX_ERRORS:
                hint = f"draft 2020-12 asks for {error.validator}"
                yield Problem("TPL017", tuple(error.absolute_path), ".".join(map(str, error.absolute_path)), hint)
    except RecursionError:
        yield Problem("TPL020", (), "it is nested too deeply", "make it flatter", Severity.ERROR)


def _unsafe(schema: dict[str, Any]) -> Iterator[Problem]:
    from tapdb_ctl.manifest.checks import regexes  # noqa: PLC0415 - few packs need it

    pending: list[tuple[Any, Path]] = [(schema, ())]
    while pending:
        node, path = pending.pop()
        children = enumerate(node) if isinstance(node, list) else node.items()
        for key, value in children:
            at = (*path, key)
            if key in ("$ref", "$dynamicRef") and isinstance(value, str) and not value.startswith("#"):
                yield Problem(
                    "TPL018", at, value[:200], "put the definition under $defs and refer to it as #/$defs/NAME"
                )
            patterns = (
                [value]
                if key == "pattern"
                else list(value)
                if key == "patternProperties" and isinstance(value, dict)
                else []
            )
            for pattern in (pattern for pattern in patterns if isinstance(pattern, str)):
                if why := regexes.problem(pattern):
                    yield Problem("TPL017", at, f"{pattern[:100]!r} is no regular expression: {why}", "correct it")
                elif regexes.linear(pattern) is None:
                    hint = "look-around and back-references are left to the database's clients"
                    yield Problem(
                        "TPL020", at, f"{pattern[:100]!r} is not tried on the defaults", hint, Severity.WARNING
                    )
            if isinstance(value, dict | list) and key not in _DATA:
                pending.append((value, at))
