"""A private PostgreSQL for the tests: own folder, own port on loopback, not as root, stopped at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"


def find_server() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, newest version first; None where there is no server."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def private_cluster(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """A running cluster in `folder`; gives its address as COMMONPOOL_DATABASE_URL takes it.

    durable  every commit waits for the disk, as in use; else nothing does, which is faster
    """
    server = find_server()
    assert server is not None, "there is no PostgreSQL server on this machine"
    data, port = folder / "data", free_port()
    folder.mkdir(parents=True)
    _hand_to_the_unprivileged(folder)
    _as_server(server / "initdb", "-D", data, "-U", "commonpool", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    # No fsync by default: the cluster lives only as long as the tests, and power failures are not what they test.
    waiting = "-c fsync=on -c synchronous_commit=on" if durable else "-c fsync=off"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {waiting} -c max_connections=60"
    _as_server(server / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://commonpool@127.0.0.1:{port}/postgres"
    finally:
        _as_server(server / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _hand_to_the_unprivileged(folder: Path) -> None:
    if os.geteuid() != 0:
        return
    account = pwd.getpwnam(USER)
    os.chown(folder, account.pw_uid, account.pw_gid)
    # The temporary folder above is private to root; the server must be able to pass through it.
    folder.parent.chmod(0o711)


def _as_server(*command: str | Path) -> None:
    identity = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        **identity,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
