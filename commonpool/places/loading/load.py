"""Loading a folder: each file once, in the order of the recipes, each in its own transaction.

Loading the same again changes nothing. A file of a known publication with other bytes is a revision: it
supersedes the one before, whose rows stay. A killed load leaves whole files, and the next one finishes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import DataError, IntegrityError, transaction

from commonpool.audit.actions import record
from commonpool.places.loading.derive import derive
from commonpool.places.loading.job import Job
from commonpool.places.loading.readers import READERS
from commonpool.places.loading.readers.boundaries import boundaries_file
from commonpool.places.loading.registry import Registry
from commonpool.places.loading.report import FileReport, LoadReport, State
from commonpool.places.loading.small_areas import SmallAreas
from commonpool.places.models import (
    CatchmentShare,
    Dataset,
    Footprint,
    NameVariant,
    Nesting,
    OddRow,
    PatientFlow,
    Population,
    SmallAreaChange,
)
from commonpool.places.reading import Refused, first_row, is_ours, read_geojson, sha256_of
from commonpool.places.recipes import Recipe, nearest, recipes, recognise, year_in

MOST_FILES: Final = 2_000
OF_A_DATASET: Final = (
    *(Footprint, Population, SmallAreaChange, Nesting, CatchmentShare, PatientFlow, NameVariant, OddRow),
)
_NOT_A_LIST: Final = "Places reads .csv, .csv.gz and .geojson."
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A file and what it was taken for."""

    path: Path
    recipe: Recipe


def load(
    folder: Path,
    *,
    at: datetime,
    home: Path,
    actor: Any = None,
    is_invented: bool = False,
    progress: Progress = lambda done, total, doing: None,
) -> LoadReport:
    """Load every known file of a folder (or one file), and say what was made of each.

    at    the moment that stands as the loading moment of all
    home  the folder of the database, where borders are kept
    """
    report = LoadReport()
    found = list(_known_files(folder, report))
    registry, small_areas, controls = Registry(), SmallAreas(), []
    for number, file in enumerate(found):
        progress(number, len(found) + 1, file.path.name)
        job = _load_one(file, registry, small_areas, report, at=at, home=home, actor=actor, is_invented=is_invented)
        if job and job.controls:
            controls.append(job)
    progress(len(found), len(found) + 1, "putting the ground together")
    report.notes += derive(at, controls)
    progress(len(found) + 1, len(found) + 1, "done")
    return report


def _known_files(folder: Path, report: LoadReport) -> Iterable[Found]:
    """The files that a recipe knows, in its order; the others are reported."""
    paths = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    if len(paths) > MOST_FILES:
        raise Refused(f"{folder} has {len(paths):,} files; {MOST_FILES:,} is the limit. Name the folder of the lists.")
    found = []
    for path in paths:
        if not is_ours(path):
            report.files.append(FileReport(path.name, State.UNKNOWN, notes=[_NOT_A_LIST]))
            continue
        try:
            found.append(Found(path, _recipe_of(path)))
        except Refused as error:
            report.files.append(FileReport(path.name, State.REFUSED, notes=[str(error)]))
        except _NotKnown as error:
            report.files.append(FileReport(path.name, State.UNKNOWN, notes=[str(error)]))
    order = {recipe.key: place for place, recipe in enumerate(recipes())}
    return sorted(found, key=lambda file: next(order[key] for key in order if file.recipe.key.startswith(key)))


class _NotKnown(Exception):  # noqa: N818 - nothing is wrong with such a file
    """A file that no recipe knows."""


def _recipe_of(path: Path) -> Recipe:
    if path.name.lower().endswith(".geojson"):
        return _recipe_of_borders(path)
    row = first_row(path)
    recipe = recognise(row)
    if recipe is None:
        raise _NotKnown(_what_is_near(row))
    if "year_in_name" not in recipe.more:
        return recipe
    if (year := year_in(recipe, path.name)) is None:
        raise Refused("Its header does not say the year. Put it in the file’s name, as in population_mid2020.csv.")
    return recipe.for_year(year)


def _recipe_of_borders(path: Path) -> Recipe:
    features = read_geojson(path)
    properties = (features[0].get("properties") or {}) if features else {}
    for recipe in recipes():
        if recipe.reader == "boundaries" and recipe.more["properties"]["code"] in properties:
            return recipe
    raise _NotKnown(f"Its areas have {', '.join(properties) or 'nothing'}, which no known border file has.")


