"""What the codes of one ledger stand for, read at once: lines, sources, pools, partners, categories, periods."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from commonpool.funds import queries as funds
from commonpool.funds.models import Partner
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger, LedgerLine, LedgerSource
from commonpool.ledger.models import Period as LedgerPeriod
from commonpool.ledger.rules.statements.names import KnownLine, KnownSource, Names
from commonpool.periods import Period
from commonpool.plans.queries.figures import code_label
from commonpool.plans.rules.content import LIST_OF
from commonpool.policy.reading import load_round, round_ids
from commonpool.policy.rules import Round

PROVIDERS: Final = LIST_OF["provider"]


def names_of(ledger: Ledger) -> Names:
    """All names of a ledger. Lines stand in the order of their plan, sources by partner and category."""
    lines = list(ledger.lines.select_related("stream"))
    sources = list(ledger.sources.select_related("source__partner__organisation", "stream"))
    rounds = [load_round(round_id) for round_id in sorted({line.round_id for line in lines} & set(round_ids()))]
    categories = {code: category.label for round_ in rounds for code, category in round_.income.items()}
    known = sorted((_source(source) for source in sources), key=lambda source: _place(source, list(categories)))
    partners = {each.source.partner.organisation.code: each.source.partner.organisation.name for each in sources}
    return Names(
        lines={line.code: _line(line) for line in lines},
        sources={source.code: source for source in known},
        pools=dict(ledger.pools.values_list("code", "name")),
        partners=partners,
        categories=categories,
        providers=_providers(rounds, lines),
    )


def months_of(ledger: Ledger, year: str) -> tuple[Period, ...]:
    """The periods of a year, in order; none where the year is not open."""
    rows = ledger.periods.filter(year=year).order_by("starts_on")
    return tuple(_period(row) for row in rows)


def year_of(ledger: Ledger, year: str) -> tuple[Period, ...]:
    """The periods of a year. Raises LedgerError, naming the years that are open, where it is not."""
    months = months_of(ledger, year)
    if not months:
        open_years = ", ".join(years_of(ledger)) or "none yet"
        raise LedgerError(f"The year {year} is not open in this ledger. It has: {open_years}.")
    return months


def months_until(ledger: Ledger, year: str) -> tuple[Period, ...]:
    """The periods of every open year up to and with that one. Raises LedgerError where it is not open."""
    last = year_of(ledger, year)[-1].starts_on
    rows = ledger.periods.filter(starts_on__lte=last).order_by("starts_on")
    return tuple(_period(row) for row in rows)


def years_of(ledger: Ledger) -> list[str]:
    """The years that are open in a ledger, the earliest first."""
    return list(dict.fromkeys(ledger.periods.order_by("starts_on").values_list("year", flat=True)))


def host_of(ledger: Ledger, on: date) -> str:
    """The code of the partner that keeps the accounts. Raises LedgerError where the fund has none on that day."""
    host = funds.partners_of(ledger.fund, on).filter(role=Partner.Role.HOST).first()
    if host is None:
        raise LedgerError(
            f"‘{ledger.fund}’ has no host partner on {on:%-d %B %Y}. Record who keeps its accounts first."
        )
    return host.organisation.code


def _period(row: LedgerPeriod) -> Period:
    return Period(row.starts_on, row.ends_on, row.label)


def _line(line: LedgerLine) -> KnownLine:
    stream = str(line.stream.uuid) if line.stream else ""
    return KnownLine(line.code, line.line_id, line.name, line.category, line.provider, line.is_capital, stream)


def _source(row: LedgerSource) -> KnownSource:
    source = row.source
    stream = str(row.stream.uuid) if row.stream else ""
    partner = source.partner.organisation.code
    return KnownSource(row.code, partner, source.category, source.origin_year, row.for_category, stream)


def _place(source: KnownSource, categories: list[str]) -> tuple[str, int, str]:
    """Older money first, then by the categories as the plan lists them; what stands for no contribution last."""
    place = categories.index(source.category) if source.category in categories else len(categories)
    return source.origin_year, place, source.code


def _providers(rounds: Iterable[Round], lines: Iterable[LedgerLine]) -> dict[str, str]:
    """Labels of the kinds of provider that lines name, from the rounds that have them; the newest round's counts."""
    codes = {line.provider for line in lines if line.provider}
    labels = ((code, code_label(round_, PROVIDERS, code)) for round_ in rounds for code in codes)
    return {code: label for code, label in labels if label != code}
