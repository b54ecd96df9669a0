"""Whatever a catalogue owns, the files of its export declare the same, byte for byte alike each time."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import OBJECTS, VALUES
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.manifest import compiling, reading
from tapdb_ctl.manifest.catalogs import Reader
from tapdb_ctl.manifest.exporting import Format, exported
from tapdb_ctl.manifest.formatting.files import formatted
from tapdb_ctl.manifest.yamldump import dumped
from worlds import indexed, template

PLAIN_LOOKING = (
    "~ null yes No on 1 1.0 1e3 0o17 0x1F 017 1_000 .inf 2026-11-21 << = # &a *a !t | > % @ ` { [ ' \" \\"
    " --- ... é 漢字 😀"
)
AMBIGUOUS = st.sampled_from(
    [*PLAIN_LOOKING.split(), "", "- a", "a: b", "a #b", " a", "a ", "? a", "k" * 200, "long " * 40]
) | st.sampled_from("\t\n\x7f\x85\u2028\ufeff")
TEXTS = AMBIGUOUS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
DOCUMENTS = VALUES | st.recursive(TEXTS, lambda v: st.lists(v, max_size=4) | st.dictionaries(TEXTS, v, max_size=4))


def read(text: str, form: Format) -> Any:
    parsed = reading.parsed(f"x.{form}", text.encode(), is_json=form is Format.JSON)
    assert parsed.findings == ()
    (document,) = parsed.documents
    return document.value


@given(DOCUMENTS)
def test_yaml_means_what_was_written(value: Any) -> None:
    text = dumped([value])
    assert same(read(text, Format.YAML), [value])
    assert formatted("x.yaml", text.encode(), is_json=False).after == text


@given(OBJECTS, st.none() | OBJECTS, st.booleans(), st.sampled_from(Format))
def test_a_template_is_declared_as_it_is(addl: Any, schema: Any, protected: bool, form: Format) -> None:
    owned = template("c/t/s/1.0", protected=protected, json_addl={"x": addl}, json_addl_schema=schema)
    files = exported([owned], ["lab"], form).files
    ((path, text),) = files.items()
    assert path == PurePosixPath(f"lab/c/t/s/1.0.{form}")
    assert formatted(path.name, text.encode(), is_json=form is Format.JSON).after == text
    (declared,) = read(text, form)["templates"]
    assert declared.get("lifecycle") == ({"prevent_destroy": True} if protected else None)
    assert same(declared["json_addl"], {"x": addl})
    assert same(declared.get("json_addl_schema"), schema)


RESOURCES = [
    template("tapdb-config-x/t/s/1.0", protected=True),
    template("c/T/s/1.0", owner="core", instance_polymorphic_identity="x", is_singleton=True, bstatus="draft"),
    template("c/t/s/2.0", prefix="WX"),
    template("c/t/s/1.0"),
    indexed("c/t/s/1.0", 'properties."lot.no"'),
    indexed("c/t/s/1.0", "properties.volume", "numeric", unique=True),
]


@pytest.mark.parametrize("form", Format)
def test_files_read_back_are_the_resources(form: Format, tmp_path: Path) -> None:
    made = exported(RESOURCES, ["lab", "core", "none"], form)
    assert (made.templates, made.findings) == (4, ())
    assert exported(RESOURCES[::-1], ["none", "core", "lab"], form) == made
    for name, text in made.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found: dict[Any, Resource] = {}
    for catalog in ("lab", "core", "none"):
        pack = Reader().read(tmp_path, catalog, None)  # type: ignore[arg-type]
        assert pack.findings == ()
        owned = compiling.Owned(catalog, pack.entries)
        found |= {r.address: r for r in (*compiling._templates([owned]), *compiling.indexes(pack.entries, catalog))}
    assert found.keys() == {r.address for r in RESOURCES}
    for wanted in RESOURCES:
        assert same(found[wanted.address].attributes, wanted.attributes)
        assert bool(found[wanted.address].protected) == bool(wanted.protected)


def test_what_cannot_be_declared_is_told_of() -> None:
    odd = template("../../etc/passwd/x/1.0")
    by_hand = indexed("c/t/s/1.0", "a")
    changed = Resource(
        by_hand.address, {**by_hand.attributes, "definition": "CREATE INDEX i ON generic_instance (euid)"}
    )
    orphan = indexed("c/t/gone/1.0", "a")
    made = exported([template("c/t/s/1.0"), odd, changed, orphan], ["lab"], Format.JSON)
    assert list(made.files) == [PurePosixPath("lab/c/t/s/1.0.json")]
    assert sorted(finding.code for finding in made.findings) == ["PLN057", "PLN057", "TPL011"]
