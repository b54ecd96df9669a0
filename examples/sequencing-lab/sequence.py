"""The sequencer, of which there is one, reads the DNA that is good enough; each set of reads gives a report."""

from tapdb_ctl import InstanceFactory, connect
from tapdb_ctl.queries import instances

factory = InstanceFactory()

with connect("dev", actor="robot-3") as db, db.session_scope(commit=True) as session:
    sequencer = factory.get_or_create_singleton_instance(session, "equipment/sequencer/bench/1.0", "Sequencer")
    for dna in instances(session, template="content/nucleic-acid/dna/1.0", status="extracted"):
        reads = factory.create_instance(
            session, "file/reads/fastq/1.0", f"Reads of {dna.name}", {"reads": 1_250_000 + dna.euid_seq}
        )
        report = factory.create_instance(
            session, "data/report/variants/1.0", f"Report on {dna.name}", {"variants": ["BRCA1:c.68_69del"]}
        )
        factory.link_instances(session, dna, reads, "sequenced")
        factory.link_instances(session, sequencer, reads, "produced")
        factory.link_instances(session, reads, report, "called")
        print(f"{dna.euid} -> {reads.euid} -> {report.euid}")
