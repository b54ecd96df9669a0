"""Manifests to the desired state, and the choice of an environment."""

from decimal import Decimal
from pathlib import Path

import pytest

from manifest_projects import Project, template
from tapdb_ctl.assets import asset
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.schema import BASELINE, VERSION
from tapdb_ctl.errors import ManifestError, Origin, Severity
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.connection import connection
from tapdb_ctl.manifest.variables import Variables


def codes(error: pytest.ExceptionInfo[ManifestError]) -> list[str]:
    return [finding.code for finding in error.value.findings]


def test_compiles_what_every_environment_has(project: Project) -> None:
    project.environment(identity={"tapdb_user": "TP"})
    project.pack()
    resources = project.load().desired.resources
    assert list(resources) == sorted(resources)
    assert {str(address): (r.attributes, r.needs, r.owner) for address, r in resources.items()} == {
        "server.dev": ({"major": 16}, (), None),
        "database.tapdb_dev": ({"encoding": "UTF8"}, (Address("server", "dev"),), None),
        "schema.baseline": ({"version": VERSION}, (Address("database", "tapdb_dev"),), None),
        "identity.tapdb_user": ({"prefix": "TP"}, (BASELINE,), None),
        "identity.audit_log": ({"prefix": "TAD"}, (BASELINE,), None),
    }


def test_compiles_a_template(project: Project) -> None:
    addl = {"properties": {"b": 0.10, "a": [1, None]}, "own": {"deep": [{}]}, "action_imports": {}, "cogs": None}
    project.environment()
    project.pack(template(json_addl=addl, lifecycle={"prevent_destroy": True}))
    resources = project.load().desired.resources
    made = resources[Address("template", "g/t/s/1.0")]
    assert made.attributes == {
        "name": "A",
        "polymorphic_discriminator": "generic_template",
        "instance_prefix": "GX",
        "instance_polymorphic_identity": None,
        "is_singleton": False,
        "bstatus": "active",
        "json_addl": {**addl, "properties": {"b": Decimal("0.1"), "a": [1, None]}},
        "json_addl_schema": None,
        "is_deleted": False,
    }
    assert made.needs == (Address("prefix", "GX"), Address("identity", "audit_log"), BASELINE)
    assert (made.owner, made.protected) == ("lab", True)
    assert made.origin == Origin("templates/pack.json", 0, ("templates", 0))
    prefix = resources[Address("prefix", "GX")]
    assert (prefix.attributes, prefix.needs, prefix.owner) == ({"sequence": "gx_instance_seq"}, (BASELINE,), None)


@pytest.mark.parametrize("written", [True, False, None])
def test_protection_is_as_written_and_none_where_nothing_is(project: Project, written: bool | None) -> None:
    project.environment()
    lifecycle = {} if written is None else {"prevent_destroy": written}
    project.pack(template(lifecycle=lifecycle), template("b"))
    resources = project.load().desired.resources
    assert resources[Address("template", "g/t/s/1.0")].protected is written
    assert resources[Address("template", "g/t/b/1.0")].protected is None


def test_what_is_wanted_is_for_one_database_and_schema(project: Project) -> None:
    project.environment()
    project.pack()
    assert project.load().desired.target == "tapdb_dev.public"
    project.environment(database={"engine": "postgres", "name": "lims", "schema": "tap"})
    loaded = project.load()
    assert loaded.desired.target == loaded.environment.target == "lims.tap"


def test_a_server_that_is_not_ours_is_no_resource(project: Project) -> None:
    project.environment(database={"engine": "postgres", "host": "db", "name": "lims", "schema": "tap"})
    project.pack()
    loaded = project.load()
    assert Address("server", "dev") not in loaded.desired.resources
    assert loaded.desired.resources[Address("database", "lims")].needs == ()
    assert loaded.environment.database.schema_name == "tap"


def test_the_core_pack_loads_without_a_finding() -> None:
    loaded = loading.load([asset("manifests")], "dev", Variables())
    packs = [loading.load([asset("manifests")], name, Variables()).desired for name in ("test", "prod")]
    templates = {a for a in loaded.desired.resources if a.type == "template"}
    assert Address("template", "generic/generic/generic/1.0") in templates
    assert all(templates == {a for a in desired.resources if a.type == "template"} for desired in packs)
    assert loaded.findings == ()
    assert loaded.directory == asset("manifests")
    assert loaded.desired.catalogs == {"core": False}


def test_shipped_environments_validate() -> None:
    assert loading.validate([asset("manifests")], Variables()) == ()


def test_yaml_and_json_compile_to_one_digest(project: Project) -> None:
    project.environment()
    path = project.pack(template(json_addl={"properties": {"a": 1.5, "no": "NO"}}))
    digest = project.load().desired.digest
    path.unlink()
    project.write(
        "templates/pack.yaml",
        "templates:\n- {name: A, polymorphic_discriminator: generic_template, category: g, type: t, subtype: s,\n"
        "   version: '1.0', instance_prefix: GX, json_addl: {properties: {a: 1.5, no: NO}}}\n",
    )
    assert project.load().desired.digest == digest


