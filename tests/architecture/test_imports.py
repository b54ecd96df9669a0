"""Imports stay light: what a command does not need, it does not load."""

import subprocess
import sys

import pytest

HEAVY = {
    "boto3",
    "botocore",
    "jsonschema",
    "psycopg2",
    "pydantic",
    "rich",
    "ruamel",
    "sqlalchemy",
    "troposphere",
    "yaml",
}


def loaded_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(shown.stdout.split())


@pytest.mark.parametrize(
    "module",
    ["tapdb_ctl", "tapdb_ctl.errors", "tapdb_ctl.core.plan", "tapdb_ctl.engine.applying", "tapdb_ctl.cli.running"],
)
def test_nothing_heavy_is_loaded(module: str) -> None:
    assert loaded_by(module) & HEAVY == set()
