"""DNA is extracted from every aliquot. A step that the templates do not expect is refused."""

from tapdb_ctl import InstanceFactory, connect
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.queries import instances, prop

MEASURED = (41.5, 38.0, 2.1)
ENOUGH = 10

factory = InstanceFactory()

with connect("dev", actor="robot-3") as db, db.session_scope(commit=True) as session:
    aliquots = instances(session, template="content/specimen/aliquot/1.0").all()
    rows = [
        {"name": f"DNA of {aliquot.name}", "properties": {"concentration_ng_ul": measured}}
        for aliquot, measured in zip(aliquots, MEASURED, strict=True)
    ]
    extracted = factory.create_instances(session, "content/nucleic-acid/dna/1.0", rows)
    factory.link_many(session, zip(aliquots, extracted, strict=True), "extracted")

    concentration = prop("properties.concentration_ng_ul")
    dna = instances(session, template="content/nucleic-acid/dna/1.0")
    for weak in dna.where(concentration < ENOUGH):
        weak.bstatus = "failed"
        print(f"{weak.euid} has {weak.json_addl['properties']['concentration_ng_ul']} ng/µl: {weak.bstatus}")

with connect("dev", actor="robot-3") as db, db.session_scope(commit=True) as session:
    (plate,) = instances(session, template="container/plate/wells-96/1.0")
    try:
        factory.link_instances(session, plate, extracted[0], "extracted")
    except InvalidInputError as error:
        print(error.findings[0].detail)