def test_roles_are_part_of_what_is_desired(project: Project) -> None:
    project.environment()
    project.pack()
    without = project.load().desired
    project.environment(roles={"application": ["app", "worker"], "read_only": ["report"]})
    desired = project.load().desired
    assert {name: role.kind for name, role in desired.roles.items()} == {
        "app": "application",
        "worker": "application",
        "report": "read_only",
    }
    assert desired.roles["worker"].origin == Origin("manifests/dev.json", path=("spec", "roles", "application", 1))
    assert (without.roles, without.digest == desired.digest) == ({}, False)


def test_indexes_are_part_of_what_is_desired(project: Project) -> None:
    project.environment()
    project.pack(template())
    without = project.load().desired
    project.pack(template(indexes=[{"path": 'properties."lot no"', "type": "numeric", "unique": True}]))
    desired = project.load().desired
    (index,) = (r for r in desired.resources.values() if r.address.kind == "index")
    assert index.attributes == {
        "table": "generic_instance",
        "definition": "CREATE UNIQUE INDEX tapdb_px_s_lot_no_d1bd71126f ON generic_instance USING btree"
        " (tapdb_property_numeric(json_addl, '{properties,\"lot no\"}'::text[])) WHERE category = 'g'::text"
        " AND type = 't'::text AND subtype = 's'::text AND version = '1.0'::text AND NOT is_deleted",
        "valid": True,
    }
    assert index.owner == desired.resources[Address("template", "g/t/s/1.0")].owner
    assert index.origin is not None
    assert index.origin.path[-2:] == ("indexes", 0)
    assert without.digest != desired.digest


def test_says_what_is_not_reconciled_yet(project: Project) -> None:
    project.environment(stack={"region": "eu-west-1"}, cognito={"pool_id": "p"})
    project.pack()
    found = project.load().desired.unreconciled
    assert [f.detail for f in found] == ["spec.stack", "spec.cognito"]
    assert {f.code for f in found} == {"ENV015"}


def test_warnings_do_not_stop_it(project: Project) -> None:
    project.environment()
    project.pack(
        template(polymorphic_discriminator="own_template", json_addl={"action_imports": {"x": "no/such/one/1"}})
    )
    with pytest.raises(ManifestError) as error:
        project.load()
    assert codes(error) == ["TPL010", "TPL012"]
    assert [f.code for f in project.load(strict=False).findings] == ["TPL010", "TPL012"]


def test_a_catalogue_without_a_name_is_not_applied(project: Project) -> None:
    project.environment(catalogs=[{"path": "../templates"}])
    project.pack()
    with pytest.raises(ManifestError) as error:
        project.load()
    assert codes(error) == ["ENV009"]
    (finding,) = loading.validate([Path("manifests")], Variables())
    assert finding.severity is Severity.WARNING


def test_everything_wrong_is_said_at_once(project: Project) -> None:
    project.environment(identity={"audit_log": "GN"}, database={"engine": "embedded", "prot": 1})
    project.environment("other", protect="yes")
    project.write("manifests/broken.yaml", "a: [")
    project.pack(template(instance_prefix="oil"), template("b", json_addl={"action_imports": {"x": "no/such/one/1"}}))
    project.write("templates/broken.json", "{")
    with pytest.raises(ManifestError) as error:
        project.load("dev")
    assert sorted(codes(error)) == ["ENV001", "ENV003", "MAN004", "MAN005", "TPL008", "TPL012"]
    assert all(f.where and f.where.line for f in error.value.findings)


class TestSelection:
    def test_the_only_one_needs_no_name(self, project: Project) -> None:
        project.environment("solo")
        project.pack()
        assert project.load().environment.name == "solo"

    def test_of_several_one_must_be_named(self, project: Project) -> None:
        project.environment("one")
        project.environment("two")
        project.pack()
        assert loading.environments([Path("manifests")]) == ("one", "two")
        assert project.load("two").desired.environment == "two"
        with pytest.raises(ManifestError, match=r"ENV006.*one, two"):
            project.load()
        with pytest.raises(ManifestError, match=r"ENV005.*three; declared: one, two"):
            project.load("three")

    def test_no_manifest_at_all(self, project: Project) -> None:
        with pytest.raises(ManifestError) as error:
            project.load("dev")
        assert codes(error) == ["ENV005", "MAN018"]
        with pytest.raises(ManifestError, match=r"MAN001: .*nowhere: there is no such file"):
            loading.load([Path("nowhere")], None, Variables())

    def test_a_file_named_twice_is_read_once(self, project: Project) -> None:
        path = project.environment()
        project.pack()
        assert loading.load([Path("manifests"), path], None, Variables()).environment.name == "dev"

    def test_a_name_need_not_be_well_formed_to_be_listed(self, project: Project) -> None:
        project.environment("dev", database={"engine": "oracle"})
        assert loading.environments([Path("manifests")]) == ("dev",)


