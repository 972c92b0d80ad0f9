"""The quarters of a payment for performance as they are typed: planned, and achieved or baseline and actual."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from commonpool.risk_share.form_rows.boxes import Box, Group
from commonpool.risk_share.reading.payments import whole_number
from commonpool.risk_share.rules.performance_payment import Quarter

MOST_QUARTERS: Final = 12
USUAL: Final = 4
_LABELS: Final = {
    "name": ("Quarter", "Such as Q1 2015-16"),
    "planned": ("Planned reduction", "Admissions; empty where only the year has a plan"),
    "achieved": ("Achieved reduction", "Or give baseline and actual"),
    "baseline": ("Baseline", ""),
    "actual": ("Actual", ""),
}


@dataclass
class QuarterRow:
    """One quarter, as typed."""

    name: str = ""
    planned: str = ""
    achieved: str = ""
    baseline: str = ""
    actual: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it but perhaps its name."""
        return not (self.planned or self.achieved or self.baseline or self.actual)


@dataclass
class QuarterRows:
    """All of them."""

    quarters: list[QuarterRow] = field(default_factory=list, metadata={"rows": QuarterRow})


Faults = dict[str, list[str]]


def rows_of_quarters(quarters: Sequence[Quarter]) -> QuarterRows:
    """The boxes of quarters that a file gave."""
    return QuarterRows(
        [
            QuarterRow(each.name, "" if each.planned is None else str(each.planned), str(each.achieved))
            for each in quarters
        ]
    )


def quarters_of(rows: QuarterRows) -> tuple[list[Quarter], Faults]:
    """The quarters that are filled in, and by name of box what is wrong with them."""
    faults: Faults = {}
    found = []
    for number, row in enumerate(rows.quarters):
        if row.is_empty:
            continue
        for box, said in _wrong(row):
            faults.setdefault(f"quarters-{number}-{box}", []).append(said)
        found.append(Quarter(row.name or f"Quarter {number + 1}", whole_number(row.planned), _achieved(row) or 0))
    return found, faults


def _achieved(row: QuarterRow) -> int | None:
    """What was achieved, by its box or as baseline less actual."""
    if row.achieved:
        return whole_number(row.achieved)
    baseline, actual = whole_number(row.baseline), whole_number(row.actual)
    return None if baseline is None or actual is None else baseline - actual


def _wrong(row: QuarterRow) -> Iterator[tuple[str, str]]:
    typed = [box for box in ("planned", "achieved", "baseline", "actual") if getattr(row, box)]
    odd = [box for box in typed if whole_number(getattr(row, box)) is None]
    for box in odd:
        yield box, f"‘{getattr(row, box)}’ is no whole number. Write admissions, such as 210."
    if odd:
        return
    both = whole_number(row.baseline), whole_number(row.actual)
    if not row.achieved and None in both:
        missing = "baseline" if row.actual else "actual" if row.baseline else "achieved"
        yield missing, "Fill in what was achieved, or baseline and actual. Leave the quarter empty until it is known."
    elif row.achieved and None not in both and whole_number(row.achieved) != _difference(row):
        yield "achieved", f"Baseline less actual is {_difference(row):,}. Correct one of the three, or leave one out."


def _difference(row: QuarterRow) -> int:
    return (whole_number(row.baseline) or 0) - (whole_number(row.actual) or 0)


def groups_of(rows: QuarterRows, faults: Faults) -> list[Group]:
    """The form: a group of boxes for each quarter."""
    return [
        Group(f"quarters-{number}", f"Quarter {number + 1}", 4, boxes=_boxes(row, f"quarters-{number}", faults))
        for number, row in enumerate(rows.quarters)
    ]


def _boxes(row: QuarterRow, at: str, faults: Faults) -> list[Box]:
    return [
        Box(f"{at}-{box}", label, getattr(row, box), hint, faults=faults.get(f"{at}-{box}", ()))
        for box, (label, hint) in _LABELS.items()
    ]
