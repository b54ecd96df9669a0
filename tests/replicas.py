"""A hot standby of a real server, made with the server's own programs."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pg_servers import Server


@contextmanager
def standby(primary: Server, folder: Path) -> Iterator[int]:
    """The port of a standby that has caught up with `primary`."""
    home = Path(mkdtemp(prefix="standby-", dir=folder))
    account = _account(home)
    port = _free_port()
    address = ("-h", primary.host, "-p", str(primary.port), "-U", primary.user)
    environment = {"PGPASSWORD": primary.password, "PATH": os.environ["PATH"]}

    def run(program: str, *arguments: str) -> None:
        command = [str(primary.bin / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home, env=environment, **account)

    run("pg_basebackup", *address, "-D", "data", "-R", "-c", "fast", "-X", "stream")
    options = f"-p {port} -c unix_socket_directories={home} -c hot_standby=on -c logging_collector=off"
    run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
    try:
        yield port
    finally:
        run("pg_ctl", "-D", "data", "-m", "immediate", "stop")


def _account(home: Path) -> dict[str, Any]:
    """PostgreSQL does not run as root."""
    if os.geteuid():
        return {}
    user = pwd.getpwnam("nobody")
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
