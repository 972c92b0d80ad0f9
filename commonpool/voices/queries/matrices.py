"""The framework matrix as one member of the team may see it: rows, cells, and the passages behind a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from uuid import UUID

from django.urls import reverse

from commonpool.voices.models import (
    CellPassage,
    CellText,
    Code,
    Coding,
    Matrix,
    MatrixCell,
    Study,
    TeamMember,
    TranscriptVersion,
    Turn,
)
from commonpool.voices.queries.cases import Belonging, Case, Place, cases_coded_blind, cases_of, places_of
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.recoding import successors_of
from commonpool.voices.queries.texts import label_of, texts_of
from commonpool.voices.rules.charting import Changes, Passage, Way, changes_since, followed, with_beneath
from commonpool.voices.rules.span_maps import Edit, SpanMap
from commonpool.voices.rules.text import Span


class State(StrEnum):
    """How a cell stands."""

    EMPTY = "empty"
    NOTHING_SAID = "nothing"
    WRITTEN = "written"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Column:
    """One code of a matrix. `codes`: row ids of it and all beneath it. `path`: the names above it."""

    code: Code
    path: str
    codes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One case under one code. `passages`: how many it has now; `changes`: what differs since it was written."""

    case: Case
    column: Column
    row: MatrixCell | None
    is_blind: bool
    passages: int
    quotations: int
    changes: Changes
    url: str

    @property
    def state(self) -> State:
        """Nobody wrote it, nothing was said, or it says something; a case in a blind round says nothing at all."""
        if self.is_blind:
            return State.BLIND
        if self.row is None or not (self.row.summary or self.row.nothing_said):
            return State.EMPTY
        return State.NOTHING_SAID if self.row.nothing_said else State.WRITTEN

    @property
    def is_stale(self) -> bool:
        """Whether the passages changed since the text was written."""
        return self.state in (State.WRITTEN, State.NOTHING_SAID) and bool(self.changes)

    @property
    def text(self) -> str:
        """What a file says of the cell."""
        if self.state == State.WRITTEN and self.row is not None:
            return self.row.summary
        return {State.BLIND: "in a blind round", State.NOTHING_SAID: "nothing said"}.get(self.state, "")


@dataclass(frozen=True, slots=True)
class Row:
    """One case and its cells, a cell for each column."""

    case: Case
    cells: tuple[Cell, ...]
    is_blind: bool


@dataclass(frozen=True, slots=True)
class MatrixView:
    """A matrix as a member sees it."""

    matrix: Matrix
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def count(self, state: State) -> int:
        """How many cells stand so."""
        return sum(cell.state == state for row in self.rows for cell in row.cells)

    @property
    def written(self) -> int:
        """Cells that say something, or that nothing was said."""
        return self.count(State.WRITTEN) + self.count(State.NOTHING_SAID)

    @property
    def stale(self) -> int:
        """Cells whose passages changed since they were written."""
        return sum(cell.is_stale for row in self.rows for cell in row.cells)

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.rows) * len(self.columns)


def matrices_of(study: Study) -> list[Matrix]:
    """The study's matrices by name, without those taken away."""
    return list(Matrix.objects.filter(study=study, removed_at=None))


def columns_of(matrix: Matrix) -> list[Column]:
    """The columns in their order."""
    return columns_for([each.code for each in matrix.columns.select_related("code")], matrix.study)


def columns_for(codes: Sequence[Code], study: Study) -> list[Column]:
    """Codes of a study as columns."""
    every = {code.pk: code for code in Code.objects.filter(study=study)}
    below = with_beneath({pk: code.parent_id for pk, code in every.items()})
    return [Column(code, _path(code, every), below[code.pk]) for code in codes]


def _path(code: Code, every: Mapping[int, Code]) -> str:
    names = []
    above = code.parent_id
    while above is not None:
        names.append(every[above].name)
        above = every[above].parent_id
    return " › ".join(reversed(names))


