"""Timing for the benchmarks: medians over repeats, commands as whole processes, and one form of line."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """One run of a command: wall seconds, the largest resident memory in MB of it and its children, exit code."""

    seconds: float
    peak_mb: float
    code: int
    output: str


def median_seconds(work: Callable[[], object], *, repeats: int = 5) -> float:
    """The median wall time of calling `work`, in seconds."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def run_command(*arguments: str | Path) -> Ran:
    """Run `commonpool …` as a user would and measure the process with all that it starts."""
    command = [sys.executable, "-m", "commonpool", *map(str, arguments)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Ran(time.perf_counter() - started, usage.ru_maxrss / 1024, process.returncode, output)


def median_run(*arguments: str | Path, repeats: int = 5) -> Ran:
    """The run with the median time among several."""
    runs: Sequence[Ran] = sorted((run_command(*arguments) for _ in range(repeats)), key=lambda ran: ran.seconds)
    return runs[len(runs) // 2]


def report(what: str, value: float, *, limit: float, unit: str = "s", peer: str = "", peer_value: float = 0) -> None:
    """One line: what was measured, its limit, and the ratio to a peer that did the same work in the same run."""
    line = f"{what}: {value:.3g} {unit} (limit {limit:g} {unit}, {value / limit:.0%} of it)"
    if peer:
        line += f"; {peer} {peer_value:.3g} {unit}, {peer_value / value:.1f} times ours"
    print(line + ("" if value <= limit else "  OVER THE LIMIT"), flush=True)


def report_rate(what: str, value: float, *, at_least: float, peer: str = "", peer_value: float = 0) -> None:
    """One line for a rate: entries a second, what is wanted, and how many times the peer's it is."""
    line = f"{what}: {value:,.0f} entries/s (at least {at_least:,.0f} wanted)"
    if peer_value:
        line += f"; {peer} {peer_value:,.0f} entries/s, ours {value / peer_value:.1f} times"
    print(line + ("" if value >= at_least else "  BELOW THE LIMIT"), flush=True)
