"""The description of a publication's layout, as `performance/layouts/*.yaml` has it: data, read by one engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from commonpool.performance.store.cells import Marks
from commonpool.performance.store.labels import same
from commonpool.performance.store.periods import KINDS
from commonpool.performance.store.schema import CATEGORIES, OWN, Status

FOLDER: Final = "commonpool.performance.layouts"
SETTINGS: Final = frozenset({"measure", "unit", "marks", "at_least", "zeros_before", *CATEGORIES})
ROLES: Final = frozenset({"area_code", "area_name", "area_gss", "region", "level", "period", "measure", *OWN})


class WrongLayout(ValueError):  # noqa: N818 - it says what the description is
    """A description that cannot be used. Our own mistake: the files of a source are not at fault."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a heading or a row's label says of its figures; None where it says nothing of that."""

    values: Mapping[str, str]  # measure, unit and categories
    marks: Mapping[str, Status]
    at_least: float | None = None
    zeros_before: date | None = None  # a zero that is printed for a period before this day was not collected
    is_ignored: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels that a layout knows, by what each keeps however it is written (`labels.same`), with what they say."""

    known: Mapping[str, Setting]
    spelled: Mapping[str, str]  # the same key -> as the description has it first
    required: frozenset[str]  # one key for each entry that must be there
    alternatives: Mapping[str, frozenset[str]]  # required key -> all its keys


@dataclass(frozen=True, slots=True)
class PeriodFound:
    """Where a period stands: `in_` is cell, above, column or file_name; and how it is read."""

    in_: str
    kind: str
    label: str = ""
    sheet: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class AreaRule:
    """Rows that fit are areas of this kind. The first rule that fits counts."""

    kind: str
    scheme: str
    code: re.Pattern[str] | None = None
    name: re.Pattern[str] | None = None
    level: re.Pattern[str] | None = None
    section: str = ""  # `labels.same` of the heading of codes under which the row stands
    gives_code: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """Which areas' figures should add up to whose. `explains` is the publisher's own reason why they may not."""

    of: tuple[str, ...]
    to: str
    explains: str = ""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """One table of a layout: how its sheet and header are known, and what its columns and rows mean."""

    id: str
    sheet: re.Pattern[str]
    header: tuple[str, ...]
    rows_above: int
    columns: Mapping[str, frozenset[str]]  # role -> its headings, `labels.same`
    optional_columns: frozenset[str]
    base: Setting
    headings: Labels
    groups: Labels
    by_row: Mapping[str, tuple[frozenset[str], Labels]]  # name -> headings of the column, its labels
    areas: tuple[AreaRule, ...]
    one_area: tuple[str, str, str, str] | None  # kind, code, scheme, name
    marks: Marks
    period: PeriodFound
    totals: tuple[Total, ...]
    across: tuple[str, ...]
    is_optional: bool
    ends_at_blank_row: bool  # what stands below the first empty row is no row of the table
    unsent_where_zero: (
        str  # `labels.same` of a heading: where it has 0, the body sent nothing and the row has no figure
    )
    is_revised_by_series: bool  # a release replaces one area's figures of one measure, and not the whole period

    def of_measure(self, measure: str) -> TableLayout:
        """The same table, whose figures are of this measure where nothing else says of which they are."""
        values = {"measure": measure, **self.base.values}
        return replace(self, base=replace(self.base, values=values))


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of a source's files: the tables that stand together in one file."""

    id: str
    version: int
    released: tuple[PeriodFound, ...]
    tables: tuple[TableLayout, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A publication: who makes it, under which licence, how often, in which layouts."""

    id: str
    title: str
    publisher: str
    licence: str
    register: str  # the kind of area whose codes the register of places should know; empty for none
    layouts: tuple[Layout, ...]
    controls: tuple[Mapping[str, Any], ...]


def source_ids() -> tuple[str, ...]:
    """Every source that is described, in order of name."""
    return tuple(
        sorted(found.name.removesuffix(".yaml") for found in files(FOLDER).iterdir() if _describes(found.name))
    )


def _describes(name: str) -> bool:
    return name.endswith(".yaml") and name != "marks.yaml"


@cache
def read_source(source: str) -> Source:
    """The description of one source. Raises WrongLayout where it says what no description may."""
    said = dict(_read_yaml(f"{source}.yaml"))
    usual = _read_yaml("marks.yaml")
    common = {"instead": usual["instead"], "beside": usual["beside"], **said.pop("defaults", {})}
    layouts = tuple(_layout(dict(layout), common) for layout in said.pop("layouts"))
    texts = {name: str(said.pop(name)) for name in ("title", "publisher", "licence")}
    register, controls = said.pop("register", ""), tuple(said.pop("controls", ()))
    _nothing_left(source, said)
    return Source(id=source, layouts=layouts, register=register, controls=controls, **texts)


def _read_yaml(name: str) -> Any:
    import yaml

    # The C loader builds plain values only, as the safe one does, and in a tenth of the time.
    return yaml.load(files(FOLDER).joinpath(name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _layout(said: dict[str, Any], common: Mapping[str, Any]) -> Layout:
    name, version = str(said.pop("id")), int(said.pop("version"))
    shared = {**common, **said.pop("tables_share", {})}
    released = tuple(_period({"as": "day", **one}) for one in said.pop("released", ()))
    tables = tuple(_table({**shared, **table}) for table in said.pop("tables"))
    _nothing_left(name, said)
    return Layout(name, version, released, tables)


def _table(said: dict[str, Any]) -> TableLayout:
    name = str(said.pop("id"))
    columns = {role: _keys(labels) for role, labels in said.pop("columns", {}).items()}
    if unknown := columns.keys() - ROLES:
        raise WrongLayout(f"{name}: columns has {', '.join(sorted(unknown))}; known are {', '.join(sorted(ROLES))}.")
    area = said.pop("area", None)
    made = TableLayout(
        id=name,
        sheet=re.compile(said.pop("sheet", ".*"), re.IGNORECASE),
        header=tuple(map(same, said.pop("header"))),
        rows_above=int(said.pop("rows_above", 0)),
        columns=columns,
        optional_columns=frozenset(said.pop("optional_columns", ())),
        base=_setting(said.pop("figures", {})),
        headings=_labels(said.pop("headings"), [*said.pop("ignored", ()), *_all_labels(said.pop("others", ()))]),
        groups=_labels(said.pop("groups", ())),
        by_row={key: (_keys(one["column"]), _labels(one["labels"])) for key, one in said.pop("by_row", {}).items()},
        areas=tuple(_area(rule) for rule in said.pop("areas", ())),
        one_area=(area["kind"], area["code"], area["scheme"], area["name"]) if area else None,
        marks=_marks(said.pop("instead"), said.pop("marks", {}), said.pop("beside")),
        period=_period(said.pop("period")),
        totals=tuple(Total(tuple(one["of"]), one["to"], one.get("explains", "")) for one in said.pop("totals", ())),
        across=tuple(said.pop("across", ())),
        is_optional=bool(said.pop("optional", False)),
        ends_at_blank_row=bool(said.pop("ends_at_blank_row", False)),
        unsent_where_zero=same(said.pop("unsent_where_zero", "")),
        is_revised_by_series=said.pop("revised_by", "period") == "series",
    )
    _nothing_left(name, said)
    return made


def _labels(said: Sequence[Mapping[str, Any]], ignored: Sequence[str] = ()) -> Labels:
    known: dict[str, Setting] = {}
    spelled: dict[str, str] = {}
    required: set[str] = set()
    alternatives: dict[str, frozenset[str]] = {}
    for entry in said:
        rest = dict(entry)
        labels = rest.pop("label")
        keys = _keys(labels)
        first = same(labels if isinstance(labels, str) else labels[0])
        if not rest.pop("optional", False):
            required.add(first)
        alternatives[first] = keys
        setting = _setting(rest)
        known.update(dict.fromkeys(keys, setting))
        spelled[first] = labels if isinstance(labels, str) else labels[0]
    known.update({same(label): Setting({}, {}, is_ignored=True) for label in ignored})
    return Labels(known, spelled, frozenset(required), alternatives)


def _all_labels(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        yield from [entry["label"]] if isinstance(entry["label"], str) else entry["label"]


def _keys(labels: str | Sequence[str]) -> frozenset[str]:
    return frozenset(map(same, [labels] if isinstance(labels, str) else labels))


def _setting(said: Mapping[str, Any]) -> Setting:
    if unknown := said.keys() - SETTINGS:
        raise WrongLayout(f"A heading says {', '.join(sorted(unknown))}; it may say {', '.join(sorted(SETTINGS))}.")
    at_least = said.get("at_least")
    values = {name: str(said[name]) for name in ("measure", "unit", *CATEGORIES) if name in said}
    least = None if at_least is None else float(at_least)
    return Setting(values, _meanings(said.get("marks", {})), least, said.get("zeros_before"))


def _marks(usual: Mapping[str, str], own: Mapping[str, str], beside: Sequence[str]) -> Marks:
    longest_first = tuple(sorted(map(str, beside), key=len, reverse=True))
    return Marks({**_meanings(usual), **_meanings(own)}, longest_first)


def _meanings(said: Mapping[str, str]) -> dict[str, Status]:
    return {str(mark).casefold(): Status(meaning) for mark, meaning in said.items()}


def _period(said: Mapping[str, Any]) -> PeriodFound:
    kind = str(said["as"])
    if kind not in KINDS:
        raise WrongLayout(f"A period is read as {kind}; known are {', '.join(KINDS)}.")
    texts = {name: str(said.get(name, "")) for name in ("label", "sheet", "pattern")}
    return PeriodFound(in_=str(said.get("in", "cell")), kind=kind, **texts)


def _area(said: Mapping[str, Any]) -> AreaRule:
    patterns = {name: re.compile(said[name], re.IGNORECASE) for name in ("code", "name", "level") if name in said}
    return AreaRule(
        kind=said["kind"],
        scheme=said["scheme"],
        section=same(said.get("under", "")),
        gives_code=said.get("gives_code", ""),
        **patterns,
    )


def _nothing_left(name: str, said: Mapping[str, Any]) -> None:
    if said:
        raise WrongLayout(f"{name}: no description has {', '.join(sorted(said))}.")
