"""What the activity store holds, source by source and load by load, with how good it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from commonpool.findings import WORST_FIRST, Finding, Severity
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.performance.measures import LOCAL, local, published
from commonpool.performance.models import FiguresUpload
from commonpool.performance.queries.boards import code_of
from commonpool.performance.queries.figures_access import home, loads_shown
from commonpool.performance.store.keeping import RECONCILIATION, Load, loads_of
from commonpool.performance.store.layouts import Source, read_source, source_ids
from commonpool.performance.store.reading import NothingHeld, revisions
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue

if TYPE_CHECKING:
    import polars as pl

SHOWN_OF_A_CAUSE: Final = 8
WHOLE: Final = "The files as a whole"


@dataclass(frozen=True, slots=True)
class Held:
    """One source: what of it counts. `first` None: nothing does."""

    source: Source
    loads: tuple[Load, ...]
    first: date | None
    last: date | None
    periods: int
    files: int
    findings: Mapping[Severity, int]

    @property
    def last_loaded_at(self) -> datetime | None:
        """When the newest load that counts was made."""
        return next((load.loaded_at for load in reversed(self.loads) if load.counts()), None)

    @property
    def open_findings(self) -> str:
        """How many of each severity, in words."""
        said = [f"{count:,} {severity.value}{'' if count == 1 else 's'}" for severity, count in self.findings.items()]
        return ", ".join(part for part, count in zip(said, self.findings.values(), strict=True) if count) or "none"


@dataclass(frozen=True, slots=True)
class Counting:
    """How much of a load counts: releases of one period of one table (or of one series), and of how many."""

    now: int
    of: int


@dataclass(frozen=True, slots=True)
class Fed:
    """A metric that a load's figures are made into, and the areas whose chart shows it."""

    metric: Metric
    kind: str
    areas: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Findings to be shown, the first places of each cause, beside all of them."""

    first: tuple[Finding, ...]
    everything: tuple[Finding, ...]

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return len(self.first) < len(self.everything)

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many of each severity, the gravest first."""
        found = Counter(finding.severity for finding in self.everything)
        return {severity: found[severity] for severity in WORST_FIRST}


def everything_held(person: Person, on: date) -> list[Held]:
    """Each described source as this person may see it, by title; an area's own figures last."""
    found = [held_of(source, person, on) for source in source_ids()]
    return sorted(found, key=lambda held: (held.source.id == LOCAL, held.source.title))


def held_of(source: str, person: Person, on: date) -> Held:
    """One source as this person may see it."""
    loads = loads_shown(person, source, on)
    counting = tuple(load.number for load in loads if load.counts())
    first, last, periods, files = _extent(home(), source, counting)
    return Held(read_source(source), tuple(loads), first, last, periods, len(files), _open(loads, files))


def _extent(home: Path, source: str, loads: tuple[int, ...]) -> tuple[date | None, date | None, int, frozenset[str]]:
    """First and last day, how many periods, and the digests of the files of which something counts."""
    rows = _revisions(home, source, _counting(source))
    if rows is None or not loads:
        return None, None, 0, frozenset()
    mine = rows.filter(rows["load"].is_in(list(loads)), rows["is_current"])
    first: Any = mine["period_start"].min()
    last: Any = mine["period_end"].max()
    return first, last, mine.select("period_start", "period_end").n_unique(), frozenset(mine["file_hash"])


def _counting(source: str) -> tuple[int, ...]:
    return tuple(load.number for load in loads_of(home(), source) if load.counts())


@lru_cache(maxsize=32)
def _revisions(home: Path, source: str, loads: tuple[int, ...]) -> pl.DataFrame | None:
    """Which release of each period counts. `loads` are those that count: the answer holds until they change."""
    try:
        return revisions(home, source)
    except NothingHeld:
        return None


def _open(loads: Sequence[Load], files: frozenset[str]) -> dict[Severity, int]:
    """Findings of files of which something counts, and those of all that is held by the newest load that counts."""
    counting = [load for load in loads if load.counts()]
    said = [
        finding
        for load in counting
        for file in load.about["files"]
        if file["digest"] in files
        for finding in file["findings"]
    ]
    said += counting[-1].about["findings"] if counting else []
    found = Counter(finding["severity"] for finding in said)
    return {severity: found[severity.value] for severity in WORST_FIRST}


