"""Where figures are kept: one folder for each load, put in its place in one step, never changed afterwards.

activity/<source>/0001/figures.parquet          every figure of the load, in the long form
                      /reconciliation.parquet   each printed total beside the sum of its parts
                      /load.json                files with their digests, when it was loaded, the report
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars as pl

ACTIVITY: Final = "activity"
FIGURES: Final = "figures.parquet"
RECONCILIATION: Final = "reconciliation.parquet"
ABOUT: Final = "load.json"
UNFINISHED: Final = ".unfinished-"
DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Load:
    """One load that is kept."""

    number: int
    folder: Path
    about: Mapping[str, Any]

    @property
    def loaded_at(self) -> datetime:
        """The moment that whoever loaded it gave."""
        return datetime.fromisoformat(self.about["loaded_at"])

    @property
    def figures(self) -> Path:
        """The file of its figures."""
        return self.folder / FIGURES


def folder_of(home: Path, source: str) -> Path:
    """Where a source's loads are kept."""
    return home / ACTIVITY / source


def loads_of(home: Path, source: str) -> list[Load]:
    """Every load of a source that was finished, in order."""
    folder = folder_of(home, source)
    if not folder.is_dir():
        return []
    numbered = sorted(place for place in folder.iterdir() if place.name.isdigit())
    return [Load(int(place.name), place, json.loads((place / ABOUT).read_text(encoding="utf-8"))) for place in numbered]


def files_held(loads: Sequence[Load]) -> dict[str, str]:
    """The digest of each file that is held, with its layout and the version that read it."""
    return {
        file["digest"]: f"{file['layout']} {file['layout_version']}" for load in loads for file in load.about["files"]
    }


@contextmanager
def only_loader(home: Path, source: str) -> Iterator[None]:
    """One load of a source at a time; a second one waits. What an interrupted load left behind is cleared."""
    folder = folder_of(home, source)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        yield


def keep(home: Path, source: str, number: int, frames: Mapping[str, pl.DataFrame], about: Mapping[str, Any]) -> Path:
    """Write a load beside the others and then give it its name: it is there whole, or not at all."""
    folder = folder_of(home, source)
    place = folder / f"{number:0{DIGITS}}"
    beside = folder / f"{UNFINISHED}{number:0{DIGITS}}"
    beside.mkdir()
    for name, frame in frames.items():
        with (beside / name).open("wb") as file:
            frame.write_parquet(file, compression="zstd")
            _settle(file.fileno())
    with (beside / ABOUT).open("w", encoding="utf-8") as text:
        json.dump(about, text, ensure_ascii=False, indent=1)
        text.flush()
        _settle(text.fileno())
    _settle_folder(beside)
    beside.rename(place)
    _settle_folder(folder)
    return place


def _settle(file: int) -> None:
    os.fsync(file)


def _settle_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
