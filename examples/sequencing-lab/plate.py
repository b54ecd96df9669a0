"""Each specimen gives an aliquot, and each aliquot goes into a well of a new plate."""

from tapdb_ctl import ActionDispatcher, InstanceFactory, connect
from tapdb_ctl.lineage import descendants
from tapdb_ctl.queries import instances

factory = InstanceFactory()
actions = ActionDispatcher()

with connect("dev", actor="grace@bench") as db, db.session_scope(commit=True) as session:
    specimens = instances(session, template="content/specimen/blood/1.0", status="received").all()
    plate = factory.create_instance(session, "container/plate/wells-96/1.0", "P1")
    wells = descendants(session, plate, relationship="contains").rows()
    print(f"{plate.euid} has {len(wells)} wells")

    aliquots = factory.create_instances(
        session, "content/specimen/aliquot/1.0", [{"name": f"Aliquot of {specimen.name}"} for specimen in specimens]
    )
    factory.link_many(session, zip(specimens, aliquots, strict=True), "aliquoted")
    factory.link_many(session, zip((well.uuid for well in wells), aliquots, strict=False), "holds")

    for specimen, aliquot, well in zip(specimens, aliquots, wells, strict=False):
        said = {"new_status": "plated"}
        actions.execute_action(session, specimen, "core_actions", "update_status", captured_data=said)
        print(f"{specimen.euid} is {specimen.bstatus}: {aliquot} in {well.name}")
