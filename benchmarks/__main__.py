"""Run every benchmark, or those named: `python -m benchmarks check places`.

Each runs in a process of its own. Linux counts the memory of whoever starts a command as that command's own until it
is loaded, so that after a large benchmark every small command would look as large.
"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

HELPERS = {"__init__", "__main__", "ledger_work", "measure"}


def main() -> None:
    """Each module here with a `main()` is a benchmark; a figure over its limit is printed, never a failure."""
    names = sys.argv[1:] or sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - HELPERS)
    if len(names) == 1:
        print(f"\n# {names[0]}", flush=True)
        import_module(f"benchmarks.{names[0]}").main()
        return
    for name in names:
        subprocess.run([sys.executable, "-m", "benchmarks", name], check=True)


if __name__ == "__main__":
    main()
