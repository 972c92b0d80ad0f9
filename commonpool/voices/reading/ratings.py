"""A file of ratings: one row for each value that a coder gave a unit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from commonpool.voices.reading.tables import Columns, Row, Rows, read_rows, refuse_unknown, shown
from commonpool.voices.rules.agreement.levels import Label, Level
from commonpool.voices.rules.agreement.ratings import Rating, Ratings, ratings_from

COLUMNS: Final = Columns(
    ("unit", "coder", "value"), ("cluster", "turn", "code", "repeats"), "a value that a coder gave a unit"
)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,12}", re.ASCII)
MOST_REPEATS: Final = 1_000_000_000
# Far above any scale; squares of such numbers still have room.
LARGEST: Final = 1e15


ALL_CODES: Final = ""


def read_ratings(path: Path, level: Level, coders: Sequence[str] = ()) -> dict[str, Ratings]:
    """The file's ratings, {code: ratings}, with one entry, ALL_CODES, where the file has no column of codes.

    level   values are text where it is nominal, otherwise numbers; a blank is missing
    coders  only these, if any are named
    Raises sheets.Unreadable with every fault at once.
    """
    rows = read_rows(path, COLUMNS)
    found = _ratings(rows, level)
    refuse_unknown(rows, coders)
    rows.refuse_if_faulty()
    wanted = {code: [each for each in ratings if not coders or each.coder in coders] for code, ratings in found.items()}
    return {code: ratings_from(ratings) for code, ratings in wanted.items() if ratings}


def _ratings(rows: Rows, level: Level) -> dict[str, list[Rating]]:
    seen: dict[tuple[str, ...], Row] = {}
    turns: dict[tuple[str, str], Row] = {}
    repeats: dict[tuple[str, ...], Row] = {}
    found: dict[str, list[Rating]] = {}
    for row in rows:
        code = row.needed("code") if "code" in rows.columns else ALL_CODES
        found.setdefault(code, []).append(_rating(row, level))
        _once(row, seen)
        if "turn" in rows.columns:
            _in_one_turn(row, turns)
        if "repeats" in rows.columns:
            _alike(row, repeats)
    return found


def _rating(row: Row, level: Level) -> Rating:
    return Rating(
        unit=row.needed("unit"),
        coder=row.needed("coder"),
        value=_value(row, level),
        cluster=row.needed("cluster") if "cluster" in row.rows.columns else None,
        turn=row.needed("turn") if "turn" in row.rows.columns else None,
        repeats=_many(row) if "repeats" in row.rows.columns else 1,
    )


def _many(row: Row) -> int:
    text = row.text("repeats")
    if _WHOLE.fullmatch(text) and 0 < int(text) <= MOST_REPEATS:
        return int(text)
    found = f"‘{shown(text)}’ is no number of units." if text else "repeats is empty."
    row.fault("repeats", found, "Write how many units like this one the row stands for, 1 or more.")
    return 1


def _value(row: Row, level: Level) -> Label | None:
    text = row.text("value")
    if not text or level is Level.NOMINAL:
        return text or None
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not abs(number) <= LARGEST:
        row.fault(
            "value",
            f"‘{shown(text)}’ is not a number, which the level {level} asks for.",
            "Write a number such as 3 or 2.5, leave it blank where the coder gave none, or ask for --level nominal.",
        )
    elif level is Level.RATIO and number < 0:
        row.fault("value", f"{text} is below 0, and the level ratio compares amounts.", "Ask for --level interval.")
    return number


def _once(row: Row, seen: dict[tuple[str, ...], Row]) -> None:
    """A unit has one value from a coder: which of two is meant, nobody can know."""
    key = (row.text("unit"), row.text("coder"), row.text("cluster"), row.text("code"))
    if not (key[0] and key[1]):
        return
    first = seen.setdefault(key, row)
    if first is not row:
        row.fault(
            "unit",
            f"coder {shown(key[1])} has a value for unit {shown(key[0])} in row {first.number:,} already "
            f"(‘{shown(first.text('value'))}’ there, ‘{shown(row.text('value'))}’ here).",
            "Keep one row. Where a unit can have several codes, add a column code, and write for each unit, coder and "
            "code 1 for marked or 0 for not.",
        )


def _alike(row: Row, repeats: dict[tuple[str, ...], Row]) -> None:
    first = repeats.setdefault((row.text("cluster"), row.text("unit"), row.text("code")), row)
    if first.text("repeats") != row.text("repeats"):
        row.fault(
            "repeats",
            f"unit {shown(row.text('unit'))} stands for ‘{shown(first.text('repeats'))}’ units in row "
            f"{first.number:,}, and for ‘{shown(row.text('repeats'))}’ here.",
            "Give a unit the same number for every coder.",
        )


def _in_one_turn(row: Row, turns: dict[tuple[str, str], Row]) -> None:
    first = turns.setdefault((row.text("cluster"), row.text("unit")), row)
    if first.text("turn") != row.text("turn"):
        row.fault(
            "turn",
            f"unit {shown(row.text('unit'))} is in turn ‘{shown(first.text('turn'))}’ in row {first.number:,}.",
            "Give a unit the same turn for every coder.",
        )
