"""Tells which round a workbook is of: by the mark that our template leaves, else by its sheets and headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from commonpool.plans.reading.headers import Located, header_key, is_whole, locate
from commonpool.policy.rules import Round
from commonpool.sheets import Workbook

MARK: Final = "commonpool template"
_YEAR: Final = re.compile(r"\b20\d\d-\d\d\b")
# A workbook is a plan when its lines were found: where their money comes from, and how much it is.
_LINES: Final = "expenditure"


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which round a workbook is of. `round_id` None means that no known layout fits it.

    located  where that round's tables were found, so that they need not be looked for again
    years    the years that its headers speak of
    """

    round_id: str | None
    located: Mapping[str, Located] = field(default_factory=dict)
    years: tuple[str, ...] = ()


def recognise(workbook: Workbook, round_ids: Sequence[str], load: Callable[[str], Round]) -> Recognition:
    """Which of the rounds a workbook is of. `load` gives a round by id; rounds without a layout are passed over."""
    marked = marked_round(workbook)
    if marked in round_ids:
        return Recognition(marked)
    best: tuple[float, str, dict[str, Located]] | None = None
    for round_id in round_ids:
        planning_round = load(round_id)
        if not planning_round.has_template:
            continue
        located = locate(workbook.sheets, planning_round)
        if is_plan(located):
            score = sum(len(one.columns) + len(one.cells) for one in located.values())
            if best is None or score > best[0]:
                best = (score, round_id, located)
            if all(code in located and is_whole(located[code], one) for code, one in planning_round.sheets.items()):
                break  # years stand in the headers, so no other round fits as well
    if best is None:
        return Recognition(None, {}, years_spoken_of(workbook))
    return Recognition(best[1], best[2])


def marked_round(workbook: Workbook) -> str | None:
    """The round that our own template wrote into the workbook; None where it has no such mark."""
    for sheet in workbook.sheets:
        if sheet.is_hidden and sheet.value(0, 0) == MARK:
            return str(sheet.value(0, 1))
    return None


def is_plan(located: Mapping[str, Located]) -> bool:
    """Whether a plan's lines were found: their source of funding and an amount."""
    lines = located.get(_LINES)
    if lines is None:
        return False
    codes = {code for code, _ in lines.columns}
    return {"source", "pence"} <= codes and len(codes) >= 4


def years_spoken_of(workbook: Workbook) -> tuple[str, ...]:
    """The financial years that stand in the first rows of a workbook's sheets, most often first."""
    counts: dict[str, int] = {}
    for sheet in workbook.sheets:
        for row in sheet.rows[:30]:
            for value in row:
                if isinstance(value, str) and len(value) < 300:
                    for year in _YEAR.findall(header_key(value)):
                        counts[year] = counts.get(year, 0) + 1
    return tuple(sorted(counts, key=lambda year: -counts[year]))
