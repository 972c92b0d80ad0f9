"""The picture of where money went: sources, pools, schemes and providers, and what is not spent yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from commonpool.charts import Chart, Flow, Table, flow_chart
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.accounts import Account, is_held
from commonpool.ledger.rules.statements.names import By, Cell, Names
from commonpool.money import format_pounds

COLUMNS: Final = ("Sources", "Pools", "Schemes", "Providers")
MOST_LINES: Final = 25
"""More than these cannot be told apart; the smallest of them are drawn as one."""
NOT_SPENT: Final = "Not spent yet"
Sums = Counter[tuple[str, str]]


@dataclass(slots=True)
class Streams:
    """Pence by (from, to), by codes: source to pool, pool to line, line to provider; and what each pool still holds."""

    into: Sums = field(default_factory=Counter)
    out: Sums = field(default_factory=Counter)
    paid: Sums = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)

    @property
    def spent_pence(self) -> int:
        """All net spend."""
        return sum(self.out.values())

    @property
    def held_pence(self) -> int:
        """All that is not spent yet."""
        return sum(self.held.values())


def streams(report: Report, source: str = "", *, since_beginning: bool = False) -> Streams:
    """Where money went in the year, or since the books began; of one source, or of all that the report is of.

    Into a pool goes what it spent of a source and what it still holds of it, so that both sides of the picture are
    alike. What no source covers comes from nowhere, and is drawn as what it is called.
    """
    found = Streams()
    held: Counter[tuple[str, str]] = Counter()
    for cell in report.cells:
        if not _is_of(report, cell, source):
            continue
        if is_held(cell.account, cell.source):
            held[cell.source, cell.pool] -= cell.pence
        if cell.account is Account.EXPENDITURE and (since_beginning or cell.month in report.starts):
            found.into[cell.source, cell.pool] += cell.pence
            found.out[cell.pool, cell.line] += cell.pence
            found.paid[cell.line, report.names.provider(cell)] += cell.pence
    for (code, pool), pence in held.items():
        if pence > 0:
            found.into[code, pool] += pence
            found.held[pool] += pence
    return found


def _is_of(report: Report, cell: Cell, source: str) -> bool:
    return source in ("", cell.source) and report.names.is_of(cell, stream=report.stream_id, partner=report.partner)


def flow_picture(report: Report, found: Streams) -> Chart | None:
    """Sources, pools, schemes and providers, widths by pounds, with the table of all; None where there is nothing."""
    names = report.names
    lines = {key: names.label(By.LINE, key) for _, key in found.out}
    drawn, rest = _drawn(found)
    other = f"{len(rest)} other lines"
    shown = {line: other if line in rest else lines[line] for line in lines}
    flows = _flows(found, names, shown)
    if not any(flows):
        return None
    note = f"The {len(rest)} smallest lines are drawn as one; the table has each of them." if rest else ""
    source = f"the books of {report.ledger.fund}, as at {report.day:%-d %B %Y}"
    chart = flow_chart(_title(found, drawn, lines), COLUMNS, flows, source=source, note=note)
    every = [flow for gap in _flows(found, names, lines) for flow in gap]
    rows = tuple((flow.source, flow.target, format_pounds(flow.pence)) for flow in every)
    return replace(chart, table=Table(("From", "To", "Amount"), rows, frozenset({2})))


def _drawn(found: Streams) -> tuple[list[str], frozenset[str]]:
    """Lines by what they spent, the largest first; and those that are drawn as one."""
    by_line: Counter[str] = Counter()
    for (_, line), pence in found.out.items():
        by_line[line] += pence
    ordered = [line for line, _ in by_line.most_common()]
    return ordered, frozenset(ordered[MOST_LINES - 1 :] if len(ordered) > MOST_LINES else ())


def _title(found: Streams, ordered: list[str], lines: Mapping[str, str]) -> str:
    if not found.spent_pence:
        return f"{format_pounds(found.held_pence, whole=True)} is held, and nothing was spent"
    largest = ordered[0]
    pence = sum(pence for (_, line), pence in found.out.items() if line == largest)
    spent = format_pounds(found.spent_pence, whole=True)
    if len(ordered) == 1:
        return f"All of the {spent} went to {lines[largest]}"
    return f"{lines[largest]} took the most: {format_pounds(pence, whole=True)} of {spent}"


def _flows(found: Streams, names: Names, lines: Mapping[str, str]) -> tuple[list[Flow], list[Flow], list[Flow]]:
    pools = {pool: names.label(By.POOL, pool) for _, pool in found.into}
    into = [
        Flow(names.source_label(source), pools[pool], found.into[source, pool])
        for source, pool in _in_order(found.into, names.order(By.SOURCE), names.order(By.POOL))
    ]
    out: Counter[tuple[str, str]] = Counter()
    paid: Counter[tuple[str, str]] = Counter()
    for pool, line in _in_order(found.out, names.order(By.POOL), _by_size(found)):
        out[pools[pool], lines[line]] += found.out[pool, line]
    for line, provider in _in_order(found.paid, _by_size(found), names.order(By.PROVIDER)):
        paid[lines[line], names.label(By.PROVIDER, provider)] += found.paid[line, provider]
    left = [Flow(pools[pool], NOT_SPENT, pence) for pool, pence in found.held.items() if pence]
    return _drawable(into), [*_named(out), *left], _named(paid)


def _by_size(found: Streams) -> list[str]:
    return _drawn(found)[0]


def _in_order(sums: Sums, froms: list[str], tos: list[str]) -> list[tuple[str, str]]:
    """The pairs in the order in which people list both ends; what is not in a list comes last."""
    first, second = ({key: place for place, key in enumerate(keys)} for keys in (froms, tos))
    last = len(first) + len(second)
    return sorted(sums, key=lambda pair: (first.get(pair[0], last), second.get(pair[1], last), pair))


def _drawable(flows: Iterable[Flow]) -> list[Flow]:
    return [flow for flow in flows if flow.pence]


def _named(sums: Mapping[tuple[str, str], int]) -> list[Flow]:
    return [Flow(giver, taker, pence) for (giver, taker), pence in sums.items() if pence]
