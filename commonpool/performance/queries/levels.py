"""One metric of all areas as the site shows it: levels joined to the areas of one world, the real or the invented."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from commonpool.charts import Chart, Closer, Level, Table, classed_map, round_bounds
from commonpool.pages.formats import number_text
from commonpool.people.models import Person
from commonpool.people.queries import areas_of
from commonpool.performance.comparing import AllLevels, AreaLevel, levels_of
from commonpool.performance.judging import period_words
from commonpool.performance.measures import LOCAL
from commonpool.performance.queries.areas import days_in_register
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.own_start import NO_CLEAR_CHANGE, in_words
from commonpool.performance.withholding import Days
from commonpool.places import queries as places
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric

LONDON = "E09"
"""The GSS codes of London's boroughs begin so."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area with its level. `body` None: places does not know the code. `may_open`: its own page is for who asks."""

    metric: Metric
    level: AreaLevel
    body: Organisation | None
    may_open: bool

    @property
    def name(self) -> str:
        """What people call the area."""
        return self.body.name if self.body else self.level.name

    @property
    def says(self) -> str:
        """The level as people read it, or why there is none."""
        return shown(self.level.level) if self.level.level is not None else self.level.why

    @property
    def against_start(self) -> str:
        """Whether it is better or worse than its own start; why that is not known, where it is not."""
        return in_words(self.level.progress, Improvement(self.metric.improvement)) or "not known"

    @property
    def remark(self) -> str:
        """Why something is not shown, or what to be careful of."""
        way = self.level.progress
        too_few = "" if way.change is None or way.is_clear is not None else "too few values a year to tell from chance"
        return self.level.why or way.why or too_few


@dataclass(frozen=True)
class AreasPage:
    """One metric of all areas of one world. `found` None: nothing of it is held."""

    metric: Metric
    found: AllLevels | None
    rows: tuple[AreaRow, ...]
    is_invented: bool
    has_other_world: bool

    @cached_property
    def levels(self) -> list[float]:
        """Every level that is shown."""
        return [row.level.level for row in self.rows if row.level.level is not None]

    @property
    def period(self) -> str:
        """The period in words."""
        return period_words(*self.found.period) if self.found and self.found.period else ""

    @property
    def unit(self) -> str:
        """What levels are in."""
        return self.metric.latest.unit

    @property
    def source(self) -> str:
        """Where the figures come from."""
        is_own = self.found is not None and self.found.source == LOCAL
        return "the areas’ own tables" if is_own else self.metric.latest.data_source

    @property
    def headline(self) -> str:
        """What the levels come to, without a rank."""
        if self.found is None or not self.rows:
            return "No figures of areas are held that you may see."
        lacking = len(self.rows) - len(self.levels)
        without = f" {lacking} {'has' if lacking == 1 else 'have'} none that is shown." if lacking else ""
        if len(self.levels) < 4:
            count = len(self.levels)
            return f"{count} {'area has' if count == 1 else 'areas have'} a level in {self.period}.{without}"
        lower, _, upper = statistics.quantiles(self.levels, n=4, method="inclusive")
        between = f"between {shown(lower)} and {shown(upper)} {self.unit}"
        return f"In {self.period} the middle half of {len(self.levels)} areas lies {between}.{without}"

    @property
    def progress_words(self) -> str:
        """How many have come which way from their own start; "" where nobody's way is known."""
        counted = Counter(row.against_start for row in self.rows if row.level.progress.change is not None)
        said = [_so_many(count, words) for words, count in counted.most_common()]
        return f"Against their own start: {', '.join(said)}." if said else ""


def _so_many(count: int, words: str) -> str:
    if words == NO_CLEAR_CHANGE:
        return f"{count} {'shows' if count == 1 else 'show'} {words}"
    return f"{count} {'is' if count == 1 else 'are'} {words}"


