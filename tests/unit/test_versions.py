"""Which version is the highest."""

from tapdb_ctl.versions import version_order


def test_the_order_of_versions() -> None:
    ordered = ["Z", "b", "1.0rc1", "1.0", "1.2", "1.10", "2"]
    assert sorted(["1.10", "b", "2", "1.0", "Z", "1.2", "1.0rc1"], key=version_order) == ordered
