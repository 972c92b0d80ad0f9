"""The joint display: for each site what it says of chosen themes, beside chosen metrics and money in bands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from commonpool.evaluation.queries.columns import Column, areas_of_world, metric_column, money_columns
from commonpool.evaluation.rules import Band, Combination, bands_of, rare_without_each, too_rare
from commonpool.people.queries import areas_of
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue
from commonpool.voices.models import CaseKind, Matrix, Site, Study, TeamMember, Theme
from commonpool.voices.queries.cases import Belonging, Case, cases_coded_blind, cases_of
from commonpool.voices.queries.matrices import Cell, State, matrices_of, matrix_view
from commonpool.voices.queries.themes import ThemeRow, themes_view, tree_of

MOST_METRICS: Final = 4
FIRST_METRIC: Final = "EA65"
SAYS: Final = {
    "for": "supports it",
    "against": "speaks against it",
    "both": "speaks for and against it",
    "coded": "has passages, not marked yet",
    "": "no passage",
    "blind": "in an open blind round",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands in the table: themes, metrics, kinds of money, how many bands, and whose summaries."""

    themes: tuple[Theme, ...]
    metrics: tuple[Metric, ...]
    money: tuple[str, ...]
    parts: int
    matrix: Matrix | None


def choice_of(study: Study, asked: dict[str, list[str]]) -> Choice:
    """What the address asks for; where it asks for nothing, the first three themes, one metric and planned money."""
    themes = [theme for theme, _ in tree_of(study)]
    matrices = [matrix for matrix in matrices_of(study) if matrix.case_kind == CaseKind.SITE]
    metrics = load_catalogue().metrics
    codes = asked.get("metric", []) if asked else [FIRST_METRIC]
    wanted = asked.get("theme", []) if asked else [str(theme.uuid) for theme in themes[:3]]
    named = next((each for each in matrices if str(each.uuid) in asked.get("matrix", [])), None)
    return Choice(
        tuple(theme for theme in themes if str(theme.uuid) in wanted),
        tuple(metrics[code] for code in dict.fromkeys(codes) if code in metrics)[:MOST_METRICS],
        tuple(asked.get("money", []) if asked else ["planned"]),
        2 if asked.get("bands") == ["2"] else 3,
        named or next(iter(matrices), None),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What one site says of one theme: which way its passages speak, and what the matrix sums up."""

    way: str
    cells: tuple[Cell, ...]

    @property
    def words(self) -> str:
        """The way in words."""
        return SAYS[self.way]

    @property
    def summary(self) -> str:
        """The matrix's summaries of the theme's codes, as a file has them."""
        return " ".join(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Figured:
    """One figure of one site in its band, or why there is none."""

    band: Band | None
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One site. `area` None: the team has not said which area it is."""

    case: Case
    area: Organisation | None
    may_see: bool
    said: tuple[Said, ...]
    figures: tuple[Figured, ...]

    @property
    def combination(self) -> Combination:
        """The bands, a column each."""
        return tuple(each.band for each in self.figures)


@dataclass(frozen=True)
class Display:
    """The whole table, and the combinations of all areas of the country."""

    choice: Choice
    themes: tuple[ThemeRow, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    country: tuple[Combination, ...]

    @cached_property
    def _open(self) -> dict[str, Combination]:
        """{site's name: its bands} of rows with figures. One without gives nothing away by them."""
        return {row.case.name: row.combination for row in self.rows if row.may_see}

    @cached_property
    def rare(self) -> dict[str, int]:
        """{site's name: how many areas its row could be}, for those that fewer than five could."""
        return too_rare(self._open, self.country) if self.columns else {}

    @property
    def may_leave(self) -> bool:
        """Whether the table may be downloaded."""
        return not self.rare

    @property
    def cure(self) -> tuple[str, int] | None:
        """The column whose leaving out helps most, and how many rows are too rare without it; None if none helps."""
        left = rare_without_each(self._open, self.country)
        best = min(zip(left, (column.label for column in self.columns), strict=True), default=None)
        return (best[1], best[0]) if best and best[0] < len(self.rare) else None

    @property
    def unplaced(self) -> list[str]:
        """Sites of which nobody has said which area they are."""
        return [row.case.name for row in self.rows if row.area is None]


def display_of(member: TeamMember, study: Study, choice: Choice, home: Path, on: date) -> Display:
    """The table as this member may see it: figures only of areas that they may read."""
    assert member.person is not None, "somebody who has signed in"
    sites = {site.pk: site for site in Site.objects.filter(study=study).select_related("area")}
    is_invented = study.is_invented or any(site.area.is_invented for site in sites.values() if site.area)
    columns = [
        *(metric_column(home, metric, member.person, on, is_invented=is_invented) for metric in choice.metrics),
        *money_columns(list(choice.money), on, is_invented=is_invented),
    ]
    bands = [bands_of(column.values, choice.parts) for column in columns]
    readable = set(areas_of(member.person, on).values_list("pk", flat=True))
    themes = _themes(member, study, choice)
    reading = _Said(member, study, choice, themes)
    rows = [
        Row(
            case,
            (area := sites[case.id].area),
            may_see := area is not None and area.pk in readable,
            tuple(reading.of(case, at) for at in range(len(themes))),
            tuple(_figured(area, column, found, may_see=may_see) for column, found in zip(columns, bands, strict=True)),
        )
        for case in cases_of(study, CaseKind.SITE)
    ]
    country = [tuple(found.get(area.pk) for found in bands) for area in areas_of_world(is_invented=is_invented)]
    return Display(choice, tuple(themes), tuple(columns), tuple(rows), tuple(country))


def _figured(area: Organisation | None, column: Column, bands: dict[int, Band], *, may_see: bool) -> Figured:
    if area is None:
        return Figured(None, "no area", "")
    if not may_see:
        return Figured(None, "not yours to see", "")
    band = bands.get(area.pk)
    why = "too few areas have a figure" if area.pk in column.values else "not known"
    return Figured(band, "" if band else why, column.link(area))


def _themes(member: TeamMember, study: Study, choice: Choice) -> list[ThemeRow]:
    wanted = {theme.pk for theme in choice.themes}
    return [row for row in themes_view(member, study, CaseKind.SITE).rows if row.theme.pk in wanted]


class _Said:
    """What sites say of the chosen themes."""

    def __init__(self, member: TeamMember, study: Study, choice: Choice, themes: Sequence[ThemeRow]) -> None:
        self.themes = themes
        self.blind = cases_coded_blind(member, CaseKind.SITE, Belonging(study))
        rows = matrix_view(member, choice.matrix).rows if choice.matrix and themes else ()
        self.cells: dict[int, tuple[Cell, ...]] = {row.case.id: row.cells for row in rows}

    def of(self, case: Case, at: int) -> Said:
        if case.id in self.blind:
            return Said("blind", ())
        theme = self.themes[at]
        codes = {code.pk for code in theme.codes}
        return Said(theme.says(case.id), tuple(_written(self.cells.get(case.id, ()), codes)))


def _written(cells: Iterable[Cell], codes: set[int]) -> Iterable[Cell]:
    written = (State.WRITTEN, State.NOTHING_SAID)
    return (cell for cell in cells if cell.column.code.pk in codes and cell.state in written)
