"""Run every benchmark, or those named: `python -m benchmarks check places`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

HELPERS = {"__init__", "__main__", "ledger_work", "measure"}


def main() -> None:
    """Each module here with a `main()` is a benchmark; a figure over its limit is printed, never a failure."""
    here = Path(__file__).parent
    names = sorted(
        path.stem for path in here.glob("*.py") if path.stem not in {"__init__", "__main__", "ledger_work", "measure"}
    )
    for name in sys.argv[1:] or names:
        print(f"\n# {name}", flush=True)
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
