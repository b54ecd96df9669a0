"""Templates back to the files that declare them: one a template, named by its code, the same bytes for the same state.

A template's path is CATALOGUE/category/type/subtype/version, so that a review shows one file for each template that
changed, a new version stands beside the old one, and no file moves because of another template.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.core import jsonvalue
from tapdb_ctl.errors import Finding, Severity
from tapdb_ctl.manifest.codes import finding, printable
from tapdb_ctl.manifest.models.template import PART
from tapdb_ctl.properties import PropertyIndex, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.jsonvalue import JsonValue
    from tapdb_ctl.core.resource import Resource

_CODE = re.compile(rf"({PART})/({PART})/({PART})/({PART})")
_SKIPPED = "tapdb-config"
_EMPTY = "none"


class Format(StrEnum):
    """How files are written; the word is their suffix too."""

    JSON = "json"
    YAML = "yaml"


class Export(NamedTuple):
    """The text of each file by its path, how many templates they hold, and what could not be declared."""

    files: dict[PurePosixPath, str]
    templates: int
    findings: tuple[Finding, ...]


def exported(resources: Iterable[Resource], catalogs: Iterable[str], form: Format) -> Export:
    """The files of what `catalogs` own; one that owns nothing gets an empty list, so that its folder holds a file.

    A template whose code no manifest can hold, and an index that no template can declare, are left out and told of.
    """
    resources = sorted(resources, key=lambda resource: resource.address)
    templates = [resource for resource in resources if resource.address.type == "template"]
    good = {resource.address.name: resource for resource in templates if _CODE.fullmatch(resource.address.name)}
    indexes, stray = _indexes(resources, good)
    files = {_path(r, form): _text([_declaration(r, indexes[code])], form) for code, r in good.items()}
    for catalog in sorted({*catalogs} - {resource.owner for resource in good.values()}):
        files[PurePosixPath(catalog, f"{_EMPTY}.{form}")] = _text([], form)
    odd = (_undeclarable(resource) for resource in templates if resource.address.name not in good)
    return Export(dict(sorted(files.items())), len(good), (*odd, *stray))


def _indexes(
    resources: Iterable[Resource], templates: Mapping[str, Resource]
) -> tuple[dict[str, list[PropertyIndex]], list[Finding]]:
    """The indexes of each template, and findings about those of none."""
    found: defaultdict[str, list[PropertyIndex]] = defaultdict(list)
    stray = []
    for resource in resources:
        if resource.address.type != "template":
            index = PropertyIndex.of(str(resource.attributes.get("definition")))
            if index and index.code in templates:
                found[index.code].append(index)
            else:
                stray.append(_stray(resource))
    return found, stray


def _path(resource: Resource, form: Format) -> PurePosixPath:
    """Where a template is declared; names that tapdb would skip when it reads the folder get a mark before them."""
    parts = (f"~{part}" if part.startswith(_SKIPPED) else part for part in resource.address.name.split("/"))
    *folders, version = parts
    return PurePosixPath(resource.owner or "", *folders, f"{version}.{form}")


def _declaration(template: Resource, indexes: Iterable[PropertyIndex]) -> dict[str, Any]:
    """The template as a pack holds it, in the order of its columns; what is absent or by default is left out."""
    attributes = template.attributes
    category, kind, subtype, version = template.address.name.split("/")
    declared = {
        "name": attributes["name"],
        "polymorphic_discriminator": attributes["polymorphic_discriminator"],
        "category": category,
        "type": kind,
        "subtype": subtype,
        "version": version,
        "instance_prefix": attributes["instance_prefix"],
        "instance_polymorphic_identity": attributes["instance_polymorphic_identity"],
        "is_singleton": attributes["is_singleton"],
        "bstatus": attributes["bstatus"],
        "json_addl": _ordered(attributes["json_addl"]),
        "json_addl_schema": _ordered(attributes["json_addl_schema"]),
        "lifecycle": {"prevent_destroy": True} if template.protected else None,
        "indexes": list(_index_declarations(indexes)) or None,
    }
    return {name: value for name, value in declared.items() if value is not None}


def _index_declarations(indexes: Iterable[PropertyIndex]) -> Iterator[dict[str, Any]]:
    for index in sorted(indexes, key=lambda index: index.path):
        unique = {"unique": True} if index.unique else {}
        yield {"path": written(index.path), "type": index.read_as, **unique}


def _ordered(value: JsonValue) -> JsonValue:
    """The value with the keys of every object sorted: jsonb keeps no order of its own."""
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_ordered(item) for item in value]
    return value


def _text(templates: list[dict[str, Any]], form: Format) -> str:
    """A pack as `tapdb fmt` lays it out."""
    pack = {"templates": templates}
    if form is Format.JSON:
        from tapdb_ctl.manifest.formatting.jsonlayout import layout  # noqa: PLC0415 - one of the two is needed

        return layout(jsonvalue.compact(pack))
    from tapdb_ctl.manifest.yamldump import dumped  # noqa: PLC0415 - see above

    return dumped(pack)


def _undeclarable(template: Resource) -> Finding:
    return finding(
        "TPL011",
        f"{template.address} was not made from a manifest, and none can hold its code",
        "it is left out; give the row a code of plain parts, or leave it to whoever made it",
        severity=Severity.WARNING,
        address=str(template.address),
    )


def _stray(index: Resource) -> Finding:
    return Finding(
        "PLN057",
        "an index cannot be declared",
        printable(f"it is left out: {index.attributes.get('definition')}"),
        "`tapdb plan` says whether somebody changed it",
        Severity.WARNING,
        address=str(index.address),
    )
