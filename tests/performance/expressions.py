"""Every expression of the engine over the made tables, by name: whatever runs one engine runs them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from commonpool.performance.engine import aggregates, episodes

Tables = Mapping[str, Any]

EXPRESSIONS: dict[str, Callable[[Tables], Any]] = {
    "emergency_admissions": lambda t: episodes.emergency_admissions(t["episodes"], t["places"], t["population"]),
    "discharge_delay": lambda t: episodes.discharge_delay(t["episodes"], t["places"]),
    "usual_place": lambda t: episodes.usual_place(t["episodes"], t["places"]),
    "readmissions": lambda t: episodes.readmissions(t["episodes"], t["places"]),
    "ratio": lambda t: aggregates.ratio(t["counts"], 100_000),
    "ratio_per_day": lambda t: aggregates.ratio(t["counts"], 100_000, per_day=True),
    "per_day": lambda t: aggregates.per_day(t["counts"]),
    "directly_standardised": lambda t: aggregates.directly_standardised(t["counts"], t["weights"]),
    "indirectly_standardised": lambda t: aggregates.indirectly_standardised(t["counts"], t["national"], 1942.2),
    "shared_out": lambda t: aggregates.shared_out(t["bodies"], t["shares"]),
}


def rows(connection: Any, expression: Any) -> list[dict[str, Any]]:
    """The rows of an expression, in one order on every engine."""
    found = connection.to_pyarrow(expression).to_pylist()
    return sorted(found, key=lambda row: (str(row["area"]), str(row["period"])))
