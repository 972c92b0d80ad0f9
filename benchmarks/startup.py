"""`commonpool --help` starts neither Django nor a database: under 0.4 s."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import median_run, median_seconds, report


def main() -> None:
    """Time the help text beside an interpreter that does nothing."""
    bare = median_seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), repeats=9)
    report("commonpool --help", median_run("--help", repeats=9).seconds, limit=0.4, peer="bare Python", peer_value=bare)


if __name__ == "__main__":
    main()
