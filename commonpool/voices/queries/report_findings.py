"""Reports of what was found: how far coders agree, the matrices, the themes with their cases, the quotations."""

from __future__ import annotations

from datetime import datetime

from commonpool.voices.models import TeamMember
from commonpool.voices.models.cases import CaseKind
from commonpool.voices.queries.agreement import Question, RoundFacts, answer, facts_of
from commonpool.voices.queries.compared import compared_of_round
from commonpool.voices.queries.matrices import MatrixView, matrices_of, matrix_view
from commonpool.voices.queries.quotations import Quoting, balance
from commonpool.voices.queries.quotations import seen_by as quotations_seen_by
from commonpool.voices.queries.themes import ThemeRow, themes_view
from commonpool.voices.rules.agreement import Agreement
from commonpool.voices.rules.agreement.comparing import Asked
from commonpool.voices.rules.reports.document import Cell, Grid, Report, Words
from commonpool.voices.rules.reports.facts import counted, listed

UNIT = "Each character of a text is compared, code by code, as marked or not. Codes are pooled by De Vries and others."


def agreement(member: TeamMember, as_at: datetime) -> Report:
    """How far coders agreed in each closed round with texts that two of them coded, before anything was settled."""
    compared = [each for each in facts_of(member.study) if each.before is not None]
    told = [f"In ‘{each.round.name}’ {agreed_in_words(each)}" for each in compared]
    headline = " ".join(told) or "No round in which two people coded the same text has closed yet."
    grids = [_codes_of(each) for each in compared]
    return Report("agreement", "Agreement of coders", headline, (Words(UNIT), *grids) if grids else ())


def agreed_in_words(facts: RoundFacts) -> str:
    """The figure of a round with its interval, and what became of the differences, in a sentence."""
    found = facts.before
    if found is None:
        return "nobody can be compared."
    if found.value is None:
        figure = f"agreement is undefined: {found.undefined_because}"
    else:
        figure = f"Krippendorff’s alpha of all codes pooled was {found.value:.2f}{_interval(found)}."
    settled = f"Coders differed on {counted(facts.differing, 'passage')}, and settled {facts.settled:,}."
    return f"{figure} {settled}"


def _interval(found: Agreement) -> str:
    if found.interval is None:
        return " (no interval)"
    low, high = found.interval
    indicative = ", indicative" if found.spread is not None and found.spread.is_indicative else ""
    return f" (95% interval {low:.2f} to {high:.2f}{indicative})"


def _codes_of(facts: RoundFacts) -> Grid:
    """The worst code first, as the page has it."""
    found = compared_of_round(facts.round)
    shown = answer(Question(found, Asked()))
    counts = [f"Passages of {each.initials}" for each in found.coders]
    header = (
        "Code",
        *counts,
        "Alpha",
        "95% interval from",
        "95% interval to",
        "Percent agreement",
        "Presence agreement",
    )
    pooled = ("All codes pooled", *("" for _ in counts), *_figures(shown.whole, shown.percent, shown.presence))
    rows = [
        (each.code, *each.sections.values(), *_figures(each.found, each.percent, each.presence)) for each in shown.codes
    ]
    return Grid(f"{facts.round.name}, by code", header, (pooled, *rows))


def _figures(found: Agreement | None, percent: Agreement, presence: Agreement) -> tuple[Cell, ...]:
    ends = (found.interval if found else None) or (None, None)
    return _figure(found), *("" if end is None else round(end, 3) for end in ends), _figure(percent), _figure(presence)


def _figure(found: Agreement | None) -> Cell:
    return "undefined" if found is None or found.value is None else round(found.value, 3)


def matrix(member: TeamMember, as_at: datetime, named: str = "") -> Report:
    """Every matrix of the study, or that of a name, as rows of cases and columns of codes."""
    there = matrices_of(member.study)
    views = [matrix_view(member, each) for each in there if not named or each.name == named]
    if named and there and not views:
        names = ", ".join(f"‘{each.name}’" for each in there)
        return Report("matrix", "Framework matrix", f"There is no matrix ‘{named}’. There are: {names}.", ())
    told = [f"‘{each.matrix.name}’: {each.written:,} of {counted(each.cells, 'cell')} written." for each in views]
    headline = " ".join(told) or "No matrix has been made yet."
    return Report("matrix", "Framework matrix", headline, tuple(map(_grid_of, views)))


def _grid_of(view: MatrixView) -> Grid:
    header = ("Case", *(f"{each.path} › {each.code.name}" if each.path else each.code.name for each in view.columns))
    rows = tuple((row.case.name, *(cell.text for cell in row.cells)) for row in view.rows)
    note = "An empty cell has not been written; ‘nothing said’ has been looked at." if rows else ""
    return Grid(view.matrix.name, header, rows, note)


def themes(member: TeamMember, as_at: datetime) -> Report:
    """Each theme with its statement, its codes, and the sites that support it and speak against it."""
    view = themes_view(member, member.study, CaseKind.SITE)
    rows = tuple(_theme_row(row) for row in view.rows)
    header = (
        "Theme",
        "Statement",
        "Codes",
        "Supporting sites",
        "Contrary sites",
        "Which support",
        "Which are contrary",
    )
    if not rows:
        return Report("themes", "Themes", "No theme is written yet.", ())
    headline = f"{counted(len(rows), 'theme')} over {counted(len(view.cases), 'site')}. Counts are no prevalence."
    return Report("themes", "Themes", headline, (Grid("Themes", header, rows),))


def _theme_row(row: ThemeRow) -> tuple[Cell, ...]:
    sides = (row.supporting, row.contrary)
    return (
        f"{'– ' * row.depth}{row.theme.name}",
        row.theme.statement,
        ", ".join(code.name for code in row.codes),
        *(len(side) for side in sides),
        *(listed([case.name for case in side]) if side else "" for side in sides),
    )


def quotations(member: TeamMember, as_at: datetime) -> Report:
    """The quotations that may leave, each with a label that names nobody; how many may not, and who is heard."""
    shown = Quoting(member).shown(quotations_seen_by(member))
    passing = [each for each in shown if each.passes]
    rows = tuple((n, f"“{each.text}”", each.attribution.label, each.code) for n, each in enumerate(passing, start=1))
    held = len(shown) - len(passing)
    kept = f" {counted(held, 'quotation')} cannot leave yet; their pages say why." if held else ""
    headline = f"{balance(member, passing).sentence}{kept}"
    grid = Grid("Quotations", ("Number", "Quotation", "Said by", "Code"), rows)
    return Report("quotations", "Quotations", headline, (grid,) if rows else ())
