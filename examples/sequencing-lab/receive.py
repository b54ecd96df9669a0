"""Patients give blood; the tubes are accessioned. Wrong rows are told by line, and nothing of the file is kept."""

import sys

from tapdb_ctl import InstanceFactory, connect
from tapdb_ctl.errors import InvalidInputError

factory = InstanceFactory()

with connect("dev", actor="ada@reception") as db, db.session_scope(commit=True) as session:
    try:
        report = factory.load_instances(session, "content/specimen/blood/1.0", sys.argv[1])
    except InvalidInputError as error:
        sys.exit("\n".join(f"{finding.summary}: {finding.detail}" for finding in error.findings))
    patients = factory.create_instances(
        session, "subject/patient/human/1.0", [{"name": f"Patient {number}"} for number in range(1, report.loaded + 1)]
    )
    factory.link_many(session, zip(patients, report.euids, strict=True), "donated")
    for patient, specimen in zip(patients, report.euids, strict=True):
        print(f"{patient} gave {specimen}")
