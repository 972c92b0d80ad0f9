"""The 99 workbooks of delayed transfers loaded, reconciled and reported, beside pandas and xlrd that only read them."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.measure import Ran, report, run_command
from benchmarks.peers.run import PYTHON

ROOT: Final = Path(__file__).resolve().parents[1]
WORKBOOKS: Final = ROOT.parent / "shared/data/dtoc/dtoc_la_raw_workbooks_2011-04_2019-06.zip"
LIMIT_SECONDS: Final = 3.0
FIGURES: Final = 309_638
REPEATS: Final = 5


def main() -> None:
    """The whole command as a user runs it, into an empty store each time; then once more with nothing new."""
    if not WORKBOOKS.exists():
        print("left out: the published workbooks are not beside the project (../shared/data)")
        return
    with TemporaryDirectory() as folder:
        loads = sorted(
            (_load(Path(folder) / f"home-{number}") for number in range(REPEATS)), key=lambda ran: ran.seconds
        )
        again = _load(Path(folder) / "home-0")
        peer = _peer_seconds(Path(folder) / "workbooks")
    ours = loads[len(loads) // 2]
    found = json.loads(ours.output)
    assert found["figures"] == FIGURES, found["figures"]
    assert sum(line["differing"] for line in found["reconciliation"]) == 0
    more = {"peer": "pandas with xlrd, reading alone", "peer_value": peer} if peer else {}
    report(f"load 99 workbooks, {FIGURES:,} figures", ours.seconds, limit=LIMIT_SECONDS, **more)
    report("the same again, nothing new", again.seconds, limit=1)
    report("memory at its most", ours.peak_mb, limit=1_000, unit="MB")


def _load(home: Path) -> Ran:
    os.environ["COMMONPOOL_HOME"] = str(home)
    ran = run_command("performance", "load", "dtoc", WORKBOOKS, "--json")
    assert ran.code == 0, ran.output
    return ran


def _peer_seconds(folder: Path) -> float:
    """Seconds that pandas needs to read every sheet of the same workbooks; 0 if it is not installed."""
    if not PYTHON.exists():
        print("left out: peer pandas: the peers are not installed; `make bench` installs them", flush=True)
        return 0
    with zipfile.ZipFile(WORKBOOKS) as archive:
        archive.extractall(folder)
    command = [str(PYTHON), "-m", "benchmarks.peers.pandas_peer", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(json.loads(ran.stdout)["seconds"])


if __name__ == "__main__":
    main()
