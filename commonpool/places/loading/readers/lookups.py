"""Lookups: which small area lies in which body, and which body in which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from commonpool.places.loading.bulk import insert
from commonpool.places.loading.job import Job
from commonpool.places.loading.registry import NoBody
from commonpool.places.models import Footprint, Nesting, SmallAreaChange


@dataclass(slots=True)
class _Read:
    """What a lookup said: kind -> small area -> body; inner -> outer; changed areas with their flag."""

    names: dict[str, str] = field(default_factory=dict)
    older_names: dict[str, str] = field(default_factory=dict)
    covers: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    nests: dict[tuple[int, str], int] = field(default_factory=dict)
    changes: dict[tuple[str, str], str] = field(default_factory=dict)


def read_lookup(job: Job) -> None:
    """Bodies, their nestings, their footprints over small areas, and how small areas changed, as the recipe says."""
    read = _Read()
    bodies: Mapping[str, Mapping[str, Any]] = job.more["bodies"]
    columns = [[spec[scheme] for scheme in ("gss", "ods", "name") if scheme in spec] for spec in bodies.values()]
    area, older = job.more.get("small_area"), job.more.get("older")
    area_columns = [area["code"], area["name"]] if area else []
    older_columns = [older["code"], older["name"], older["flag"]] if older else []
    known: dict[tuple[str, ...], dict[str, int]] = {}
    for row, cells in job.records(*area_columns, *older_columns, *(name for names in columns for name in names)):
        said = cells[len(area_columns) + len(older_columns) :]
        try:
            found = known.get(said) or known.setdefault(said, _bodies(job, bodies, said))
            problem = _take(read, bodies, found, cells if area else None, bool(older), job.more.get("nestings", []))
        except NoBody as error:
            problem = str(error)
        if problem:
            job.odd(row, problem)
        else:
            job.keep()
    _write(job, read)


def _bodies(job: Job, bodies: Mapping[str, Mapping[str, Any]], said: tuple[str, ...]) -> dict[str, int]:
    """Kind -> id of the bodies that one row names."""
    found, values = {}, iter(said)
    for kind, spec in bodies.items():
        codes = {scheme: next(values) for scheme in ("gss", "ods") if scheme in spec}
        found[kind] = job.registry.resolve(kind, next(values), **codes).pk
    return found


def _take(
    read: _Read,
    bodies: Mapping[str, Mapping[str, Any]],
    found: Mapping[str, int],
    cells: tuple[str, ...] | None,
    has_older: bool,
    nestings: list[list[str]],
) -> str | None:
    """Note what one row says; a reason where it contradicts an earlier row, and then nothing is noted of it."""
    for inner, outer in nestings:
        if read.nests.get((found[inner], outer), found[outer]) != found[outer]:
            return f"an earlier row has this {inner} in another {outer}"
    if cells is not None:
        code, name = cells[0], cells[1]
        if not code:
            return "it has no code of a small area"
        for kind, spec in bodies.items():
            if spec.get("covers") and read.covers[kind].get(code, found[kind]) != found[kind]:
                return f"an earlier row has {code} in another {kind}"
        if has_older:
            old, old_name, flag = cells[2:5]
            if flag not in SmallAreaChange.Flag.values:
                return f"‘{flag}’ is not one of the changes U, S, M and X"
            if (old, code) in read.changes:
                return f"{old} to {code} stands in an earlier row"
            read.changes[old, code] = flag
            read.older_names[old] = old_name
        elif code in read.names:
            return f"{code} stands in an earlier row"
        read.names[code] = name
        for kind, spec in bodies.items():
            if spec.get("covers"):
                read.covers[kind][code] = found[kind]
    for inner, outer in nestings:
        read.nests[found[inner], outer] = found[outer]
    return None


def _write(job: Job, read: _Read) -> None:
    dataset, source, first_day = job.dataset, job.recipe.title, job.recipe.starts_on
    assert first_day or not read.nests, f"the recipe {job.recipe.key} says nestings but not from which day"
    Nesting.objects.bulk_create(
        Nesting(inner_id=inner, outer_id=outer, starts_on=first_day, source=source, dataset=dataset)
        for (inner, _), outer in read.nests.items()
        if first_day
    )
    if not read.names:
        return
    ids = job.small_areas.add(job.more["small_area"]["edition"], read.names)
    insert(
        Footprint,
        ["dataset_id", "organisation_id", "small_area_id", "weight_parts", "weight_whole"],
        ((dataset.pk, body, ids[code], 1, 1) for covered in read.covers.values() for code, body in covered.items()),
    )
    if read.changes:
        _write_changes(job, read, ids)


def _write_changes(job: Job, read: _Read, ids: Mapping[str, int]) -> None:
    """Write how areas changed. Nobody published who went where, so the parts of a split are taken as equal."""
    older = job.small_areas.add(job.more["older"]["edition"], read.older_names)
    parts = Counter(old for old, _ in read.changes)
    insert(
        SmallAreaChange,
        ["dataset_id", "old_id", "new_id", "flag", "share_parts", "share_whole", "is_assumed"],
        (
            (job.dataset.pk, older[old], ids[new], flag, 1, parts[old], parts[old] > 1)
            for (old, new), flag in read.changes.items()
        ),
    )
    split = sum(count > 1 for count in parts.values())
    job.note(
        f"{len(parts):,} areas of the older map became {len(ids):,} of the newer. {split:,} of them were split: "
        "their people are shared equally over the parts, and marked as assumed."
    )


def read_small_areas(job: Job) -> None:
    """Small areas and the larger areas of a coarser map in which they lie."""
    inner, outer = job.more["small_area"], job.more["parent"]
    names: dict[str, str] = {}
    outer_names: dict[str, str] = {}
    parent_of: dict[str, str] = {}
    for row, (code, name, parent, parent_name) in job.records(
        inner["code"], inner["name"], outer["code"], outer["name"]
    ):
        if problem := _misplaced(code, parent, parent_of):
            job.odd(row, problem)
            continue
        names[code], outer_names[parent], parent_of[code] = name, parent_name, parent
        job.keep()
    outer_ids = job.small_areas.add(outer["edition"], outer_names)
    ids = job.small_areas.add(inner["edition"], names)
    job.small_areas.put_inside({ids[code]: outer_ids[parent] for code, parent in parent_of.items()})


def _misplaced(code: str, parent: str, parent_of: Mapping[str, str]) -> str | None:
    if not code or not parent:
        return "one of its two codes is missing"
    return f"{code} stands in an earlier row" if code in parent_of else None
