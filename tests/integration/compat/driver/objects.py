"""Templates looked up, instances made from them, and their EUIDs."""

from __future__ import annotations

from typing import Any

from app import IMPORTED, PLATE, TUBE, App, behaviour, refusal, reloaded, scalar
from daylily_tapdb import generic_instance, generic_instance_lineage
from daylily_tapdb.euid import format_euid, validate_euid
from sqlalchemy import text


@behaviour("templates are found by code, with and without a closing slash, and by EUID")
def templates_found(app: App) -> Any:
    with app.session() as session:
        tube = app.templates.get_template(session, TUBE)
        by_euid = app.templates.get_template_by_euid(session, tube.euid)
        slashed = app.templates.get_template(session, TUBE + "/")
        return [type(tube).__name__, by_euid is tube, slashed is tube, app.templates.get_template(session, "a/b/c/1")]


@behaviour("templates are listed by category and type")
def templates_listed(app: App) -> Any:
    with app.session() as session:
        listed = app.templates.list_templates(session, category="workflow_step", type_="queue")
        return sorted(app.templates.template_code_from_template(each) for each in listed)


@behaviour("an instance is created from a template, with its defaults")
def created(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE, "tube")
        template = app.templates.get_template(session, TUBE)
        return {
            "euid": [tube.euid_prefix, validate_euid(tube.euid), tube.euid == format_euid("CX", tube.euid_seq)],
            "code": [tube.category, tube.type, tube.subtype, tube.version, tube.template_uuid == template.uuid],
            "state": [tube.name, tube.bstatus, tube.is_singleton, tube.is_deleted, tube.polymorphic_discriminator],
            "dated": [tube.created_dt.tzinfo is not None, tube.modified_dt == tube.created_dt],
            "json_addl": tube.json_addl,
        }


@behaviour("it is read back as the class of its discriminator")
def read_back(app: App) -> Any:
    with app.session() as session:
        uuid = app.create(session, TUBE).uuid
    with app.session() as session:
        return type(session.get(generic_instance, uuid)).__name__


@behaviour("properties given replace the template's, key by key")
def properties(app: App) -> Any:
    with app.session() as session:
        plate = app.create(session, PLATE, properties={"volume": 2, "maker": {"name": "other"}}, create_children=False)
        return reloaded(session, plate).json_addl["properties"]


@behaviour("a template's layouts make its children, with their edges, all the way down")
def layouts(app: App) -> Any:
    with app.session() as session:
        plate = app.create(session, PLATE, "plate")
        return sorted(_below(plate))


def _below(parent: Any) -> Any:
    for edge in parent.parent_of_lineages:
        child = edge.child_instance
        yield f"{parent.name} {edge.relationship_type} {child.name}: {edge.parent_type} -> {edge.child_type}"
        yield from _below(child)


@behaviour("a workflow of the core pack is created, with its queues")
def workflow(app: App) -> Any:
    with app.session() as session:
        made = app.create(session, "workflow/assay/hla-typing/1.2", "assay")
        queues = [edge.child_instance for edge in made.get_sorted_parent_of_lineages()]
        return [made.euid_prefix, made.is_singleton, sorted((queue.euid_prefix, queue.subtype) for queue in queues)]


@behaviour("edges made by a layout are read back with EUID, name and defaults")
def edge_fields(app: App) -> Any:
    with app.session() as session:
        plate = app.create(session, PLATE, "plate")
        edge = session.query(generic_instance_lineage).filter_by(parent_instance_uuid=plate.uuid).first()
        child = edge.child_instance
        code = [edge.category, edge.type, edge.subtype, edge.version]
        return [edge.euid_prefix, edge.name == f"{plate.euid}->{child.euid}", edge.bstatus, code, edge.is_deleted]


@behaviour("1,000 objects added by one flush each get a uuid and an EUID of their own")
def bulk(app: App) -> Any:
    with app.session() as session:
        template = app.templates.get_template(session, TUBE)
        many = [_bare(template, name=str(number)) for number in range(1000)]
        session.add_all(many)
        session.flush()
        seen = {each.euid for each in many}
        named = dict(session.query(generic_instance.uuid, generic_instance.name).where(generic_instance.euid.in_(seen)))
        return [len(seen), named == {each.uuid: each.name for each in many}]


def _bare(template: Any, **fields: Any) -> Any:
    return generic_instance(
        polymorphic_discriminator="data_instance",
        category=template.category,
        type=template.type,
        subtype=template.subtype,
        version=template.version,
        template_uuid=template.uuid,
        bstatus="created",
        is_singleton=False,
        **fields,
    )


@behaviour("an EUID that the application gives is kept")
def given(app: App) -> Any:
    with app.session() as session:
        template = app.templates.get_template(session, IMPORTED)
        made = _bare(template, name="given", euid=format_euid("EX", 1000))
        session.add(made)
        session.flush()
        return [made.euid, made.euid_prefix, made.euid_seq]


@behaviour("the numbers that follow a given EUID do not meet it")
def past_the_given(app: App) -> Any:
    with app.session(commit=False) as session:
        template = app.templates.get_template(session, IMPORTED)
        ahead = scalar(session, "SELECT last_value FROM ex_instance_seq") + 1
        session.add(_bare(template, name="given", euid=format_euid("EX", ahead)))
        session.flush()
        return [refusal(session, lambda: app.create(session, IMPORTED)) for _ in range(2)]


@behaviour("an EUID whose check character is wrong is refused")
def wrong_euid(app: App) -> Any:
    with app.session() as session:
        template = app.templates.get_template(session, IMPORTED)
        return refusal(session, lambda: session.add(_bare(template, name="wrong", euid="EX-19Z")))


@behaviour("an EUID of a prefix that nobody declared is refused")
def foreign_euid(app: App) -> Any:
    with app.session(commit=False) as session:
        template = app.templates.get_template(session, IMPORTED)
        euid = format_euid("ZZ", 5)
        return refusal(session, lambda: session.add(_bare(template, name="foreign", euid=euid)))


@behaviour("an instance of a template whose prefix has no sequence is refused")
def undeclared_prefix(app: App) -> Any:
    with app.session(commit=False) as session:
        template = app.template(session, "undeclared", instance_prefix="QQ")
        code = app.templates.template_code_from_template(template)
        return refusal(session, lambda: app.create(session, code))


@behaviour("uuid and EUID cannot be changed")
def identity(app: App) -> Any:
    change = text("UPDATE generic_instance SET euid = 'CX-' WHERE uuid = :uuid")
    with app.session(commit=False) as session:
        tube = app.create(session, TUBE)
        return refusal(session, lambda: session.execute(change, {"uuid": tube.uuid}))
