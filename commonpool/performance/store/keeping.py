"""Where figures are kept: one folder for each load, put in its place in one step, never changed afterwards.

activity/<source>/0001/figures.parquet          every figure of the load, in the long form
                      /reconciliation.parquet   each printed total beside the sum of its parts
                      /load.json                files with their digests, when it was loaded, the report
                      /withdrawn.json           only where somebody took the load back: when, why, who
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars as pl

ACTIVITY: Final = "activity"
FIGURES: Final = "figures.parquet"
RECONCILIATION: Final = "reconciliation.parquet"
ABOUT: Final = "load.json"
WITHDRAWN: Final = "withdrawn.json"
UNFINISHED: Final = ".unfinished-"
DIGITS: Final = 4


class NotWithdrawn(ValueError):  # noqa: N818 - read in sentences
    """A load that cannot be taken back, and why."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That a load was taken back.

    by          the uuid of whoever did it; empty for a command
    after_load  the newest load of the source at that time: what counted before the next one counts the load still
    """

    at: datetime
    reason: str
    by: str
    after_load: int


@dataclass(frozen=True, slots=True)
class Load:
    """One load that is kept. One that was withdrawn stays, and its figures no longer count."""

    number: int
    folder: Path
    about: Mapping[str, Any]
    withdrawn: Withdrawn | None = None

    @property
    def loaded_at(self) -> datetime:
        """The moment that whoever loaded it gave."""
        return datetime.fromisoformat(self.about["loaded_at"])

    @property
    def figures(self) -> Path:
        """The file of its figures."""
        return self.folder / FIGURES

    def counts(self, as_of_load: int | None = None) -> bool:
        """Whether its figures count now; or did, when the load of that number had just come."""
        if as_of_load is None:
            return self.withdrawn is None
        return self.number <= as_of_load and (self.withdrawn is None or as_of_load <= self.withdrawn.after_load)


def folder_of(home: Path, source: str) -> Path:
    """Where a source's loads are kept."""
    return home / ACTIVITY / source


def loads_of(home: Path, source: str) -> list[Load]:
    """Every load of a source that was finished, in order."""
    folder = folder_of(home, source)
    if not folder.is_dir():
        return []
    numbered = sorted(place for place in folder.iterdir() if place.name.isdigit())
    return [
        Load(int(place.name), place, json.loads((place / ABOUT).read_text(encoding="utf-8")), _withdrawn(place))
        for place in numbered
    ]


def _withdrawn(place: Path) -> Withdrawn | None:
    try:
        said = json.loads((place / WITHDRAWN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Withdrawn(**{**said, "at": datetime.fromisoformat(said["at"])})


def files_held(loads: Sequence[Load]) -> dict[str, str]:
    """The digest of each file whose figures count, with its layout and the version that read it."""
    return {
        file["digest"]: f"{file['layout']} {file['layout_version']}"
        for load in loads
        if load.counts()
        for file in load.about["files"]
        if file["figures"]
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


def withdraw(home: Path, source: str, number: int, *, reason: str, at: datetime, by: str = "") -> Load:
    """Take a load back: it stays, its figures no longer count, and what they had replaced counts again.

    Raises NotWithdrawn where there is no such load, where it was taken back before, or without a reason.
    """
    if not loads_of(home, source):
        raise NotWithdrawn(f"Nothing of {source} is held, so there is no load to take back.")
    with only_loader(home, source):
        loads = loads_of(home, source)
        load = next((one for one in loads if one.number == number), None)
        if load is None:
            raise NotWithdrawn(f"{source} has no load {number}. It has loads 1 to {loads[-1].number}.")
        if load.withdrawn:
            raise NotWithdrawn(f"Load {number} was taken back on {load.withdrawn.at:%Y-%m-%d}: {load.withdrawn.reason}")
        if not reason.strip():
            raise NotWithdrawn("Say why the load is taken back.")
        withdrawn = Withdrawn(at, " ".join(reason.split()), by, loads[-1].number)
        _mark(load.folder, {**asdict(withdrawn), "at": at.isoformat()})
        return replace(load, withdrawn=withdrawn)


def _mark(folder: Path, said: Mapping[str, Any]) -> None:
    beside = folder / f"{UNFINISHED}{WITHDRAWN}"
    with beside.open("w", encoding="utf-8") as text:
        json.dump(said, text, ensure_ascii=False, indent=1)
        text.flush()
        _settle(text.fileno())
    beside.replace(folder / WITHDRAWN)
    _settle_folder(folder)


def _settle(file: int) -> None:
    os.fsync(file)


def _settle_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