def shown(value: float | None) -> str:
    """A level with as many decimals as its size needs."""
    if value is None:
        return "not known"
    return number_text(round(value)) if abs(value) >= 1000 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def areas_page(
    home: Path,
    metric: Metric,
    person: Person,
    today: date,
    *,
    period: Days | None = None,
    start: date | None = None,
    invented: bool | None = None,
) -> AreasPage:
    """The metric in all areas of one world: the one asked for; the real one, or the invented where that has none."""
    bodies = _bodies()
    made_up = {code for code, body in bodies.items() if body.is_invented}
    seen: set[str] = set()
    people, redrawn = places.people_of_years(), days_in_register()

    def levels(*, is_invented: bool) -> AllLevels | None:
        def belongs(code: str) -> bool:
            seen.add(code)
            return (code in made_up) is is_invented

        return levels_of(home, metric, people=people, period=period, start=start, belongs=belongs, redrawn=redrawn)

    is_invented = bool(invented)
    found = levels(is_invented=is_invented)
    if invented is None and found and not found.rows and seen & made_up:
        is_invented, found = True, levels(is_invented=True)
    mine = set(areas_of(person, today).values_list("pk", flat=True))
    rows = [_row(each, bodies, metric, mine) for each in (found.rows if found else ())]
    others = seen - made_up if is_invented else seen & made_up
    rows.sort(key=lambda row: (row.name, row.level.code))
    return AreasPage(metric, found, tuple(rows), is_invented, bool(others))


def _bodies() -> dict[str, Organisation]:
    """Areas by the code that the store may have. A council that has ended stands for the area that it was."""
    kinds = (Organisation.Kind.UPPER_TIER, Organisation.Kind.HWB_AREA)
    found: dict[str, Organisation] = {}
    bodies = Organisation.objects.filter(kind__in=kinds)
    for body in sorted(bodies, key=lambda each: kinds.index(Organisation.Kind(each.kind))):
        found |= {code: body for code in (body.ods_code, body.gss_code) if code}
    return found


def _row(level: AreaLevel, bodies: Mapping[str, Organisation], metric: Metric, mine: set[int]) -> AreaRow:
    body = bodies.get(level.gss) or bodies.get(level.code)
    may_open = body is not None and body.pk in mine
    return AreaRow(metric, level, body, may_open)


def map_of(page: AreasPage, home: Path) -> Chart | None:
    """The map of the levels; None where no borders of these areas are loaded."""
    found = places.borders_of(home, is_invented=page.is_invented)
    if found is None or not page.rows:
        return None
    borders, features = found
    codes = [str(feature["properties"]["code"]) for feature in features]
    drawn = set(codes)
    levels = {_code(row, drawn): _level(row) for row in page.rows if _code(row, drawn)}
    closer = Closer("London, closer", {code for code in codes if code.startswith(LONDON)})
    return classed_map(
        f"{page.metric.label}, {page.period}",
        features,
        levels,
        round_bounds(page.levels),
        legend=f"{page.unit.capitalize()}. Darker is more, which is neither better nor worse by itself.",
        source=f"{page.source}; {borders.title}",
        note=_note(page.rows, drawn, f"{borders.starts_on:%Y}" if borders.starts_on else borders.period),
        closer=closer,
        table=table_of(page.rows, page.unit),
    )


def table_of(rows: Sequence[AreaRow], unit: str) -> Table:
    """The numbers behind the map, by name."""
    written = tuple((row.name, row.level.gss or row.level.code, row.says) for row in rows)
    return Table(("Area", "Code", unit.capitalize()), written, frozenset({2}))


def _code(row: AreaRow, drawn: set[str]) -> str:
    own = (row.level.gss, row.level.code, row.body.gss_code if row.body else "")
    return next((code for code in own if code in drawn), "")


def _level(row: AreaRow) -> Level:
    return Level(row.name, row.level.level, row.says, is_withheld=row.level.is_withheld)


def _note(rows: Sequence[AreaRow], drawn: set[str], year: str) -> str:
    lacking = [row.name for row in rows if not _code(row, drawn)]
    said = f"The borders are those of {year}."
    if lacking:
        said += f" {', '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no shape on them: see the table."
    return said