def _what_is_near(row: Sequence[str]) -> str:
    if close := nearest(row):
        recipe, missing = close
        return (
            f"Its header is not one of the published files known here. Nearest is ‘{recipe.title}’; "
            f"it lacks {', '.join(missing[:6])}."
        )
    return f"Its header is not one of the published files known here: {', '.join(row[:6]) or 'it is empty'}."


def _load_one(
    file: Found, registry: Registry, small_areas: SmallAreas, report: LoadReport, *, home: Path, **how: Any
) -> Job | None:
    recipe = file.recipe
    told = FileReport(file.path.name, State.LOADED, recipe.key, recipe.title)
    report.files.append(told)
    if recipe.reader == "unused":
        told.state = State.UNUSED
        told.notes.append(recipe.more["why"])
        return None
    try:
        digest = sha256_of(file.path)
        current = Dataset.objects.filter(key=recipe.key, superseded_at=None).first()
        if current and current.sha256 == digest and not _is_worth_another_look(current, home):
            told.state = State.UNCHANGED
            told.rows_read, told.rows_kept = current.rows_read, current.rows_kept
            return None
        with transaction.atomic():
            return _read(file, digest, current, registry, small_areas, told, home=home, **how)
    except Refused as error:
        told.notes.append(str(error))
    except (DataError, IntegrityError) as error:
        told.notes.append(f"The database refused it ({str(error).splitlines()[0]}). Fetch the file again.")
    told.state, told.rows_kept = State.REFUSED, 0
    # What the failed file made was rolled back, so what is remembered of it must go as well.
    registry.__init__()  # type: ignore[misc]
    small_areas.__init__()  # type: ignore[misc]
    return None


def _is_worth_another_look(current: Dataset, home: Path) -> bool:
    """Whether a row waits for a body that may have come since, totals are to be compared, or borders were lost."""
    recipe = next(recipe for recipe in recipes() if current.key.startswith(recipe.key))
    if recipe.reader == "boundaries":
        return not boundaries_file(home, current.key).exists()
    return recipe.reader == "control" or current.odd_rows.filter(awaits_another_file=True).exists()


def _read(
    file: Found,
    digest: str,
    current: Dataset | None,
    registry: Registry,
    small_areas: SmallAreas,
    told: FileReport,
    *,
    at: datetime,
    home: Path,
    actor: Any,
    is_invented: bool,
) -> Job:
    same = current is not None and current.sha256 == digest
    if current is not None and same:
        dataset = current
        for model in OF_A_DATASET:
            model._default_manager.filter(dataset=dataset).delete()
    else:
        if current is not None:
            current.superseded_at = at
            current.save(update_fields=["superseded_at"])
        dataset = _dataset(file, digest, at, is_invented)
    job = Job(file.path, file.recipe, dataset, registry, small_areas, told, home)
    READERS[file.recipe.reader](job)
    before = (dataset.rows_read, dataset.rows_kept)
    dataset.rows_read, dataset.rows_kept = told.rows_read, told.rows_kept
    dataset.save(update_fields=["rows_read", "rows_kept"])
    OddRow.objects.bulk_create(
        OddRow(dataset=dataset, line=odd.line, reason=odd.reason[:300], text=odd.text.replace("\x00", ""),
               awaits_another_file=odd.awaits_another_file)
        for odd in told.odd
    )  # fmt: skip
    if same and before == (dataset.rows_read, dataset.rows_kept):
        told.state = State.UNCHANGED
        return job
    told.state = State.REVISED if current is not None else State.LOADED
    record(
        actor=actor,
        action="places.load",
        subject=dataset,
        before={"sha256": current.sha256} if current is not None else None,
        after={"key": dataset.key, "sha256": digest, "rows_read": told.rows_read, "rows_kept": told.rows_kept},
        at=at,
    )
    return job


def _dataset(file: Found, digest: str, at: datetime, is_invented: bool) -> Dataset:
    recipe = file.recipe
    return Dataset.objects.create(
        key=recipe.key,
        title=recipe.title,
        publisher=recipe.publisher,
        licence=recipe.licence,
        period=recipe.period,
        starts_on=recipe.starts_on,
        file_name=file.path.name[:255],
        sha256=digest,
        rows_read=0,
        rows_kept=0,
        is_invented=is_invented,
        loaded_at=at,
    )