def counting_of(load: Load, source: str) -> Counting:
    """How much of a load counts now."""
    rows = _revisions(home(), source, _counting(source)) if load.counts() else None
    if rows is None:
        return Counting(0, 0)
    mine = rows.filter(rows["load"] == load.number)
    return Counting(int(mine["is_current"].sum()), len(mine))


def findings_of(report: Mapping[str, Any]) -> Shown:
    """All that a report found, the gravest first; each says in which file, or that it is of the whole load."""
    found = [_finding(said, file["file"]) for file in report.get("files", ()) for said in file["findings"]]
    found += [_finding(said, "") for said in report.get("findings", ())]
    found.sort(key=lambda finding: WORST_FIRST.index(finding.severity))
    times: Counter[str] = Counter()
    first = []
    for finding in found:
        times[finding.rule] += 1
        if times[finding.rule] <= SHOWN_OF_A_CAUSE:
            first.append(finding)
    return Shown(tuple(first), tuple(found))


def _finding(said: Mapping[str, Any], file: str) -> Finding:
    finding = Finding(**{**said, "severity": Severity(said["severity"])})
    if finding.sheet:
        return replace(finding, sheet=finding.sheet if finding.sheet in ("", file) else f"{file}, {finding.sheet}")
    return finding if finding.field or finding.cell else replace(finding, field=file or WHOLE)


def differences_of(load: Load) -> pl.DataFrame:
    """Every printed total of a load that differs from the sum of its parts, as `reconciliation.parquet` has it."""
    import polars as pl

    return pl.read_parquet(load.folder / RECONCILIATION).filter("differs")


def sender_of(load: Load) -> Person | None:
    """Who sent the files of a load by a page; None for a command."""
    asked = load.about.get("asked_by") or ""
    return next((upload.person for upload in _uploads(asked)), None)


def _uploads(uuid: str) -> Iterable[FiguresUpload]:
    return FiguresUpload.objects.select_related("person").filter(uuid=UUID(uuid)) if uuid else ()


def withdrawer_of(load: Load) -> Person | None:
    """Who took a load back by a page; None for a command, and for a load that stands."""
    by = load.withdrawn.by if load.withdrawn else ""
    return Person.objects.filter(uuid=UUID(by)).first() if by else None


# -- the next step: what the figures are made into


def fed_by(load: Load, source: str, person: Person, on: date) -> list[Fed]:
    """The metrics that a load's figures are made into, each with the areas of this person that have figures of it."""
    codes = _codes(load.figures)
    metrics = load_catalogue().metrics
    mine = list(people.areas_of(person, on))
    found = []
    for code, kind, table, measure in _parts(source):
        held = codes.get((table, measure), frozenset())
        if held and code in metrics:
            found.append(Fed(metrics[code], kind, tuple(area for area in mine if code_of(area) in held)))
    return found


def _parts(source: str) -> Iterator[tuple[str, str, str, str]]:
    """(metric, whose figures, table, measure) of each metric that the source feeds."""
    if source == LOCAL:
        parts = [(code, local(code)) for code in load_catalogue().metrics]
    else:
        parts = [(code, each) for code, stated in published().items() for each in stated if each.source == source]
    for code, measure in parts:
        yield code, measure.kind, measure.numerator.table, measure.numerator.measure


@lru_cache(maxsize=64)
def _codes(figures: Path) -> Mapping[tuple[str, str], frozenset[str]]:
    """(table, measure) -> every code by which an area of it is known. A load's figures never change."""
    import polars as pl

    rows = pl.scan_parquet(figures).select("table", "measure", "area_code", "area_gss").unique().collect()
    found: dict[tuple[str, str], set[str]] = {}
    for table, measure, code, gss in rows.iter_rows():
        found.setdefault((table, measure), set()).update(one for one in (code, gss) if one)
    return {key: frozenset(codes) for key, codes in found.items()}
