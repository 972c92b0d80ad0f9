"""Themes as one member of the team may see them: the cases for and against, and the passages that say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commonpool.voices.models import CaseKind, Code, Study, TeamMember, Theme, ThemeEvidence
from commonpool.voices.queries.cases import Belonging, Case, Place, cases_of, places_of
from commonpool.voices.queries.codings import seen_by, transcripts_coded_blind
from commonpool.voices.queries.matrices import Behind, behind, columns_for

Side = ThemeEvidence.Side


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme with the cases behind it.

    coded    cases with at least one passage of its member codes, marked or not
    """

    theme: Theme
    depth: int
    codes: tuple[Code, ...]
    supporting: tuple[Case, ...]
    contrary: tuple[Case, ...]
    coded: tuple[Case, ...]

    @property
    def both(self) -> int:
        """Cases that have passages of both sides."""
        return len({case.id for case in self.supporting} & {case.id for case in self.contrary})

    def says(self, case: int) -> str:
        """What one case says of the theme, by row id: `for`, `against`, `both`, `coded` or nothing."""
        is_for = any(each.id == case for each in self.supporting)
        if any(each.id == case for each in self.contrary):
            return "both" if is_for else "against"
        if is_for:
            return "for"
        return "coded" if any(each.id == case for each in self.coded) else ""


@dataclass(frozen=True, slots=True)
class ThemesView:
    """All themes of a study, each followed by those that are part of it. `blind`: texts in open blind rounds."""

    kind: str
    cases: tuple[Case, ...]
    rows: tuple[ThemeRow, ...]
    blind: int

    @property
    def unsupported(self) -> list[ThemeRow]:
        """Themes that no passage supports yet."""
        return [row for row in self.rows if not row.supporting]

    @property
    def unopposed(self) -> list[ThemeRow]:
        """Themes with support for which nobody has marked a contrary case."""
        return [row for row in self.rows if row.supporting and not row.contrary]


def themes_view(member: TeamMember, study: Study, kind: str) -> ThemesView:
    """The themes of a study, counted by cases of one kind."""
    cases = cases_of(study, kind)
    reading = _Reading(member, study, kind, cases)
    rows = [reading.row(theme, depth) for theme, depth in tree_of(study)]
    return ThemesView(kind, tuple(cases), tuple(rows), transcripts_coded_blind(member.study_id).count())


def tree_of(study: Study) -> list[tuple[Theme, int]]:
    """The themes that stand, each with its depth and followed by those that are part of it."""
    rows = list(Theme.objects.filter(study=study, removed_at=None).prefetch_related("codes"))
    standing = {row.pk for row in rows}
    below: dict[int | None, list[Theme]] = defaultdict(list)
    for row in rows:
        # One whose parent was taken away stands at the top: it is not lost with it.
        below[row.parent_id if row.parent_id in standing else None].append(row)
    return list(_down(below, None, 0))


def _down(below: dict[int | None, list[Theme]], at: int | None, depth: int) -> Iterable[tuple[Theme, int]]:
    for theme in below.get(at, []):
        yield theme, depth
        yield from _down(below, theme.pk, depth + 1)


def theme_row(member: TeamMember, theme: Theme, kind: str) -> ThemeRow:
    """One theme with the cases behind it."""
    return _Reading(member, theme.study, kind, cases_of(theme.study, kind)).row(theme, 0)


class _Reading:
    def __init__(self, member: TeamMember, study: Study, kind: str, cases: Sequence[Case]) -> None:
        self.kind, self.cases = kind, cases
        self.belonging = Belonging(study)
        self.places = places_of(seen_by(member))
        self.columns = {column.code.pk: column.codes for column in columns_for(_codes(study), study)}
        visible = {place.id: place for place in self.places}
        self.evidence: dict[int, list[tuple[str, Place]]] = defaultdict(list)
        marks = ThemeEvidence.objects.filter(theme__study=study).values_list("theme", "side", "coding")
        for theme, side, coding in marks:
            if coding in visible:
                self.evidence[theme].append((side, visible[coding]))

    def row(self, theme: Theme, depth: int) -> ThemeRow:
        codes = tuple(theme.codes.all())
        wanted = {pk for code in codes for pk in self.columns[code.pk]}
        marked = self.evidence.get(theme.pk, [])
        return ThemeRow(
            theme,
            depth,
            codes,
            self._cases(place for side, place in marked if side == Side.SUPPORTING),
            self._cases(place for side, place in marked if side == Side.CONTRARY),
            self._cases(place for place in self.places if place.code in wanted),
        )

    def _cases(self, places: Iterable[Place]) -> tuple[Case, ...]:
        found = {case for place in places for case in self.belonging.cases(self.kind, place.transcript, place.span)}
        return tuple(case for case in self.cases if case.id in found)


def _codes(study: Study) -> list[Code]:
    return list(Code.objects.filter(study=study))


# -- a theme's page


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage on a theme's page: its words and place, and how it is marked. `mark` None: not yet."""

    behind: Behind
    cases: str
    mark: ThemeEvidence | None


def passages_of(member: TeamMember, theme: Theme) -> list[Marked]:
    """The passages that are marked for the theme, and those of its member codes that are not yet; marked ones first."""
    reading = _Reading(member, theme.study, CaseKind.SITE, cases_of(theme.study, CaseKind.SITE))
    marks = {mark.coding_id: mark for mark in theme.evidence.select_related("marked_by")}
    wanted = {pk for code in theme.codes.all() for pk in reading.columns[code.pk]}
    places = {place.id: place for place in reading.places if place.id in marks or place.code in wanted}
    names = {case.id: case.name for case in reading.cases}
    made = []
    for each in behind(member, list(places.values()), None):
        place = places[each.id]
        at = reading.belonging.cases(CaseKind.SITE, place.transcript, place.span)
        made.append(Marked(each, ", ".join(sorted(names[case] for case in at)), marks.get(each.id)))
    return sorted(made, key=lambda each: each.mark is None)
