"""The pooled-fund ledger against django-hordak and django-ledger, and against its own limits as it grows.

Everything is on: chain, draw, balances, audit, seal, triggers, durable commits. Peers run in an environment of their
own, in turn with ours on the same machine, and have no chain, no trace and no audit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.measure import report, report_rate, run_command
from benchmarks.peers.run import Peer, open_peer, why_left_out
from tests.postgres import find_server, private_cluster

BULK_LIMIT, LARGE_LIMIT_S, TABLE_LIMIT_S, CELL_LIMIT_MS, PAGE_LIMIT_MS = 1_500, 1.0, 0.5, 5.0, 300.0
VERIFY_LIMIT_S, VERIFY_LIMIT_MB, REPLAY_LIMIT_S = 60.0, 500.0, 300.0
ROUNDS: Final = 3
SIZES: Final = (10_000, 100_000, 1_000_000)
REPLAYED: Final = 100_000


class Worker:
    """Our side in a process of its own, ready and idle between requests, as a peer is."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._hear()

    def measure(self, work: str) -> dict[str, Any]:
        """One run, with its rate."""
        answer = self.ask({"work": work})
        return {**answer, "entries_per_second": answer["entries"] / answer["seconds"]}

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request."""
        assert self._process.stdin is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "our worker stopped; what it said stands above"
        heard: dict[str, Any] = json.loads(line)
        return heard


def main() -> None:
    """Print every figure with its limit and, where there is one, the peer's from the same run."""
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        if name == "PostgreSQL" and find_server() is None:
            print("left out: there is no PostgreSQL server on this machine")
            continue
        with database() as (environment, url):
            _against_peers(name, environment, url)
        for size in SIZES:
            with database() as (environment, _):
                _at_size(name, environment, size)
    _replay()


@contextmanager
def _sqlite() -> Iterator[tuple[dict[str, str], str]]:
    with tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder:
        yield {"COMMONPOOL_HOME": folder}, ""


@contextmanager
def _postgresql() -> Iterator[tuple[dict[str, str], str]]:
    with (
        tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder,
        private_cluster(Path(folder) / "cluster", durable=True) as url,
    ):
        yield {"COMMONPOOL_HOME": folder, "COMMONPOOL_DATABASE_URL": url}, url


def _against_peers(name: str, environment: dict[str, str], url: str) -> None:
    """Single commits, imports and one large entry: ours and the peer's in turn, medians."""
    peer_name: Any = "hordak" if url else "django_ledger"
    missing = why_left_out(peer_name)
    if missing:
        print(f"left out: peer {peer_name}: {missing}", flush=True)
    with _worker(environment) as ours:
        if missing:
            ours_by = {work: [ours.measure(work) for _ in range(ROUNDS)] for work in ("single", "bulk", "large")}
            peers_by: dict[str, list[dict[str, Any]]] = {}
        else:
            with open_peer(peer_name, url) as peer:
                ours_by, peers_by = _in_turn(ours, peer)
    _report_rates(name, peer_name, ours_by, peers_by)


def _in_turn(ours: Worker, peer: Peer) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    ours_by: dict[str, list[Any]] = {}
    peers_by: dict[str, list[Any]] = {}
    works: tuple[Any, ...] = ("single", "bulk", "large")
    for work in works:
        for _ in range(ROUNDS):
            ours_by.setdefault(work, []).append(ours.measure(work))
            peers_by.setdefault(work, []).append(peer.measure(work))
            if work == "single":
                peers_by.setdefault("at_once", []).append(peer.measure("at_once"))
    return ours_by, peers_by


def _report_rates(name: str, peer: str, ours: dict[str, list[Any]], peers: dict[str, list[Any]]) -> None:
    def middle(runs: list[Any], key: str) -> float:
        return median(float(run[key]) for run in runs) if runs else 0.0

    single, other = middle(ours["single"], "entries_per_second"), middle(peers.get("single", []), "entries_per_second")
    wanted = other * (1 if peer == "hordak" else 5)
    report_rate(f"{name}: single durable commits of 10 lines", single, at_least=wanted, peer=peer, peer_value=other)
    if peer == "hordak" and (fastest := middle(peers.get("at_once", []), "entries_per_second")):
        print(
            f"  with its legs by bulk_create {peer} makes {fastest:,.0f} entries/s, ours {single / fastest:.2f} times"
        )
    bulk, other = middle(ours["bulk"], "entries_per_second"), middle(peers.get("bulk", []), "entries_per_second")
    at_least = max(BULK_LIMIT, other) if peer == "hordak" else BULK_LIMIT
    report_rate(f"{name}: imports at 1,000 entries a commit", bulk, at_least=at_least, peer=peer, peer_value=other)
    large, other = middle(ours["large"], "seconds"), middle(peers.get("large", []), "seconds")
    limit = min(LARGE_LIMIT_S, other / 50) if peer == "hordak" and other else LARGE_LIMIT_S
    report(f"{name}: one entry of 8,000 lines", large, limit=limit, peer=peer if other else "", peer_value=other)


def _at_size(name: str, environment: dict[str, str], size: int) -> None:
    """Tables, one cell, a statement page and `verify` with that many postings."""
    with _worker(environment) as ours:
        found = ours.ask({"work": "reads", "size": size})
    label = f"{name}, {size:,} postings"
    report(f"{label}: scheme × source table", found["table_s"], limit=TABLE_LIMIT_S)
    report(f"{label}: one cell", found["cell_ms"], limit=CELL_LIMIT_MS, unit="ms")
    report(f"{label}: statement page", found["page_ms"], limit=PAGE_LIMIT_MS, unit="ms")
    with _in_environment(environment):
        ran = run_command("ledger", "verify")
    assert ran.code == 0, f"verify found a fault: {ran.output[:400]}"
    report(f"{label}: verify", ran.seconds, limit=VERIFY_LIMIT_S)
    report(f"{label}: verify, largest memory", ran.peak_mb, limit=VERIFY_LIMIT_MB, unit="MB")


def _replay() -> None:
    from benchmarks.ledger_work import write_events

    with tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder:
        path = Path(folder) / "events.csv"
        write_events(path, REPLAYED)
        ran = run_command("ledger", "replay", path, "--format", "json")
    assert ran.code == 0, "the replay failed"
    report(f"replay of {REPLAYED:,} events", ran.seconds, limit=REPLAY_LIMIT_S)
    print(f"largest memory {ran.peak_mb:.0f} MB")


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[Worker]:
    command = [sys.executable, "-m", "benchmarks.ledger_work"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "commonpool.site.settings"},
    ) as process:
        yield Worker(process)


@contextmanager
def _in_environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    main()
