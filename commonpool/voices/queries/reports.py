"""The reports of a study: which there are, and each as one member of the team may have it at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count

from commonpool.pages.formats import moment_text
from commonpool.voices.models import TeamMember
from commonpool.voices.queries import report_findings as findings
from commonpool.voices.queries.codebooks import book_of
from commonpool.voices.queries.codings import blind_since, put_by_people
from commonpool.voices.queries.history import history_of
from commonpool.voices.queries.report_facts import facts_of
from commonpool.voices.queries.tables import as_published, releases_of, table_of
from commonpool.voices.rules.codebook import Codebook, Origin
from commonpool.voices.rules.history import COLUMNS, Line
from commonpool.voices.rules.reports.checklists import coreq, methods_paragraph, srqr
from commonpool.voices.rules.reports.document import Grid, Report, Words
from commonpool.voices.rules.reports.facts import counted
from commonpool.voices.rules.reports.table_one import ALL, TITLE, WITHHELD, Published, grid_of
from commonpool.voices.writing.reports import Stamp

Make = Callable[[TeamMember, datetime], Report]
READ: Final = ("Line", "When", "Who", "Did", "What")


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A kind of report: its key in addresses and files, its name, and what it answers."""

    key: str
    label: str
    about: str
    make: Make


def kinds() -> tuple[ReportKind, ...]:
    """Every kind of report, in the order in which a paper needs them."""
    return (*KINDS, *_joined)


_joined: Final[list[ReportKind]] = []


def join(kind: ReportKind) -> None:
    """Add a report that another part of this room makes. Once for each key; for `AppConfig.ready`."""
    assert kind.key not in {each.key for each in KINDS}, f"two reports are called {kind.key}"
    _joined[:] = [*(each for each in _joined if each.key != kind.key), kind]


def kind_of(key: str) -> ReportKind | None:
    """The kind of that key; None where there is none."""
    return next((each for each in kinds() if each.key == key), None)


def stamp_of(member: TeamMember, as_at: datetime) -> Stamp:
    """What files of the member's study say of where they come from."""
    return Stamp(member.study.title, as_at, member.study.is_invented)


# --- Table 1 -------------------------------------------------------------------------------------------------------


def team_table(member: TeamMember, as_at: datetime) -> Report:
    """Table 1 with every count, for the team alone."""
    table = table_of(member.study_id)
    if not table.total:
        said = "Nobody is recorded yet. Table 1 counts participants once they are."
        return Report("table-1", "Table 1, for the team", said, ())
    kinds_, roles = len(table.organisations), len(table.roles)
    headline = (
        f"{counted(table.total, 'participant')}, by {counted(kinds_, 'type')} of organisation and "
        f"{counted(roles, 'role group')}. For the team alone: small counts tell who somebody is."
    )
    return Report("table-1", "Table 1, for the team", headline, (grid_of(table),))


def public_table(member: TeamMember, as_at: datetime) -> Report:
    """The newest version of Table 1 that was released."""
    if not (releases := releases_of(member.study_id)):
        said = "No version of Table 1 has been released. Whoever leads the study releases one on its page."
        return Report("table-1-public", "Table 1, published", said, ())
    newest = releases[-1]
    shown = as_published(newest)
    headline = f"Release {newest.number} of {moment_text(newest.released_at)}: {_withheld(shown, newest.threshold)}"
    return Report("table-1-public", "Table 1, published", headline, (released_grid(shown),))


def released_grid(shown: Published) -> Grid:
    """A published table as rows, from what was kept of it."""
    rows = list(dict.fromkeys(row for row, _ in shown.cells if row != ALL))
    columns = list(dict.fromkeys(column for _, column in shown.cells if column != ALL))

    def told(count: int | None) -> str | int:
        return WITHHELD if count is None else count

    body = [(row, *(told(shown.cells[row, column]) for column in (*columns, ALL))) for row in rows]
    last = (ALL, *(told(shown.cells[ALL, column]) for column in columns), told(shown.total))
    return Grid(TITLE, ("Type of organisation", *columns, ALL), (*body, last))


