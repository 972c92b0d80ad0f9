"""What is left to do at the end of a year: spend without a source, the host's advance, money left, money owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from commonpool.ledger.models import Balance, Held, Ledger, LedgerSource, Pool, Posting
from commonpool.ledger.queries.names import names_of, years_of
from commonpool.ledger.rules.accounts import ADVANCE, UNFUNDED, Account, category_of
from commonpool.ledger.rules.statements.names import Names
from commonpool.periods import FINANCIAL_YEAR, Period
from commonpool.plans.models import DistrictShare, PlanVersion


@dataclass(frozen=True, slots=True)
class OfCategory:
    """Spend on one category's lines in one pool that stands on no partner's money."""

    pool: Pool
    category: str
    label: str
    pence: int


@dataclass(frozen=True, slots=True)
class OfSource:
    """What one pool has of one source: what is held, and what of it is still to be decided or paid."""

    pool: Pool
    source: LedgerSource
    label: str
    partner: str
    pence: int


@dataclass(frozen=True, slots=True)
class YearEnd:
    """A year's end as the books stand now.

    uncovered   spend that no source covers, by category of its lines
    lent        spend that the host's advance carries, by category
    left        what is held of the year's sources and earlier ones and neither carried forward nor to go back
    owed        what must go back and is not paid back yet
    """

    year: Period
    years: Sequence[str]
    uncovered: tuple[OfCategory, ...]
    lent: tuple[OfCategory, ...]
    left: tuple[OfSource, ...]
    owed: tuple[OfSource, ...]
    next_year: str
    next_is_open: bool

    @property
    def to_do(self) -> int:
        """How many things are left, the next year among them."""
        return len(self.uncovered) + len(self.lent) + len(self.left) + len(self.owed) + int(not self.next_is_open)


def year_end(ledger: Ledger, label: str) -> YearEnd:
    """What is left to do for a year of the books."""
    names, years = names_of(ledger), years_of(ledger)
    year = FINANCIAL_YEAR.year(label)
    pools = {pool.pk: pool for pool in ledger.pools.all()}
    sources = {source.pk: source for source in ledger.sources.select_related("source__partner__organisation")}
    following = FINANCIAL_YEAR.label_of(date(year.ends_on.year, 4, 1))
    return YearEnd(
        year,
        years,
        tuple(_spent(ledger, UNFUNDED, label, pools, names)),
        tuple(_spent(ledger, ADVANCE, label, pools, names)),
        tuple(_left(ledger, year, pools, sources, names)),
        tuple(_owed(ledger, pools, sources, names)),
        following,
        following in years,
    )


def year_to_end(ledger: Ledger, on: date) -> str:
    """The year to look at first: the latest open one that is over, else the one that comes to its end next."""
    years = years_of(ledger)
    over = [label for label in years if FINANCIAL_YEAR.year(label).ends_on < on]
    return over[-1] if over else years[0]


def _spent(ledger: Ledger, category: str, year: str, pools: dict[int, Pool], names: Names) -> Iterator[OfCategory]:
    """Spend from what is no contribution, by pool and category of the lines, as the steps themselves count it."""
    codes = [code for code in names.sources if category_of(code) == category and code.split(":")[2] == year]
    rows = Posting.objects.filter(ledger=ledger, account=Account.EXPENDITURE, source__code__in=codes)
    grouped = rows.values("pool", "line__category", "line", "provider").annotate(spent=Sum("pence")).order_by()
    found: Counter[tuple[int, str]] = Counter()
    for row in grouped:
        found[row["pool"], row["line__category"]] += max(row["spent"], 0)
    for (pool, of), pence in sorted(found.items()):
        if pence:
            yield OfCategory(pools[pool], of, names.category_label(of) or "No known source of funding", pence)


def _left(
    ledger: Ledger, year: Period, pools: dict[int, Pool], sources: dict[int, LedgerSource], names: Names
) -> Iterator[OfSource]:
    carried = _carried(ledger, year)
    place = {code: number for number, code in enumerate(names.sources)}
    rows = Held.objects.filter(pool__ledger=ledger, pence__gt=0, may_go_below_zero=False)
    found = [(pools[row.pool_id], sources[row.source_id], row.pence) for row in rows]
    for pool, source, held in sorted(found, key=lambda each: (each[0].pk, place[each[1].code])):
        is_of_year = source.source.origin_year <= year.label and source.source.category != ADVANCE
        left = held - carried[pool.pk, source.pk]
        if is_of_year and left > 0:
            yield _of(pool, source, names, left)


def _of(pool: Pool, source: LedgerSource, names: Names, pence: int) -> OfSource:
    partner = source.source.partner.organisation.name
    return OfSource(pool, source, names.source_label(source.code), partner, pence)


def _carried(ledger: Ledger, year: Period) -> Counter[tuple[int, int]]:
    """(pool, source) row ids -> what has been carried forward out of the year."""
    rows = Posting.objects.filter(
        ledger=ledger,
        account=Account.BROUGHT_FORWARD,
        entry__kind__in=("carry_forward", "settlement", "settlement_undone"),
        entry__happened_on__range=(year.starts_on, year.ends_on),
    )
    summed = rows.values("pool", "source").annotate(carried=Sum("pence")).order_by()
    # What a settlement gives back of a source's earlier years goes the other way: nothing of it was carried out.
    return Counter({(row["pool"], row["source"]): max(-row["carried"], 0) for row in summed})


def _owed(ledger: Ledger, pools: dict[int, Pool], sources: dict[int, LedgerSource], names: Names) -> Iterator[OfSource]:
    rows = Balance.objects.filter(pool__ledger=ledger, account=Account.DUE_TO_CONTRIBUTOR, pence__lt=0)
    for row in rows.order_by("pool", "source"):
        source = sources[row.source_id]
        if source.source.category != ADVANCE:
            yield _of(pools[row.pool_id], source, names, -row.pence)


def left_of(ledger: Ledger, year: Period, pool: Pool, source: LedgerSource) -> int:
    """What the pool holds of the source and is still to be decided."""
    names = names_of(ledger)
    every = _left(ledger, year, {pool.pk: pool for pool in ledger.pools.all()}, _sources(ledger), names)
    return sum(each.pence for each in every if (each.pool, each.source) == (pool, source))


def owed_of(pool: Pool, source: LedgerSource) -> int:
    """What the pool owes to whoever contributed the source."""
    rows = Balance.objects.filter(pool=pool, source=source, account=Account.DUE_TO_CONTRIBUTOR)
    return max(-sum(rows.values_list("pence", flat=True)), 0)


def _sources(ledger: Ledger) -> dict[int, LedgerSource]:
    return {source.pk: source for source in ledger.sources.select_related("source__partner__organisation")}


def pence_of(found: Sequence[OfCategory], pool: Pool, category: str) -> int:
    """What of these stands on one category's lines in one pool."""
    return sum(each.pence for each in found if each.pool == pool and each.category == category)


def districts_of(ledger: Ledger, category: str, year: str) -> list[str]:
    """The districts to which the agreed plan passes a category down in a year, in the plan's order."""
    agreed = (PlanVersion.State.AGREED, PlanVersion.State.SUPERSEDED)
    shares = DistrictShare.objects.filter(
        version__plan__area=ledger.fund.area, version__state__in=agreed, category=category, year=year
    )
    newest = shares.order_by("-version__agreed_at").values_list("version", flat=True).first()
    names = shares.filter(version=newest).order_by("position").values_list("district__name", "district_name")
    return list(dict.fromkeys(known or written for known, written in names))
