"""Ask the peers from the project's own environment: each is a process of `.bench`, which `make bench` installs."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final, Literal

from tests.postgres import find_server, private_cluster

Name = Literal["hordak", "django_ledger"]
Work = Literal["single", "at_once", "bulk", "large"]

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = ROOT / ".bench" / "bin" / "python"
SIZES: Final[dict[Work, int]] = {"single": 300, "at_once": 300, "bulk": 1_000, "large": 8_000}


@dataclass(frozen=True)
class Peer:
    """A peer that is up: its tables are made, its check was tried, and it idles until asked."""

    name: Name
    process: subprocess.Popen[str]

    def __post_init__(self) -> None:
        self._hear()

    def measure(self, work: Work, size: int | None = None) -> dict[str, Any]:
        """One run of the work: `peer`, `work`, `size`, `entries`, `lines`, `seconds` and `entries_per_second`."""
        assert self.process.stdin is not None
        print(json.dumps({"work": work, "size": size or SIZES[work]}), file=self.process.stdin, flush=True)
        answer = self._hear()
        return {**answer, "entries_per_second": answer["entries"] / answer["seconds"]}

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"The peer {self.name} stopped; what it said stands above.")
        heard: dict[str, Any] = json.loads(line)
        return heard


def why_left_out(name: Name) -> str:
    """What is missing to run the peer on this machine; empty if nothing is."""
    if not PYTHON.exists():
        return "the peers are not installed; `make bench` installs them"
    if name == "hordak" and find_server() is None:
        return "there is no PostgreSQL server on this machine"
    return ""


@contextmanager
def open_peer(name: Name, database: str = "") -> Iterator[Peer]:
    """A running peer, for runs that alternate with ours; ask `why_left_out` first.

    database  hordak: the address of a durable PostgreSQL server, on which it makes and drops a database of its own;
              django_ledger: a file that does not exist yet. If empty, one for this peer alone, gone at the end.
    """
    with tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder:
        if database:
            with _started(name, database) as peer:
                yield peer
        elif name == "hordak":
            with private_cluster(Path(folder) / "cluster", durable=True) as url, _started(name, url) as peer:
                yield peer
        else:
            with _started(name, str(Path(folder) / "ledger.sqlite3")) as peer:
                yield peer


def peer_rate(
    name: Name, work: Work, *, size: int | None = None, repeats: int = 3, database: str = ""
) -> dict[str, Any] | None:
    """The run with the median time, as `Peer.measure` gives it; None if left out, once a line has said why."""
    if missing := why_left_out(name):
        print(f"left out: peer {name}: {missing}", flush=True)
        return None
    with open_peer(name, database) as peer:
        runs = sorted((peer.measure(work, size) for _ in range(repeats)), key=lambda run: float(run["seconds"]))
    return runs[len(runs) // 2]


def extrapolated_large(peer: Peer, *, measured: int, lines: int = SIZES["large"], repeats: int = 3) -> dict[str, Any]:
    """Seconds for one entry of so many lines, from entries of `measured` lines and of half as many.

    Fits a x lines + b x lines², as a check of the whole entry at each line costs. The answer says so itself:
    `extrapolated_from` holds the two sizes that were run.
    """
    half = measured // 2
    short, long = (median(peer.measure("large", size)["seconds"] for _ in range(repeats)) for size in (half, measured))
    by_square = max(0.0, (long - 2 * short) / (2 * half**2))
    by_line = long / measured - by_square * measured
    seconds = by_line * lines + by_square * lines**2
    return {"work": "large", "size": lines, "seconds": seconds, "extrapolated_from": (half, measured)}


@contextmanager
def _started(name: Name, database: str) -> Iterator[Peer]:
    command = [str(PYTHON), "-m", f"benchmarks.peers.{name}_peer", database]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        # Leaving closes the peer's input, which ends it, and waits for it.
        yield Peer(name, process)