def _withheld(shown: Published, threshold: int) -> str:
    if not shown.withheld:
        return "every count is shown."
    return (
        f"{counted(shown.withheld, 'count')} withheld, each below {threshold} or such that one below {threshold} "
        "could be worked out from it."
    )


# --- the others ----------------------------------------------------------------------------------------------------


def codebook(member: TeamMember, as_at: datetime) -> Report:
    """The codes in use as a tree, with their words and how often each was used."""
    book = book_of(member.study)
    counts = put_by_people(member).order_by().values_list("code__uuid").annotate(many=Count("pk"))
    used = {str(uuid).upper(): many for uuid, many in counts}
    rows = tuple(_code_row(book, code.guid, used) for code in book.in_use())
    header = ("Code", "Definition", "Include", "Exclude", "Example", "Origin", "Codings")
    at_top = sum(code.parent is None for code in book.in_use())
    blind = " A blind round is open: what others code in it is not counted." if blind_since(member) else ""
    if not rows:
        return Report("codebook", "Codebook", "The framework has no code yet.", ())
    headline = f"{counted(len(rows), 'code')} in use, {at_top} at the top.{blind}"
    return Report("codebook", "Codebook", headline, (Grid("Codes", header, rows),))


def _code_row(book: Codebook, guid: str, used: dict[str, int]) -> tuple[str | int, ...]:
    code = book[guid]
    words = (code.definition, code.include, code.exclude, code.example)
    return " > ".join(book.path(guid)), *words, Origin(code.origin).words, used.get(guid, 0)


def methods(member: TeamMember, as_at: datetime) -> Report:
    """The methods paragraph."""
    return methods_paragraph(facts_of(member))


def coreq_draft(member: TeamMember, as_at: datetime) -> Report:
    """The draft of COREQ."""
    return coreq(facts_of(member))


def srqr_draft(member: TeamMember, as_at: datetime) -> Report:
    """The draft of SRQR."""
    return srqr(facts_of(member))


def history(member: TeamMember, as_at: datetime) -> Report:
    """The audit history up to that moment: readable, and as a chain in files of tables."""
    lines = history_of(member, as_at)
    about = Words("Download the CSV and keep it: whether it was altered can be checked at any time.")
    readable = Grid("Events, oldest first", READ, tuple(map(read_row, lines)))
    chain = Grid("History", COLUMNS, tuple(line.row() for line in lines))
    headline = history_headline(member, len(lines))
    return Report("history", "Audit history", headline, (about, readable), chain)


def history_headline(member: TeamMember, events: int) -> str:
    """How much happened, and whether something stays out for now."""
    blind = " A blind round is open: what others code in it stays out until it closes." if blind_since(member) else ""
    return f"{counted(events, 'event')}, each line of the file proving the one before it.{blind}"


def read_row(line: Line) -> tuple[str | int, ...]:
    """A line as people read it."""
    entry = line.entry
    return line.number, moment_text(datetime.fromisoformat(entry.at)), entry.who, entry.did, entry.in_words


KINDS: Final = (
    ReportKind("table-1", "Table 1, for the team", "Who took part, with every count.", team_table),
    ReportKind("table-1-public", "Table 1, published", "The same with small counts withheld.", public_table),
    ReportKind("methods", "Methods paragraph", "What was done, in sentences to paste.", methods),
    ReportKind("codebook", "Codebook", "The framework: each code with its words.", codebook),
    ReportKind("agreement", "Agreement of coders", "How far coders agreed, code by code.", findings.agreement),
    ReportKind("matrix", "Framework matrix", "What cases say, code by code.", findings.matrix),
    ReportKind("themes", "Themes", "Each theme with the sites for and against it.", findings.themes),
    ReportKind("quotations", "Quotations", "Words of participants, under safe labels.", findings.quotations),
    ReportKind("coreq", "COREQ draft", "32 items, filled with what the data know.", coreq_draft),
    ReportKind("srqr", "SRQR draft", "21 items, filled with what the data know.", srqr_draft),
    ReportKind("history", "Audit history", "Who changed what and when, in a chain that proves itself.", history),
)


def all_reports(member: TeamMember, as_at: datetime) -> Iterable[Report]:
    """Every report there is, one after another."""
    return (kind.make(member, as_at) for kind in kinds())
