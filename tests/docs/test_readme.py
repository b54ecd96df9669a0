"""The README opens as a newcomer needs it."""

from documents import ROOT


def test_the_two_commands_stand_near_the_top() -> None:
    top = (ROOT / "README.md").read_text().splitlines()[:60]
    assert {"make up", "make test"} <= {line.removeprefix("$ ").partition("  ")[0].strip() for line in top}


def test_the_changelog_knows_this_version() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text()
