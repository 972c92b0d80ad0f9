"""Which figures of the activity store a metric of the catalogue is made of: `measures.yaml`, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from commonpool.performance.store.schema import CATEGORIES

FILE: Final = Path(__file__).with_name("measures.yaml")
LOCAL: Final = "local"
ANY: Final = "any"


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of one table and measure. A breakdown that is not named is the total."""

    table: str
    measure: str
    breakdown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measure:
    """Where one source holds a metric.

    kind           whose figures they are: council, trust ...; ANY for an area's own table
    people         whom the denominator counts, such as 18+; "" where the source counts it itself
    is_complement  the numerator is the denominator less these figures
    printed_over   the denominator of values that are printed without their counts: 100 of percentages, 1 of means
    is_mean_of_days  the figures are of single days, and a month's value is their mean
    """

    source: str
    kind: str
    numerator: Part
    denominator: Part | None
    people: str = ""
    is_complement: bool = False
    is_mean_of_days: bool = False
    printed_over: float | None = None


@cache
def published() -> Mapping[str, tuple[Measure, ...]]:
    """metric's code -> where published files hold it, in the order of preference."""
    import yaml

    data: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {code: tuple(map(_measure, stated)) for code, stated in data.items()}


def measures_of(code: str) -> tuple[Measure, ...]:
    """Everywhere that a metric may be held, an area's own table last."""
    return *published().get(code, ()), local(code)


def measure_in(code: str, source: str) -> Measure:
    """Where a source holds the metric."""
    return next(each for each in measures_of(code) if each.source == source)


def local(code: str) -> Measure:
    """A metric in the tables that areas load themselves."""
    numerator, denominator = (Part(LOCAL, code.lower(), {"quantity": part}) for part in ("numerator", "denominator"))
    return Measure(LOCAL, ANY, numerator, denominator)


def _measure(stated: dict[str, Any]) -> Measure:
    below = stated.get("denominator", {})
    return Measure(
        source=stated["source"],
        kind=stated["kind"],
        numerator=part_stated(stated["numerator"]),
        denominator=part_stated(below) if "table" in below else None,
        people=below.get("people", ""),
        is_complement=stated.get("complement") == "yes",
        is_mean_of_days=stated.get("of_days") == "mean",
        printed_over=float(below["printed_over"]) if "printed_over" in below else None,
    )


def part_stated(stated: dict[str, str]) -> Part:
    """{table, measure, and what breakdown} as a part."""
    breakdown = {name: value for name, value in stated.items() if name not in ("table", "measure")}
    assert breakdown.keys() <= set(CATEGORIES), f"no breakdown is called {', '.join(breakdown)}"
    return Part(stated["table"], stated["measure"], breakdown)
