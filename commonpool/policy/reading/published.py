"""Reads the amounts published for each area from CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

from commonpool.policy.rules import PolicyError, PublishedAmount
from commonpool.sheets import Unreadable, read_csv

COLUMNS: Final = ("area", "payer", "category", "year", "pence", "source", "verified")
# Columns that a table may have besides: the names that go with the codes.
NAMES: Final = ("area_name", "payer_name")
_INVENTED: Final = "invented"


def load_published(path: Path) -> tuple[PublishedAmount, ...]:
    """The rows of one CSV of published amounts, in the file's order.

    Raises PolicyError, naming the file and the line, for missing columns, an amount that is not whole pence, a
    blank source, or one amount stated twice.
    """
    rows = _rows(path)
    header = next(rows, [])
    if missing := [column for column in COLUMNS if column not in header]:
        raise PolicyError(f"{path.name} lacks the column {', '.join(missing)}. It needs: {', '.join(COLUMNS)}.")
    seen: dict[tuple[str, str, str, str], int] = {}
    amounts = []
    for line, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        amount = _amount(dict(zip_longest(header, cells[: len(header)], fillvalue="")), f"{path.name}, line {line}")
        key = (amount.area, amount.payer, amount.category, amount.year)
        if key in seen:
            raise PolicyError(
                f"{path.name}, line {line}: {' '.join(key)} was stated on line {seen[key]} already. Keep one."
            )
        seen[key] = line
        amounts.append(amount)
    return tuple(amounts)


def _rows(path: Path) -> Iterator[list[str]]:
    """The file's rows as text. It may be anybody's, so it is read with the limits that hold for every CSV file."""
    try:
        workbook = read_csv(path)
    except Unreadable as unreadable:
        raise PolicyError(str(unreadable)) from None
    for row in workbook.sheets[0].rows:
        yield [str(value or "") for value in row]


def published_for(round_id: str, years: Sequence[str], folders: Sequence[Path]) -> tuple[PublishedAmount, ...]:
    """The amounts of a round's years: from `<round>.csv`, and those of invented areas from `invented.csv`."""
    files = [folder / "published" / f"{name}.csv" for folder in folders for name in (round_id, _INVENTED)]
    found = [amount for file in files if file.exists() for amount in load_published(file)]
    return tuple(amount for amount in found if amount.year in years)


def _amount(row: Mapping[str, str], where: str) -> PublishedAmount:
    text = {column: (row[column] or "").strip() for column in COLUMNS}
    for column in ("area", "category", "year", "source"):
        if not text[column]:
            raise PolicyError(f"{where}: {column} is empty. Fill it in.")
    if not text["pence"].removeprefix("-").isascii() or not text["pence"].removeprefix("-").isdigit():
        raise PolicyError(
            f"{where}, pence: ‘{text['pence']}’ is not a whole number of pence. Write 123456 for 1,234.56."
        )
    if text["verified"] not in ("yes", "no"):
        raise PolicyError(f"{where}, verified: ‘{text['verified']}’ is neither yes nor no.")
    return PublishedAmount(
        text["area"],
        text["payer"],
        text["category"],
        text["year"],
        int(text["pence"]),
        text["source"],
        text["verified"] == "yes",
        *((row.get(name) or "").strip() for name in NAMES),
    )
