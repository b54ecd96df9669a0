"""What a signal does to a process after its work, with a process of its own, since handlers stay changed."""

import subprocess
import sys

CODE = """
import signal
from tapdb_ctl.cli.interrupt import stopping_cleanly
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with stopping_cleanly() as interruption:
        {work}
except ValueError:
    pass
signal.raise_signal(signal.SIGINT)
print("went on")
"""


def said_after(work: str) -> str:
    command = [sys.executable, "-c", CODE.format(work=work)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_what_was_done_is_not_denied() -> None:
    assert said_after("pass") == "went on\n"


def test_a_failure_can_still_be_interrupted() -> None:
    assert said_after("raise ValueError") == ""
