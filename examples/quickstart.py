"""Instances, an edge, a question: the runtime library on the templates of the core pack."""

from tapdb_ctl import InstanceFactory, ancestors, connect, instances, prop

factory = InstanceFactory()

with connect("dev", actor="ada") as db, db.session_scope(commit=True) as session:
    blood = factory.create_instance(session, "content/specimen/blood-whole/1.0", "Blood", {"barcode": "BC42"})
    dna = factory.create_instance(session, "content/nucleic-acid/gdna/1.0", "DNA")
    factory.link_instances(session, blood, dna, "extracted")

with connect("dev") as db, db.session_scope() as session:
    for found in instances(session).where(prop("properties.barcode") == "BC42"):
        print(found.euid, type(found).__name__, found.name)
    print([f"{node.euid} {node.name}" for node in ancestors(session, dna)])
