"""Finding a template by its code."""

import pytest

from tapdb_ctl.manifest.entries import Entry, Known, is_code
from tapdb_ctl.manifest.models.template import Template


def known(*codes: str, broken: str = "") -> Known:
    def entry(code: str) -> Entry:
        category, type_, subtype, version = code.split("/")
        fields = {"name": "A", "polymorphic_discriminator": "x", "instance_prefix": "GX"}
        template = Template(category=category, type=type_, subtype=subtype, version=version, **fields)
        return Entry(code, template, "f", 0, ())

    return Known.of(map(entry, codes), frozenset(broken.split()))


@pytest.mark.parametrize(
    ("versions", "highest"),
    [
        ("1.0 1.10 1.9", "1.10"),
        ("2.0rc1 2.0 1.9", "2.0"),
        ("b a 0.1", "0.1"),
        ("final draft", "final"),
        ("1.0 1.0.0", "1.0.0"),
    ],
)
def test_a_star_means_the_highest_version(versions: str, highest: str) -> None:
    found = known(*(f"a/b/c/{version}" for version in versions.split())).find("a/b/c/*")
    assert found is not None
    assert found.template.version == highest


def test_references() -> None:
    codes = known("a/b/c/1.0", broken="a/b/d/1.0")
    assert all(map(codes.has, ("a/b/c/1.0", "a/b/c/1.0/", "a/b/c/*", "a/b/c/*/", "a/b/d/1.0", "a/b/d/*")))
    assert not any(map(codes.has, ("a/b/c/1.1", "a/b/cc/*", "a/b/cc/1.0")))


def test_suggestions_differ_in_one_part() -> None:
    codes = known("a/b/c/1.0", "a/b/d/1.0", "x/y/z/1.0")
    assert codes.like("x/y/z/2.0") == "x/y/z/1.0"
    assert codes.like("a/b/e/1.0") is None
    assert codes.like("q/q/q/q") is None


@pytest.mark.parametrize("code", ["a/b/c/1.0", "a/b/c/1.0/", "a/b/c/*", "A-1/b_2/c.3/v"])
def test_codes(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize(
    "code", ["a/b/c", "a//c/1", "a/b/c/1/2", "a/b/c/1.0//", "a/b/*/1", "-a/b/c/1", "a b/c/d/1", "", "a/b/c/1.0\n"]
)
def test_not_codes(code: str) -> None:
    assert not is_code(code)
