import json

from tapdb_ctl.views.info import EnvironmentFacts, Facts, ServerFacts, document, lines
from tapdb_ctl.views.text import PLAIN

SERVER = ServerFacts("16", initialised=True, running=False, pid=None, data_dir="/data", log="/data/log")
FACTS = Facts(
    "0.1.0",
    "3.11.2",
    (
        EnvironmentFacts("dev", "embedded", "127.0.0.1", 5432, "tapdb", "tapdb_dev", "public", SERVER),
        EnvironmentFacts("broken", problem="ENV001: wrong"),
    ),
)


def test_page() -> None:
    assert list(lines(FACTS, PLAIN)) == [
        "tapdb 0.1.0, Python 3.11.2",
        "",
        "Environment dev",
        "  engine     embedded",
        "  database   tapdb_dev, schema public",
        "  endpoint   tapdb@127.0.0.1:5432",
        "  server     PostgreSQL 16, stopped",
        "  data       /data",
        "  log        /data/log",
        "",
        "Environment broken",
        "  problem    ENV001: wrong",
    ]


def test_document() -> None:
    shown = json.loads(document(FACTS))
    assert shown["environments"][0]["server"]["running"] is False
    assert shown["environments"][1]["host"] is None
