"""What the books know that a partner's export is read with: its lines, its bodies, its mapping, its last figures."""

from __future__ import annotations

from django.db.models import QuerySet

from commonpool.funds.models import Partner
from commonpool.ledger.models import ExtractFigure, Import, Ledger, LedgerLine, SavedMapping
from commonpool.ledger.rules.extracts import ColumnMapping, ExportFacts, FigureKey, RowKind
from commonpool.periods import FINANCIAL_YEAR, Period
from commonpool.places.models import Organisation
from commonpool.policy.reading import load_round


def facts_for(ledger: Ledger, partner: Partner, year: str) -> ExportFacts:
    """What reading an export needs to know of the books."""
    whole = FINANCIAL_YEAR.year(year)
    names = {body.name: body.code for body in Organisation.objects.exclude(name="")}
    names |= {code: code for code in names.values() if code}
    return ExportFacts(
        partner=partner.organisation.code,
        year=whole,
        agreement=_agreement(ledger, whole),
        lines={line.line_id: line.name for line in lines_of_year(ledger, year)},
        organisations={name: code for name, code in names.items() if code},
    )


def _agreement(ledger: Ledger, year: Period) -> Period:
    fund = ledger.fund
    return Period(fund.starts_on, fund.ends_on or max(year.ends_on, fund.starts_on), "the agreement")


def lines_of_year(ledger: Ledger, year: str) -> list[LedgerLine]:
    """The lines of the rounds that plan the year."""
    return [line for line in ledger.lines.all() if year in load_round(line.round_id).years]


def newest_mapping(ledger: Ledger, partner: Partner) -> SavedMapping | None:
    """How the partner's exports are read now."""
    return SavedMapping.objects.filter(ledger=ledger, partner=partner).order_by("-version").first()


def mapping_of(held: Import) -> ColumnMapping | None:
    """The saved mapping that the file is read by."""
    return ColumnMapping.from_data(held.mapping.data) if held.mapping else None


def figures_of_year(ledger: Ledger, partner: Partner, year: str) -> QuerySet[ExtractFigure]:
    """What the partner's last extract said of each month of the year."""
    whole = FINANCIAL_YEAR.year(year)
    return ExtractFigure.objects.filter(
        ledger=ledger, partner=partner, period_starts_on__range=(whole.starts_on, whole.ends_on)
    )


def previous_figures(ledger: Ledger, partner: Partner, year: str) -> dict[FigureKey, int]:
    """What the partner's extracts of the year have said so far."""
    rows = figures_of_year(ledger, partner, year)
    return {FigureKey(row.cost_centre, row.line, RowKind(row.kind), row.period_starts_on): row.pence for row in rows}
