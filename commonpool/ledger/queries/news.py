"""What the books say elsewhere: what waits for whoever keeps them, and how an area's pool stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from commonpool.funds.models import PooledFund
from commonpool.ledger.models import Balance, Held, Ledger
from commonpool.ledger.queries.contributing import pending_of
from commonpool.ledger.rules.accounts import Account
from commonpool.money import format_pounds
from commonpool.pages.area_lines import About, AreaLine
from commonpool.pages.waiting import WaitingItem
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.places.models import Organisation

CAME_IN = (Account.BROUGHT_FORWARD, Account.CONTRIBUTION)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the books stand now, all years together: from the balances that are kept, whatever their number of entries.

    came_in_pence   what partners contributed, less what must go back
    spent_pence     net of what lines earned
    held_pence      what may still be drawn
    uncovered_pence what was spent and no source covers
    """

    ledger: Ledger
    came_in_pence: int
    spent_pence: int
    held_pence: int
    uncovered_pence: int

    @property
    def words(self) -> str:
        """`£10.00 of £12.00 spent, £2.00 held`"""
        if not self.came_in_pence and not self.spent_pence:
            return "nothing has come in yet"
        spent, came_in = format_pounds(self.spent_pence), format_pounds(self.came_in_pence)
        said = f"{spent} of {came_in} spent, {format_pounds(self.held_pence)} held"
        # One never hides the other: what is held of one source does not pay for what another lacks.
        return f"{said}, {format_pounds(self.uncovered_pence)} covered by no source" if self.uncovered_pence else said

    @property
    def sentence(self) -> str:
        """The same as a sentence."""
        if not self.came_in_pence and not self.spent_pence:
            return f"The books are open since {self.ledger.opened_on:%-d %B %Y}. Nothing has come in yet."
        return f"Since {self.ledger.opened_on:%-d %B %Y}: {self.words}."


def standings(ledgers: Sequence[Ledger]) -> list[Standing]:
    """How several ledgers stand, in two statements."""
    rows = Balance.objects.filter(pool__ledger__in=ledgers, account__in=[*CAME_IN, Account.EXPENDITURE])
    sums: dict[tuple[int, int], int] = {}
    for row in rows.values("pool__ledger", "account").annotate(sum_pence=Sum("pence")).order_by():
        sums[row["pool__ledger"], row["account"]] = row["sum_pence"]
    held_rows = Held.objects.filter(pool__ledger__in=ledgers).values("pool__ledger", "may_go_below_zero").order_by()
    held: dict[tuple[int, bool], int] = {}
    for each in held_rows.annotate(sum_pence=Sum("pence")):
        held[each["pool__ledger"], each["may_go_below_zero"]] = each["sum_pence"]
    return [
        Standing(
            ledger,
            -sum(sums.get((ledger.pk, account), 0) for account in CAME_IN),
            sums.get((ledger.pk, Account.EXPENDITURE), 0),
            held.get((ledger.pk, False), 0),
            -held.get((ledger.pk, True), 0),
        )
        for ledger in ledgers
    ]


def lines_for(areas: Sequence[Organisation], person: Person, on: date) -> Mapping[UUID, Iterable[AreaLine]]:
    """The sentence about each area's pool; areas without books are left out."""
    ledgers = list(Ledger.objects.filter(fund__area__in=areas).select_related("fund__area").order_by("fund__name"))
    said: dict[UUID, list[AreaLine]] = {}
    for standing in standings(ledgers):
        ledger = standing.ledger
        url = reverse("ledger:pool", args=[ledger.uuid])
        line = AreaLine(About.MONEY, f"{ledger.fund}. {standing.sentence}", f"pool: {standing.words}", url)
        said.setdefault(ledger.fund.area.uuid, []).append(line)
    return said


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """For those who keep a fund: books to open, spend without a source, contributions that fell due."""
    today = timezone.localdate()
    bodies = [body.pk for body in people.bodies_with_right(person, Right.WRITE_MONEY, today)]
    areas = people.areas_related_to(bodies, today) if bodies else frozenset()
    if not areas:
        return
    yield from _books_to_open(areas)
    ledgers = Ledger.objects.filter(fund__area__in=areas).select_related("fund")
    uncovered = _uncovered(areas)
    for ledger in ledgers:
        if pence := uncovered.get(ledger.pk):
            text = f"{format_pounds(pence)} spent from {ledger.fund} is covered by no source"
            yield WaitingItem(text, reverse("ledger:year-end", args=[ledger.uuid]))
        if pending := list(pending_of(ledger, today)):
            has, is_ = ("contribution has", "is") if len(pending) == 1 else ("contributions have", "are")
            text = f"{len(pending)} {has} fallen due in {ledger.fund} and {is_} not posted"
            yield WaitingItem(text, reverse("ledger:contributions", args=[ledger.uuid]))


def _books_to_open(areas: Iterable[int]) -> Iterator[WaitingItem]:
    """Funds that are live and of which no books are kept."""
    live = PooledFund.objects.filter(area__in=list(areas), state=PooledFund.State.LIVE, parent=None, ledger=None)
    for fund in live.select_related("area"):
        yield WaitingItem(f"{fund} is live, and its books are not open", reverse("ledger:open", args=[fund.area.uuid]))


def _uncovered(areas: Iterable[int]) -> dict[int, int]:
    """Row id of a ledger -> pence of spend that no source covers."""
    rows = Held.objects.filter(pool__ledger__fund__area__in=list(areas), may_go_below_zero=True, pence__lt=0)
    summed = rows.values("pool__ledger").annotate(sum_pence=Sum("pence")).order_by()
    return {row["pool__ledger"]: -row["sum_pence"] for row in summed}
