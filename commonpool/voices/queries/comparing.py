"""Groups of cases beside each other, types by what is known of cases, and new codes per interview."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from commonpool.charts import Bar, Chart, Table, bar_chart
from commonpool.voices.models import Code, Interview, Study, TeamMember, Typology
from commonpool.voices.queries.cases import Belonging, Case, attribute_names, cases_of, places_of
from commonpool.voices.queries.codings import put_by_people, seen_by, transcripts_coded_blind
from commonpool.voices.queries.matrices import Column, columns_for
from commonpool.voices.rules.charting import CrossTab, Group, Heard, cross_tab, groups, new_codes

NO_TYPE = "no type yet"
LAST_FEW = 5


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code: in how many cases of each group it was found."""

    column: Column
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class GroupsTable:
    """The codes by some of the groups."""

    caption: str
    values: tuple[str, ...]
    rows: tuple[tuple[Column, tuple[Group, ...]], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Codes by groups of cases. `large` and `small`: the values whose groups have five cases or more, and fewer."""

    kind: str
    attribute: str
    attributes: tuple[str, ...]
    rows: tuple[CodeRow, ...]
    cases: int
    blind: int

    @property
    def large(self) -> list[Group]:
        """Groups of which a share is given."""
        return [group for group in self._groups if not group.is_small]

    @property
    def small(self) -> list[Group]:
        """Groups of which counts alone are given."""
        return [group for group in self._groups if group.is_small]

    @property
    def tables(self) -> list[GroupsTable]:
        """The large groups, and the small ones apart from them."""
        made = (("Groups of five cases or more", self.large), ("Groups of fewer than five: counts alone", self.small))
        return [self._table(caption, shown) for caption, shown in made if shown]

    def _table(self, caption: str, shown: list[Group]) -> GroupsTable:
        values = tuple(group.value for group in shown)
        rows = tuple((row.column, tuple(each for each in row.groups if each.value in values)) for row in self.rows)
        return GroupsTable(caption, values, rows)

    @property
    def _groups(self) -> tuple[Group, ...]:
        return self.rows[0].groups if self.rows else ()


def compared(member: TeamMember, study: Study, codes: list[Code], kind: str, attribute: str) -> Compared:
    """In how many cases of each group each code was found. An attribute that nobody has is taken for the first."""
    cases = cases_of(study, kind)
    names = attribute_names(cases)
    chosen = attribute if attribute in names else next(iter(names), "")
    found = _cases_by_code(member, study, kind)
    values = {case.id: case.attributes.get(chosen, ()) for case in cases}
    rows = [
        CodeRow(column, tuple(groups(values, {case for code in column.codes for case in found.get(code, ())})))
        for column in columns_for(codes, study)
    ]
    blind = transcripts_coded_blind(member.study_id).count()
    return Compared(kind, chosen, tuple(names), tuple(rows), len(cases), blind)


def _cases_by_code(member: TeamMember, study: Study, kind: str) -> dict[int, set[int]]:
    belonging = Belonging(study)
    found: dict[int, set[int]] = defaultdict(set)
    for place in places_of(seen_by(member)):
        found[place.code] |= belonging.cases(kind, place.transcript, place.span)
    return found


# -- typologies


@dataclass(frozen=True, slots=True)
class TypedCase:
    """One case, its type's id and name, and why. Empty where it has none."""

    case: Case
    type: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class TypologyView:
    """A typology with its cases and the table of types by an attribute; None where nothing is known of the cases."""

    typology: Typology
    cases: tuple[TypedCase, ...]
    attribute: str
    attributes: tuple[str, ...]
    tab: CrossTab | None

    @property
    def typed(self) -> int:
        """How many cases have a type."""
        return sum(bool(each.type) for each in self.cases)


def typology_view(typology: Typology, attribute: str) -> TypologyView:
    """The typology with its cases by name."""
    cases = cases_of(typology.study, typology.case_kind)
    held = {each.case_id: each for each in typology.assignments.select_related("type")}
    typed = [
        TypedCase(case, str(row.type.uuid), row.type.name, row.reason)
        if (row := held.get(case.id))
        else TypedCase(case, "", "", "")
        for case in cases
    ]
    names = attribute_names(cases)
    chosen = attribute if attribute in names else next(iter(names), "")
    values = {case.id: case.attributes.get(chosen, ()) for case in cases}
    types = [each.name for each in typology.types.all()]
    tab = cross_tab(values, {each.case.id: each.name for each in typed if each.name}, types, NO_TYPE)
    return TypologyView(typology, tuple(typed), chosen, tuple(names), tab if chosen else None)


# -- new codes per interview


@dataclass(frozen=True, slots=True)
class Curve:
    """New codes per interview. `undated`: interviews that were left out because nobody knows their day."""

    order: str
    heard: tuple[Heard, ...]
    undated: tuple[str, ...]
    blind: int

    @property
    def headline(self) -> str:
        """What the last few interviews brought; no verdict on whether that is enough."""
        if not self.heard:
            return "No interview has been coded yet."
        last = self.heard[-LAST_FEW:]
        new = sum(each.new for each in last)
        which = f"The last {len(last)} of {len(self.heard)} interviews" if len(last) > 1 else "One interview"
        return f"{which} brought {new} code{'' if new == 1 else 's'} that none before had."

    @property
    def chart(self) -> Chart | None:
        """Bars of new codes, interview by interview, with the table behind."""
        if not self.heard:
            return None
        rows = tuple((each.name, str(each.new), str(each.together)) for each in self.heard)
        order = "coding" if self.order == "coded" else "their day"
        return bar_chart(
            self.headline,
            [Bar(each.name, each.new, f"{each.new} new, {each.together} by then") for each in self.heard],
            axis="new codes",
            source=f"The study’s codings, interviews in order of {order}",
            table=Table(("Interview", "New codes", "Codes by then"), rows, frozenset({1, 2})),
        )


def curve_of(member: TeamMember, study: Study, order: str) -> Curve:
    """New codes per interview, in order of the day they were held, or of first being coded (`coded`)."""
    codes: dict[int, set[int]] = defaultdict(set)
    begun: dict[int, datetime] = {}
    rows = put_by_people(member).filter(transcript__interview__isnull=False)
    for interview, code, made_at in rows.values_list("transcript__interview", "code", "made_at"):
        codes[interview].add(code)
        begun[interview] = min(begun.get(interview, made_at), made_at)
    held = list(Interview.objects.filter(study=study, pk__in=codes))
    undated = () if order == "coded" else tuple(each.name for each in held if each.held_on is None)
    if order == "coded":
        held.sort(key=lambda each: (begun[each.pk], each.name))
    else:
        held = sorted((each for each in held if each.held_on), key=lambda each: (each.held_on or date.min, each.name))
    heard = new_codes((each.name, codes[each.pk]) for each in held)
    return Curve(order, tuple(heard), undated, transcripts_coded_blind(member.study_id).count())
