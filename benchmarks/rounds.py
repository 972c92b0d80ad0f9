"""Each planning round read from its files and resolved: under 60 ms."""

from __future__ import annotations

from benchmarks.measure import median_seconds, report
from commonpool.policy.reading import _load, load_round, round_ids


def main() -> None:
    """The slowest of all rounds, none of which was read before."""
    slowest_s, slowest = max((median_seconds(lambda name=name: _read(name)), name) for name in round_ids())  # type: ignore[misc]
    report(f"the slowest round ({slowest})", slowest_s, limit=0.06)


def _read(name: str) -> None:
    _load.cache_clear()
    load_round(name)


if __name__ == "__main__":
    main()