def matrix_view(member: TeamMember, matrix: Matrix) -> MatrixView:
    """The whole matrix. A case of which a text lies in an open blind round shows no cell to anybody."""
    columns = columns_of(matrix)
    reading = _Reading(member, matrix)
    rows = [reading.row(case, columns) for case in cases_of(matrix.study, matrix.case_kind)]
    return MatrixView(matrix, tuple(columns), tuple(rows))


def one_cell(member: TeamMember, matrix: Matrix, column: Column, case: Case) -> Cell:
    """One cell of the matrix."""
    return _Reading(member, matrix, column).cell(case, column)


def cell_url(matrix: Matrix, column: Column, case: Case) -> str:
    """The address of a cell's page."""
    return reverse("voices:cell", args=[matrix.uuid, column.code.uuid, case.uuid])


class _Reading:
    """What a matrix is made of, read once; of one column alone, where only that is asked."""

    def __init__(self, member: TeamMember, matrix: Matrix, column: Column | None = None) -> None:
        self.matrix, self.kind = matrix, matrix.case_kind
        belonging = Belonging(matrix.study)
        self.blind = cases_coded_blind(member, self.kind, belonging)
        self.places = _places(member, matrix, column, belonging)
        written = matrix.cells.select_related("written_by")
        self.written = {(cell.case_id, cell.code_id): cell for cell in written}
        self.quotations = _quotations(matrix)
        self.successors = successors_of(matrix.study)

    def row(self, case: Case, columns: Sequence[Column]) -> Row:
        return Row(case, tuple(self.cell(case, column) for column in columns), case.id in self.blind)

    def cell(self, case: Case, column: Column) -> Cell:
        places = self.places_of(case, column)
        row = self.written.get((case.id, column.code.pk))
        is_blind = case.id in self.blind
        changes = self.changes(row, places) if row and not is_blind else Changes()
        url = cell_url(self.matrix, column, case)
        quoted = len(self.quotations[row.pk] & {place.id for place in places}) if row else 0
        return Cell(case, column, row, is_blind, 0 if is_blind else len(places), quoted, changes, url)

    def changes(self, row: MatrixCell, places: Collection[Place]) -> Changes:
        now = passages(places)
        return changes_since(followed(stored(row.basis), now, self.successors), now, ways())

    def places_of(self, case: Case, column: Column) -> list[Place]:
        return _of_column(self.places, case, column)


def _places(
    member: TeamMember, matrix: Matrix, column: Column | None, belonging: Belonging
) -> dict[tuple[int, int], list[Place]]:
    """{case, code: the codings that this member may see}, of all codes or of one column's."""
    found: dict[tuple[int, int], list[Place]] = defaultdict(list)
    codings = seen_by(member) if column is None else seen_by(member).filter(code__in=column.codes)
    for place in places_of(codings):
        for case in belonging.cases(matrix.case_kind, place.transcript, place.span):
            found[case, place.code].append(place)
    return found


def _of_column(places: Mapping[tuple[int, int], list[Place]], case: Case, column: Column) -> list[Place]:
    return [place for code in column.codes for place in places.get((case.id, code), ())]


def _quotations(matrix: Matrix) -> dict[int, set[int]]:
    """{cell: codings that are marked as good quotations of it}"""
    found: dict[int, set[int]] = defaultdict(set)
    rows = CellPassage.objects.filter(cell__matrix=matrix, is_quotation=True)
    for cell, coding in rows.values_list("cell", "coding"):
        found[cell].add(coding)
    return found


# -- whether a cell is stale


def passages(places: Collection[Place]) -> list[Passage]:
    """Places as rules compare them."""
    return [Passage(str(each.uuid), str(each.version), each.span) for each in places]


def basis_of(places: Collection[Place]) -> list[list[str | int]]:
    """What a cell keeps of its passages when it is written."""
    kept = sorted(passages(places), key=lambda each: each.coding)
    return [[each.coding, each.version, each.span.start, each.span.end] for each in kept]


