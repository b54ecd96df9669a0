"""Variables: where their values come from, and what they become."""

from pathlib import Path

import pytest

from manifest_projects import Project
from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.connection import connection
from tapdb_ctl.manifest.variables import Variables


def test_the_nearest_value_wins(tmp_path: Path) -> None:
    file = tmp_path / "vars.yaml"
    file.write_text("A: file\nB: file\nN: 5\nYES: true\n")
    variables = Variables.of(["A=given"], [file], {"TAPDB_VAR_B": "environ", "TAPDB_VAR_C": "environ"})
    assert [variables.get(name) for name in "ABCD"] == ["given", "file", "environ", None]
    assert (variables.get("N"), variables.get("YES")) == ("5", "true")


def test_no_repr_shows_a_value() -> None:
    assert "hunter2" not in repr(Variables.of(["PW=hunter2"], environ={"TAPDB_VAR_X": "hunter2"}))


@pytest.mark.parametrize("assignment", ["hunter2", "=hunter2", "1A=hunter2"])
def test_a_malformed_assignment_is_not_shown(assignment: str) -> None:
    with pytest.raises(ManifestError, match="VAR003") as error:
        Variables.of([assignment])
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("content", ["- a\n", "A: [1]\n", "'a b': 1\n", "A: [\n"])
def test_a_malformed_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "vars.yaml").write_text(content)
    with pytest.raises(ManifestError):
        Variables.of(files=[tmp_path / "vars.yaml"])


def test_text_becomes_what_the_field_wants(project: Project) -> None:
    project.environment(
        protect="${var.YES}",
        database={
            "engine": "${var.ENGINE}",
            "host": "db-${var.N}.${var.DOMAIN}",
            "port": "${var.PORT}",
            "name": "${var.N}",
        },
    )
    project.pack()
    given = Variables.of(["YES=true", "ENGINE=postgres", "PORT=5433", "N=12", "DOMAIN=example.org"])
    loaded = project.load(variables=given)
    database = loaded.environment.database
    assert (database.host, database.port, database.name) == ("db-12.example.org", 5433, "12")
    assert loaded.desired.protect is True


def test_a_value_of_the_wrong_kind_is_an_error(project: Project) -> None:
    project.environment(database={"engine": "embedded", "port": "${var.PORT}"})
    project.pack()
    with pytest.raises(ManifestError, match=r"ENV003.*spec\.database\.port"):
        project.load(variables=Variables.of(["PORT=many"]))


def test_only_the_selected_environment_needs_its_values(project: Project) -> None:
    project.environment("dev")
    project.environment("prod", database={"engine": "postgres", "host": "${var.HOST}", "port": "${var.PORT}"})
    project.pack()
    assert project.load("dev").findings == ()
    assert loading.validate([Path("manifests")], Variables()) == ()
    with pytest.raises(ManifestError) as error:
        project.load("prod")
    assert [(f.code, f.detail) for f in error.value.findings] == [("VAR001", "HOST"), ("VAR001", "PORT")]


def test_a_value_that_is_not_text_is_refused_where_it_is_used(project: Project) -> None:
    project.environment(database={"engine": "postgres", "host": "${var.HOST}", "user": "${var.WHO}"})
    project.pack()
    given = Variables.of(["HOST=h\udcf6st"], environ={"TAPDB_VAR_WHO": "J\udcf6rg", "TAPDB_VAR_UNUSED": "\udcff"})
    with pytest.raises(ManifestError) as error:
        project.load(variables=given)
    assert [(f.code, f.detail, f.hint) for f in error.value.findings] == [
        ("VAR004", "HOST", "give HOST again, as UTF-8"),
        ("VAR004", "WHO", "give WHO again, as UTF-8"),
    ]


def test_a_variable_that_nothing_knows_is_an_error(project: Project) -> None:
    project.environment("dev", database={"engine": "postgres", "host": "${var.HOST}", "name": "n"})
    project.environment("prod", database={"engine": "postgres", "host": "${var.PROD_HOST}", "name": "n"})
    project.pack()
    typo = Variables.of(["HOST=a", "HOTS=b"])
    with pytest.raises(ManifestError, match="VAR005") as error:
        project.load("dev", typo)
    (found,) = error.value.findings
    assert (found.detail, found.hint) == ("--var HOTS", "did you mean HOST?")
    with pytest.raises(ManifestError, match="VAR005"):
        connection([Path("manifests")], "dev", typo)
    with pytest.raises(ManifestError, match="--var PROD_HOST"):
        project.load("dev", Variables.of(["HOST=a", "PROD_HOST=b"]))
    assert [each.code for each in loading.validate([Path("manifests")], typo)] == ["VAR005"]
    assert loading.validate([Path("manifests")], Variables.of(["HOST=a", "PROD_HOST=b"])) == ()


def test_only_what_is_given_one_by_one_must_be_known(project: Project) -> None:
    path = project.environment("base", database={"engine": "postgres", "host": "${var.OLD}", "name": "n"})
    declared = {"UNUSED": 1}
    path.rename(path.with_name("_base.json"))
    project.write(
        "manifests/dev.json",
        {
            "apiVersion": "tapdb/v1",
            "kind": "Environment",
            "metadata": {"name": "dev"},
            "vars": declared,
            "spec": {"extends": "_base.json", "database": {"host": "h"}},
        },
    )
    project.pack()
    more = project.write("more.yaml", "OTHER: 1\n")
    given = Variables.of(["UNUSED=2", "OLD=x"], [more], {"TAPDB_VAR_ANOTHER": "3"})
    assert project.load("dev", given).findings == ()
