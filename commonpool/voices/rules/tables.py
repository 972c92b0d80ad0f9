"""Which columns of a transcript's table hold the speaker and the time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from commonpool.voices.rules.speakers import TIME

SPEAKER_WORDS: Final = {"speaker", "name", "who", "participant", "person", "voice"}
TIME_CELL: Final = re.compile(rf"\s*+{TIME}(?:\s*+[-–—]\s*+{TIME})?\s*+")
LONGEST_LABEL: Final = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """Counted from 0. `time` is None where no column holds times; `header_rows` is 0 or 1."""

    speaker: int
    time: int | None
    header_rows: int


def columns_of(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of a table that holds speech; None for a table that holds something else.

    A heading that says so decides. Otherwise the speaker's column is one of short texts that come back, beside a
    column of longer ones.
    """
    width = max((len(row) for row in rows), default=0)
    if width < 2:
        return None
    heading = [cell.strip().casefold() for cell in rows[0]]
    named = next((index for index, cell in enumerate(heading) if cell in SPEAKER_WORDS), None)
    header_rows = 1 if named is not None else 0
    columns = [[row[index] if index < len(row) else "" for row in rows[header_rows:]] for index in range(width)]
    time = next((index for index, cells in enumerate(columns) if _holds_times(cells)), None)
    speaker = named if named is not None else _speaker_column(columns, time)
    return None if speaker is None else Columns(speaker, time, header_rows)


def _holds_times(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(TIME_CELL.fullmatch(cell) for cell in filled)


def _speaker_column(columns: Sequence[Sequence[str]], time: int | None) -> int | None:
    for index, cells in enumerate(columns[:-1]):
        filled = [cell.strip() for cell in cells if cell.strip()]
        is_short = bool(filled) and max(map(len, filled)) <= LONGEST_LABEL
        comes_back = len(set(filled)) < len(filled)
        speech = sum(len(cell) for others in columns[index + 1 :] for cell in others)
        if index != time and is_short and comes_back and speech > 2 * sum(map(len, filled)):
            return index
    return None
