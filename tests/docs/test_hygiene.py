"""No file says on which machine it was written, or from which index its packages came."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from documents import ROOT

HOMES = re.compile(rb"(?<![\w.~$}-])/(?:home|Users)/\w+|(?<![\w.~$}-])/root/")
OPTIONS = re.compile(rb"--(?:extra-)?index-url|--find-links|--trusted-host")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file() and path != Path(__file__)]


def index_hosts() -> set[bytes]:
    """The hosts that pip is set up to ask here, the public index aside."""
    shown = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    settings = [shown.stdout, *(value for name, value in os.environ.items() if name.startswith("PIP_"))]
    urls = re.findall(r"\w+://[^\s']+", " ".join(settings))
    return {host.encode() for url in urls if (host := urlsplit(url).hostname)} - {b"pypi.org"}


def test_no_file_names_this_machine() -> None:
    texts = {path: path.read_bytes() for path in tracked()}
    local = [str(ROOT).encode() + b"/", *index_hosts()]
    assert [str(path) for path, text in texts.items() if any(word in text for word in local)] == []
    assert [str(path) for path, text in texts.items() if HOMES.search(text) or OPTIONS.search(text)] == []
