"""Reads the maps between the scheme types of two rounds."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from commonpool.policy.crosswalk import SchemeTypeMap, shares_by_code
from commonpool.policy.reading.files import search_folders
from commonpool.policy.rules import PolicyError

_FOLDER: Final = "scheme_type_maps"
_COLUMNS: Final = ("from_code", "to_code", "share", "reason")


def map_names(folders: Sequence[Path] = ()) -> tuple[tuple[str, str], ...]:
    """The (from, to) rounds that a map exists for."""
    files = [file for folder in search_folders(folders) for file in folder.glob(f"{_FOLDER}/*--*.csv")]
    return tuple(sorted((first, last) for first, _, last in (file.stem.partition("--") for file in files)))


def load_scheme_type_map(from_round: str, to_round: str, folders: Sequence[Path] = ()) -> tuple[SchemeTypeMap, ...]:
    """The map from one round's scheme types to another's: `scheme_type_maps/<from>--<to>.csv`.

    Raises PolicyError if there is none, naming those that exist, and for a share that is not a fraction, a line
    without a reason, or shares of one code that do not add to one.
    """
    name = f"{from_round}--{to_round}.csv"
    files = [folder / _FOLDER / name for folder in search_folders(folders)]
    file = next((file for file in files if file.exists()), None)
    if file is None:
        known = ", ".join(f"{first} to {last}" for first, last in map_names(folders))
        raise PolicyError(f"There is no map from {from_round} to {to_round}. There are: {known}.")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if missing := [column for column in _COLUMNS if column not in (rows.fieldnames or ())]:
            raise PolicyError(f"{name} lacks the column {', '.join(missing)}.")
        maps = tuple(_line(row, from_round, to_round, f"{name}, line {rows.line_num}") for row in rows)
    shares_by_code(maps)
    return maps


def _line(row: dict[str, str], from_round: str, to_round: str, where: str) -> SchemeTypeMap:
    if not (row["reason"] or "").strip():
        raise PolicyError(f"{where}: reason is empty. Say why, for this is a judgement.")
    try:
        share = Fraction(row["share"])
    except (ValueError, ZeroDivisionError) as error:
        raise PolicyError(f"{where}, share: ‘{row['share']}’ is not a share. Write 1, 0.5 or 1/3.") from error
    return SchemeTypeMap(from_round, row["from_code"], to_round, row["to_code"], share, row["reason"].strip())
