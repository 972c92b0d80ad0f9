"""One scheme line with its money: what was planned, what was spent, from which sources, to whom, by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from commonpool.charts import Chart, Flow, flow_chart
from commonpool.figures import Figure
from commonpool.ledger.drawing import default_policy, drawable, policy_on
from commonpool.ledger.models import DrawPolicy, LedgerLine
from commonpool.ledger.queries.drawing import policy_in_words
from commonpool.ledger.queries.entries import EntryRow, Where, postings_where, rows_of
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.rules.statements.statement import Row
from commonpool.money import format_pounds
from commonpool.plans.queries.figures import code_label
from commonpool.plans.rules.content import LIST_OF
from commonpool.policy.reading import load_round, round_ids

SHOWN_ENTRIES: Final = 10


@dataclass(frozen=True, slots=True)
class Paid:
    """Net spend of the year from one source to one provider."""

    source: str
    source_label: str
    provider_label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class LinePage:
    """A line of a report.

    row      the line's amounts; an empty one where it has no money in the year
    sources  its amounts by source
    draws    how its spend picks its sources, tier by tier; `policy` is what was agreed, None for the books' own rule
    entries  the newest postings of its spend, `more_entries` whether there are others
    """

    line: LedgerLine
    row: Row
    sources: tuple[Row, ...]
    variance: Figure
    paid: tuple[Paid, ...]
    picture: Chart | None
    facts: tuple[tuple[str, str], ...]
    draws: tuple[str, ...]
    policy: DrawPolicy | None
    entries: tuple[EntryRow, ...]
    more_entries: bool
    entries_filter: str


def line_page(report: Report, line: LedgerLine) -> LinePage:
    """All that the books know of a line in the report's year."""
    shown = report.statement(By.SOURCE, line=line.code)
    policy = policy_on(report.ledger, line, report.day)
    parsed = parse_policy(policy.text) if policy else default_policy(line.category, drawable(report.ledger))
    newest = newest_spend(report, Where((Account.EXPENDITURE,), lines=frozenset({line.code}), months=report.starts))
    asked = {"basis": "to_date", "by": By.LINE.value, "key": line.code}
    label = f"Variance to date, {report.names.label(By.LINE, line.code)}"
    paid = tuple(_paid(report, line.code))
    return LinePage(
        line=line,
        row=shown.total,
        sources=shown.rows,
        variance=report.figure("ledger.variance", label, shown.total.variance_to_date_pence, asked),
        paid=paid,
        picture=_picture(report, line, paid),
        facts=tuple(_facts(report, line)),
        draws=policy_in_words(parsed, report.names),
        policy=policy,
        entries=newest[:SHOWN_ENTRIES],
        more_entries=len(newest) > SHOWN_ENTRIES,
        entries_filter=_entries_filter(report, line),
    )


def newest_spend(report: Report, where: Where) -> tuple[EntryRow, ...]:
    """The newest postings that a sum counts, one more than are shown."""
    postings = postings_where(report.ledger, report.as_at, where).order_by("-entry_id", "position")
    return tuple(rows_of(report.ledger, report.as_at, postings[: SHOWN_ENTRIES + 1]))


def _paid(report: Report, line: str) -> Iterator[Paid]:
    """Who paid and who was paid, in the order of sources; refunds are taken off."""
    names = report.names
    sums: Counter[tuple[str, str]] = Counter()
    for cell in report.cells:
        if cell.line == line and cell.account is Account.EXPENDITURE and cell.month in report.starts:
            sums[cell.source, names.provider(cell)] += cell.pence
    place = {code: number for number, code in enumerate(names.order(By.SOURCE))}
    for source, provider in sorted(sums, key=lambda pair: (place[pair[0]], pair[1])):
        if pence := sums[source, provider]:
            asked = {"column": "net", "line": line, "source": source, "by": By.PROVIDER.value, "key": provider}
            labels = (names.source_label(source), names.label(By.PROVIDER, provider))
            figure = report.figure("ledger.cell", f"Net spend, {', '.join(labels)}", pence, asked)
            yield Paid(source, *labels, figure)


def _picture(report: Report, line: LedgerLine, paid: tuple[Paid, ...]) -> Chart | None:
    """From sources through the line to providers; None where there is only one way, which needs no picture."""
    if len(paid) < 2:
        return None
    label = report.names.label(By.LINE, line.code)
    into: Counter[str] = Counter()
    out: Counter[str] = Counter()
    for each in paid:
        into[each.source_label] += int(each.figure.value or 0)
        out[each.provider_label] += int(each.figure.value or 0)
    largest, pence = into.most_common(1)[0]
    spent = format_pounds(sum(into.values()), whole=True)
    title = f"{largest} paid {format_pounds(pence, whole=True)} of {spent}"
    flows = (
        [Flow(source, label, pence) for source, pence in into.items()],
        [Flow(label, provider, pence) for provider, pence in out.items()],
    )
    source = f"the books of {report.ledger.fund}, as at {report.day:%-d %B %Y}"
    return flow_chart(title, ("Sources", "Scheme line", "Providers"), flows, source=source)


def _facts(report: Report, line: LedgerLine) -> Iterator[tuple[str, str]]:
    """What the plan says of the line, as far as it says it."""
    round_ = load_round(line.round_id) if line.round_id in round_ids() else None
    for header, field, code in (
        ("Scheme type", "scheme_type", line.scheme_type),
        ("Area of spend", "area_of_spend", line.area_of_spend),
        ("Commissioner", "commissioner", line.commissioner),
        ("Provider", "provider", line.provider),
    ):
        if code:
            yield header, code_label(round_, LIST_OF[field], code) if round_ else code
    if line.category:
        yield "Funding that the plan names", report.names.category_label(line.category)
    yield "Kind of money", "Capital" if line.is_capital else "Revenue"
    if line.stream:
        yield "Stream", line.stream.name
    yield "Plan", round_.label if round_ else line.round_id


def _entries_filter(report: Report, line: LedgerLine) -> str:
    """What the list of entries calls the line."""
    rounds = {code.partition("/")[0] for code in report.names.lines}
    label = report.names.label(By.LINE, line.code)
    return f"{label}, plan {line.round_id}" if len(rounds) > 1 else label