class TestCatalogueFiles:
    def test_folders_are_walked_and_some_files_skipped(self, project: Project) -> None:
        project.environment()
        project.pack(template("a"), file="deep/er/a.json")
        for name in ("_metadata.json", ".hidden.json", "tapdb-config-example.yaml", "notes.txt", ".git/x.json"):
            project.write(f"templates/{name}", "not a pack")
        assert Address("template", "g/t/a/1.0") in project.load().desired.resources

    @pytest.mark.parametrize("pattern", ["../templates/a*.json", "../templates/*/a?.json", "../templates/**/a1.json"])
    def test_globs(self, project: Project, pattern: str) -> None:
        project.environment(catalogs=[{"name": "lab", "path": pattern}])
        project.pack(template("a"), file="a1.json")
        project.pack(template("b"), file="deep/a1.json")
        project.pack(template("c"), file="other.json")
        found = {a.name for a in project.load().desired.resources if a.type == "template"}
        assert found
        assert "g/t/c/1.0" not in found

    def test_a_pipe_is_not_read(self, project: Project) -> None:
        import os  # noqa: PLC0415 - only here

        project.environment(catalogs=[{"name": "lab", "path": "../templates/pipe.json"}])
        os.mkfifo(project.folder / "templates" / "pipe.json")
        with pytest.raises(ManifestError, match="not a regular file"):
            project.load()


class TestExtends:
    def test_merges_and_removes(self, project: Project) -> None:
        database = {"engine": "postgres", "host": "db", "port": 1, "user": "u"}
        project.write(
            "shared/_base.yaml",
            "apiVersion: tapdb/v1\nkind: Environment\nmetadata: {name: base}\nspec:\n"
            f"  database: {database}\n  protect: true\n  catalogs: [{{name: lab, path: ../templates}}]\n",
        )
        project.write(
            "manifests/dev.yaml",
            "apiVersion: tapdb/v1\nkind: Environment\nmetadata: {name: dev}\nspec:\n"
            "  extends: ../shared/_base.yaml\n  database: {port: null, user: other}\n",
        )
        project.pack()
        loaded = project.load()
        assert (loaded.environment.database.host, loaded.environment.database.user) == ("db", "other")
        assert loaded.environment.database.port is None
        assert loaded.desired.protect
        assert loading.environments([Path("manifests")]) == ("dev",)

    def test_paths_are_seen_from_the_base(self, project: Project) -> None:
        project.write(
            "elsewhere/base.yaml",
            "apiVersion: tapdb/v1\nkind: Environment\nmetadata: {name: base}\nspec:\n"
            "  database: {engine: embedded, data_dir: data}\n  catalogs: [{name: lab, path: packs}]\n",
        )
        project.write("elsewhere/packs/a.json", {"templates": [template("far")]})
        project.write(
            "manifests/dev.yaml",
            "apiVersion: tapdb/v1\nkind: Environment\nmetadata: {name: dev}\nspec: {extends: ../elsewhere/base.yaml}\n",
        )
        loaded = project.load()
        assert Address("template", "g/t/far/1.0") in loaded.desired.resources
        assert (
            loaded.directory / loaded.environment.database.data_dir
        ).resolve() == project.folder / "elsewhere" / "data"

    @pytest.mark.parametrize(("written", "seen"), [("system", "system"), ("ca.pem", "../elsewhere/ca.pem")])
    def test_the_systems_certificates_are_no_file(self, project: Project, written: str, seen: str) -> None:
        project.write(
            "elsewhere/base.yaml",
            "apiVersion: tapdb/v1\nkind: Environment\nmetadata: {name: base}\nspec:\n"
            f"  database: {{engine: postgres, sslrootcert: {written}}}\n",
        )
        project.environment("dev", extends="../elsewhere/base.yaml", database={})
        project.pack()
        assert project.load("dev").environment.database.sslrootcert == seen

    def test_a_base_may_lack_what_others_add(self, project: Project) -> None:
        project.environment("base", database={"host": "db", "port": 7})
        project.environment("dev", extends="base.json", database={"engine": "postgres"})
        project.pack()
        assert loading.validate([Path("manifests")], Variables()) == ()
        assert project.load("dev").environment.database.port == 7
        with pytest.raises(ManifestError, match=r"ENV002.*spec\.database\.engine"):
            project.load("base")


def test_one_name_twice_is_one_finding(project: Project) -> None:
    project.environment("dev").rename(project.folder / "manifests" / "other.json")
    project.environment("dev")
    project.pack()
    for read in (project.load, lambda: connection([Path("manifests")], None, Variables())):
        with pytest.raises(ManifestError) as error:
            read()
        assert codes(error) == ["MAN016"]


def test_one_file_under_two_catalogues_has_two_owners(project: Project) -> None:
    catalogs = [{"name": "lab", "path": "../templates"}, {"name": "more", "path": "../templates/pack.json"}]
    project.environment(catalogs=catalogs)
    project.pack(template())
    (found,) = (each for each in loading.validate([Path("manifests")], Variables()) if each.code == "TPL007")
    assert found.detail == "g/t/s/1.0 is declared by lab (templates/pack.json) and by more (templates/pack.json)"
    with pytest.raises(ManifestError, match="TPL007"):
        project.load()
