"""Control charts of a board: 10,000 XmR charts of 60 points in under 2 s, and at least 20 times as fast as abspc.

Every chart has limits, all four rules and both icons. The peer is the Python package abspc, which charts one series
at a time, so it is given fewer of the same series and its time is taken to the same number.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any, Final

import numpy as np

from benchmarks.measure import median_seconds, report
from benchmarks.peers.run import PYTHON, ROOT
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.rule_sets import WELSH8
from commonpool.performance.rules.xmr import xmr_chart
from commonpool.performance.rules.xmr_batch import XmrBatch, XmrOptions, xmr_batch

CHARTS: Final = 10_000
POINTS: Final = 60
OF_THE_PEER: Final = 500
LIMIT_S: Final = 2.0
AT_LEAST_TIMES: Final = 20
TARGET: Final = 45.0
SEED: Final = 20_171_025
# The peer's own run lengths, so that both look for the same.
OPTIONS: Final = XmrOptions(WELSH8)


def main() -> None:
    """Print the time of a board and its ratio to the peer's, and the time of a single chart."""
    print(f"seed {SEED}")
    series = np.random.default_rng(SEED).normal(50, 5, (CHARTS, POINTS))
    # Before and after the peer, and the slower counts: the machine's speed may change meanwhile.
    before = median_seconds(lambda: _board(series.tolist()))
    peers = _peer(series[:OF_THE_PEER].tolist())
    ours = max(before, median_seconds(lambda: _board(series.tolist())))
    report(
        f"{CHARTS:,} XmR charts of {POINTS} points from lists, labels and icons as words",
        ours,
        limit=LIMIT_S,
        peer=f"{peers['peer']}, from {OF_THE_PEER} charts" if peers else "",
        peer_value=peers["seconds"] / OF_THE_PEER * CHARTS if peers else 0,
    )
    if peers:
        _compare(peers, ours, _board(series[:OF_THE_PEER].tolist()))
    single = median_seconds(
        lambda: [xmr_chart(row, improvement=Improvement.DECREASE, target=TARGET) for row in series[:200]]
    )
    print(f"one chart at a time, with its phases, ranges and notes: {1000 * single / 200:.2f} ms a chart")


def _board(series: list[list[float]]) -> XmrBatch:
    batch = xmr_batch(series, improvement=Improvement.DECREASE, targets=TARGET, options=OPTIONS)
    for at in range(len(batch)):
        batch.labels_of(at)
    return batch


def _compare(peers: dict[str, Any], ours: float, same: XmrBatch) -> None:
    times = peers["seconds"] / OF_THE_PEER * CHARTS / ours
    found = sum(same.signals_in(at) for at in range(len(same)))
    print(
        f"{times:.0f} times as fast as {peers['peer']} (at least {AT_LEAST_TIMES} wanted)"
        + ("" if times >= AT_LEAST_TIMES else "  BELOW THE LIMIT")
    )
    print(f"points flagged in the same {OF_THE_PEER} series: ours {found}, the peer's {peers['flagged']}")


def _peer(series: list[list[float]]) -> dict[str, Any] | None:
    """The peer's answer; None, and a line that says why, where it is not installed."""
    if not PYTHON.exists():
        print("left out: peer abspc: the peers are not installed; `make bench` installs them")
        return None
    done = subprocess.run(
        [str(PYTHON), "-m", "benchmarks.peers.abspc_peer"],
        input=json.dumps({"series": series, "target": TARGET}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    heard: dict[str, Any] = json.loads(done.stdout)
    return heard


if __name__ == "__main__":
    main()
