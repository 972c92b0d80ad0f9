"""Reads the catalogue of metrics from `metrics/*.yaml`, refusing what is not complete.

Every file but `sets.yaml` is a mapping CODE: {label, dimension, is_acute_only, improvement, versions, breaks,
never_with, never_with_because}.

`versions`   a list, oldest first, of {starts_on, ends_on, numerator, denominator, unit, form, multiplier, every,
             is_cumulative, population: {ages, base, year}, data_source, lag_days, smallest_shown, continues, source}
`breaks`     a list of {from, why, source}; a version that does not say `continues: true` must have one on its first day
`sets.yaml`  CODE: {label, metrics, source}

Sources, quotes and refusals are those of the rounds (`policy.reading`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from commonpool.policy.metric_catalogue import (
    Break,
    Catalogue,
    Dimension,
    Every,
    Form,
    Improvement,
    Metric,
    MetricSet,
    MetricVersion,
    Population,
)
from commonpool.policy.reading.files import Data, read_yaml, refuse_keys, refuse_numbers, search_folders, sources_of
from commonpool.policy.reading.item import Item
from commonpool.policy.rules import PolicyError

OWN_METRICS: Final = Path(__file__).resolve().parents[1] / "metrics"
SETS: Final = "sets.yaml"
_KEYS: Final = {
    "metric": "label dimension is_acute_only improvement versions breaks never_with never_with_because",
    "version": "starts_on ends_on numerator denominator unit form multiplier every is_cumulative population "
    "data_source lag_days smallest_shown continues source",
    "population": "ages base year",
    "break": "from why source",
    "set": "label metrics source",
}


@lru_cache(maxsize=8)
def load_catalogue(folder: Path = OWN_METRICS) -> Catalogue:
    """The catalogue in that folder. Raises PolicyError, naming file and key, for data that is not complete."""
    sources = sources_of(search_folders(()))
    metrics: dict[str, Metric] = {}
    for file in sorted(folder.glob("*.yaml")):
        if file.name == SETS:
            continue
        for code, item in _entries(file, sources).items():
            if code in metrics:
                raise PolicyError(f"{item.where}: the metric stands in two files. Keep one.")
            metrics[code] = _metric(code, item)
    _refuse_unknown_pairs(metrics)
    sets = {code: _set(code, item, metrics) for code, item in _entries(folder / SETS, sources).items()}
    return Catalogue(metrics, sets)


def _entries(file: Path, sources: dict[str, Data]) -> dict[str, Item]:
    data = read_yaml(file)
    refuse_numbers(data, file.name)
    return {code: Item(entry, f"{file.name}, {code}", sources) for code, entry in data.items()}


def _metric(code: str, item: Item) -> Metric:
    _refuse_keys(item, "metric")
    versions = tuple(_version(number, each) for number, each in enumerate(_list(item, "versions", "version"), start=1))
    breaks = tuple(
        Break(_needed_day(each, "from"), each.needed("why"), each.reference())
        for each in _list(item, "breaks", "break")
    )
    _must_follow(item, versions)
    _must_break(item, versions, breaks)
    never_with = item.texts("never_with")
    return Metric(
        code=code,
        label=item.needed("label"),
        dimension=Dimension(item.choice("dimension", tuple(Dimension))),
        is_acute_only=item.flag("is_acute_only"),
        improvement=Improvement(item.choice("improvement", tuple(Improvement))),
        versions=versions,
        breaks=tuple(sorted(breaks, key=lambda each: each.on)),
        never_with=never_with,
        never_with_because=item.needed("never_with_because") if never_with else "",
    )


def _version(number: int, item: Item) -> MetricVersion:
    form = Form(item.choice("form", tuple(Form)))
    denominator = item.text("denominator")
    if bool(denominator) == (form in (Form.COUNT, Form.PER_DAY)):
        raise PolicyError(f"{item.where}: a {form} has {'no denominator' if denominator else 'a denominator'}.")
    return MetricVersion(
        number=number,
        starts_on=_needed_day(item, "starts_on"),
        ends_on=_day(item, "ends_on"),
        numerator=item.needed("numerator"),
        denominator=denominator,
        unit=item.needed("unit"),
        form=form,
        multiplier=_whole(item, "multiplier") or 1,
        every=Every(item.choice("every", tuple(Every))),
        is_cumulative=item.flag("is_cumulative"),
        population=_population(item),
        data_source=item.needed("data_source"),
        lag_days=_whole(item, "lag_days"),
        smallest_shown=_whole(item, "smallest_shown"),
        continues=item.flag("continues"),
        reference=item.reference(),
    )


def _population(item: Item) -> Population | None:
    stated = Item(item.mapping("population"), f"{item.where}, population", {})
    if not stated.data:
        return None
    _refuse_keys(stated, "population")
    return Population(stated.needed("ages"), stated.needed("base"), stated.needed("year"))


def _set(code: str, item: Item, metrics: dict[str, Metric]) -> MetricSet:
    _refuse_keys(item, "set")
    codes = item.texts("metrics")
    if unknown := [each for each in codes if each not in metrics]:
        raise PolicyError(f"{item.where}: {', '.join(unknown)} is in no file of metrics.")
    return MetricSet(code, item.needed("label"), codes, item.reference())


def _must_follow(item: Item, versions: Sequence[MetricVersion]) -> None:
    """Each version begins after the one before it has ended, so that one at most stands on a day."""
    if not versions:
        raise PolicyError(f"{item.where}: versions is missing. State one.")
    for before, after in pairwise(versions):
        if before.ends_on is None or before.ends_on >= after.starts_on:
            raise PolicyError(f"{item.where}: version {after.number} begins before version {before.number} has ended.")
    if wrong := next((each for each in versions if each.ends_on and each.ends_on < each.starts_on), None):
        raise PolicyError(f"{item.where}: version {wrong.number} ends before it begins.")


def _must_break(item: Item, versions: Sequence[MetricVersion], breaks: Sequence[Break]) -> None:
    """A version that does not continue the one before it is a break, and the break says why."""
    days = {each.on for each in breaks}
    for version in versions[1:]:
        if version.continues == (version.starts_on in days):
            raise PolicyError(
                f"{item.where}: version {version.number} must either say `continues: true` or have a break on "
                f"{version.starts_on.isoformat()} that says why."
            )


def _refuse_unknown_pairs(metrics: dict[str, Metric]) -> None:
    """What is never drawn together is said on both sides, so that either finds it."""
    for code, metric in metrics.items():
        for other in metric.never_with:
            if other not in metrics or code not in metrics[other].never_with:
                raise PolicyError(f"{code}: never_with names {other}, which is not there or does not name {code}.")


def _list(item: Item, key: str, kind: str) -> list[Item]:
    values: Any = item.data.get(key, [])
    if not isinstance(values, list) or any(not isinstance(value, dict) for value in values):
        raise PolicyError(f"{item.where}, {key} is not a list of mappings.")
    made = [Item(value, f"{item.where}, {key} {n}", item.sources) for n, value in enumerate(values, start=1)]
    for each in made:
        _refuse_keys(each, kind)
    return made


def _refuse_keys(item: Item, kind: str) -> None:
    refuse_keys(item.data, _KEYS[kind].split(), item.where)


def _needed_day(item: Item, key: str) -> date:
    item.needed(key)
    day = _day(item, key)
    assert day is not None, "the text is there"
    return day


def _day(item: Item, key: str) -> date | None:
    text = item.text(key)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise PolicyError(f"{item.where}, {key}: ‘{text}’ is not a date. Write it as 2017-04-01.") from error


def _whole(item: Item, key: str) -> int | None:
    text = item.text(key)
    if text and not text.isdigit():
        raise PolicyError(f"{item.where}, {key}: ‘{text}’ is not a whole number.")
    return int(text) if text else None