def stored(basis: Sequence[Sequence[str | int]]) -> list[Passage]:
    """What a cell kept, as rules compare it."""
    return [Passage(str(row[0]), str(row[1]), Span(int(row[2]), int(row[3]))) for row in basis]


def ways() -> Way:
    """How one version of a text leads to a later one; each pair is read once."""

    @cache
    def way(old: str, new: str) -> list[SpanMap] | None:
        rows = {str(each.uuid): each for each in TranscriptVersion.objects.filter(uuid__in=[old, new])}
        first, last = rows.get(old), rows.get(new)
        if first is None or last is None or first.transcript_id != last.transcript_id or first.number > last.number:
            return None
        between = TranscriptVersion.objects.filter(
            transcript=first.transcript_id, number__gt=first.number, number__lte=last.number
        )
        return [SpanMap(tuple(Edit(*edit) for edit in each.edits)) for each in between.order_by("number")]

    return way


# -- a cell's page


@dataclass(frozen=True, slots=True)
class Behind:
    """A passage behind a cell: the words, who says them and where, its codes and coders, and how the cell uses it."""

    id: int
    words: str
    speaker: str
    where: str
    url: str
    codes: str
    coders: str
    is_linked: bool
    is_quotation: bool


def places_in(
    member: TeamMember, matrix: Matrix, column: Column, case: Case, belonging: Belonging | None = None
) -> list[Place]:
    """The codings that a cell has now, as this member may see them.

    belonging  which passages belong to which cases, where that has been read already
    """
    return _of_column(_places(member, matrix, column, belonging or Belonging(matrix.study)), case, column)


def behind(member: TeamMember, places: Collection[Place], cell: MatrixCell | None) -> list[Behind]:
    """The passages with their words, by text and place. One that several coded alike stands once for each coding."""
    codings = codings_with(member, places)
    used = dict(cell.passages.values_list("coding", "is_quotation")) if cell else {}
    texts = texts_of(list({each.version_id: each.version for each in codings}.values()))
    return [_behind(each, texts[each.version_id][each.start : each.end], used) for each in codings]


def codings_with(member: TeamMember, places: Collection[Place]) -> list[Coding]:
    """The codings at these places, with what a page says of each."""
    wanted = seen_by(member).filter(pk__in=[place.id for place in places])
    related = ("version__transcript", "transcript", "code", "coder")
    return list(wanted.select_related(*related).order_by("transcript__name", "start", "end", "pk"))


def turn_at(coding: Coding) -> Turn | None:
    """The turn in which a passage begins."""
    turns = Turn.objects.filter(version=coding.version_id, start__lte=coding.start)
    return turns.select_related("speaker__participant", "speaker__transcript").order_by("-start").first()


def _behind(coding: Coding, words: str, used: Mapping[int, bool]) -> Behind:
    turn = turn_at(coding)
    where = f"{coding.transcript.name}, turn {turn.number}" if turn else coding.transcript.name
    url = reverse("voices:transcript", args=[coding.transcript.uuid])
    return Behind(
        id=coding.pk,
        words=words,
        speaker=label_of(turn.speaker) if turn and turn.speaker else "",
        where=where,
        url=f"{url}#turn-{turn.number}" if turn else url,
        codes=coding.code.name,
        coders=coding.coder.initials,
        is_linked=coding.pk in used,
        is_quotation=used.get(coding.pk, False),
    )


def earlier_texts(cell: MatrixCell | None) -> list[CellText]:
    """What the cell said before, newest first."""
    return list(cell.earlier.select_related("written_by")) if cell else []


def text_of_cell(cell: MatrixCell | None, uuid: str) -> CellText | None:
    """The earlier text of that id."""
    return next((each for each in earlier_texts(cell) if str(each.uuid) == uuid), None)


def by_uuid(columns: Sequence[Column], uuid: UUID) -> Column | None:
    """The column of that code; None where the matrix has none."""
    return next((column for column in columns if column.code.uuid == uuid), None)
