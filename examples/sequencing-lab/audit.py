"""Who did what to a specimen, and what it was before."""

import sys

from tapdb_ctl import connect
from tapdb_ctl.lineage import as_of, history
from tapdb_ctl.queries import audit, find_instance

with connect("dev") as db, db.session_scope() as session:
    specimen = find_instance(session, sys.argv[1])
    changes = history(session, specimen)
    for change in changes:
        what = f"{change.column}: {change.old} -> {change.new}" if change.column == "bstatus" else change.column or ""
        print(f"{change.time:%H:%M} {change.actor} {change.operation} {what}".rstrip())

    before = as_of(session, specimen, changes[0].time)
    print(f"at first {before.bstatus}, now {specimen.bstatus}")

    for actor in ("ada@reception", "grace@bench", "robot-3"):
        print(f"{actor} wrote {audit(session, actor=actor, operation='INSERT').count()} rows")
