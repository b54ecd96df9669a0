"""From a report back to the patient: every step in one statement."""

import sys

from tapdb_ctl import connect
from tapdb_ctl.lineage import ancestors, path, subgraph
from tapdb_ctl.queries import find_instance

with connect("dev") as db, db.session_scope() as session:
    report = find_instance(session, sys.argv[1])
    for node in ancestors(session, report).rows():
        print(f"{'  ' * node.depth}{node.euid:8} {node.name}")

    patient = next(node for node in ancestors(session, report) if node.discriminator == "subject_instance")
    way = path(session, patient.uuid, report)
    print(" -> ".join(edge.relationship for edge in way.edges))
    print(subgraph(session, [report], direction="up").to_mermaid())
