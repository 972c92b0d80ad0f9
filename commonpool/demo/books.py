"""The invented region's books: Wendleshire's year to the penny, a fund with a stream, and one neighbour's first half.

Wendleshire's actuals come in as its host would send them, quarter by quarter in one file that restates the year so
far. What the worked example does not give, such as when cash arrives, is invented here once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction

from commonpool.demo.contracts import put_settlement
from commonpool.demo.wendleshire import AREA, quarterly_actuals
from commonpool.funds.models import Partner, PooledFund
from commonpool.ledger.actions.budgeting import adopt_plan
from commonpool.ledger.actions.closing import close
from commonpool.ledger.actions.contributing import post_due, set_profile
from commonpool.ledger.actions.importing import keep_look, look_at, post_import, receive_file, save_mapping
from commonpool.ledger.actions.opening import open_ledger
from commonpool.ledger.actions.posting import post_all
from commonpool.ledger.actions.spending import spend_event
from commonpool.ledger.actions.virements import set_limit
from commonpool.ledger.instalments import current_schedules, instalments
from commonpool.ledger.models import Ledger, Period
from commonpool.ledger.queries.budgets import budgeted
from commonpool.ledger.rules.events import Event, Kind
from commonpool.ledger.rules.extracts import CodeMeaning, ColumnMapping, DateForm, Role, Style
from commonpool.ledger.rules.phasing import Profile, Spread
from commonpool.money import pounds_from_pence
from commonpool.people.rules import Role as PersonRole
from commonpool.plans.models import PlanVersion
from commonpool.policy.reading import load_round

YEAR: Final = "2024-25"
QUARTERS: Final = (date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31), date(2025, 3, 31))
STREAM_AREA, NEIGHBOUR = "XW06", "XW03"
SEED: Final = 2031
# How many days after it falls due each partner's money arrives: the south's treasury is slow.
DAYS_LATE: Final = {"XS1": 24}
LIMITS: Final = (
    (PersonRole.FINANCE_MANAGER, 250_000_00),
    (PersonRole.POOL_MANAGER, 500_000_00),
    (PersonRole.CHIEF_OFFICER, None),
)


def has_books() -> bool:
    """Whether the invented region's books are there."""
    return Ledger.objects.filter(fund__area__gss_code=AREA).exists()


@transaction.atomic
def fill_books() -> None:
    """Open and fill the books of three areas. The region itself must be there."""
    for code, year in ((AREA, YEAR), (STREAM_AREA, YEAR), (NEIGHBOUR, "2025-26")):
        ledger = _opened(code, year)
        if code == AREA:
            _wendleshire(ledger)
            put_settlement(ledger.fund, year)
        else:
            _neighbour(ledger, year)


def _opened(code: str, year: str) -> Ledger:
    fund = PooledFund.objects.get(area__gss_code=code, parent=None)
    at = datetime(int(year[:4]), 4, 1, 8, tzinfo=UTC)
    ledger = open_ledger(actor=None, at=at, fund=fund, year=year)
    version = PlanVersion.objects.filter(plan__area=fund.area, state=PlanVersion.State.AGREED)
    adopt_plan(version=next(each for each in version if year in _years(each)), at=at)
    for role, limit in LIMITS:
        set_limit(
            actor=None,
            at=at,
            ledger=ledger,
            role=role.value,
            limit_pence=limit,
            needs_all_partners_above_pence=1_000_000_00,
            starts_on=at.date(),
        )
    return ledger


def _years(version: PlanVersion) -> tuple[str, ...]:
    return load_round(version.plan.round_id).years


# -- Wendleshire


def _wendleshire(ledger: Ledger) -> None:
    grant = ledger.sources.get(code__startswith="DFG:")
    in_may = Profile(Spread.WHOLE_YEAR, month=5)
    at = datetime(2024, 4, 1, 9, tzinfo=UTC)
    set_profile(actor=None, at=at, ledger=ledger, source=grant, year=YEAR, profile=in_may)
    host = ledger.fund.partners.get(role=Partner.Role.HOST)
    save_mapping(actor=None, at=at, ledger=ledger, partner=host, mapping=_mapping())
    for number, day in enumerate(QUARTERS, start=1):
        _money_in(ledger, day)
        _import(ledger, host, number, day)
        # The second half of the year is left for whoever looks round to close.
        for period in ledger.periods.filter(ends_on__lte=min(day, QUARTERS[1])).exclude(state=Period.State.CLOSED):
            close(actor=None, at=_moment(day + timedelta(days=12)), period=period)


def _mapping() -> ColumnMapping:
    columns = {f"q{number}": f"Q{number} {YEAR}" for number in (1, 2, 3, 4)}
    codes = {actual.scheme_id: CodeMeaning(actual.scheme_id) for actual in quarterly_actuals()}
    return ColumnMapping(
        Style.PERIODIC, {Role.COST_CENTRE: "scheme_id"}, periods=columns, dates=DateForm.PERIOD, codes=codes
    )


def _import(ledger: Ledger, host: Partner, quarters: int, day: date) -> None:
    """The host's file of the year so far: later quarters are empty."""
    at = _moment(day + timedelta(days=9))
    held = receive_file(
        actor=None,
        at=at,
        ledger=ledger,
        partner=host,
        pool=ledger.pools.get(code="MAIN"),
        year=YEAR,
        file_name=f"actuals to Q{quarters}.csv",
        chunks=["".join(_file(quarters)).encode()],
    )
    held = keep_look(held=held, look=look_at(held), at=at)
    post_import(actor=None, at=at, held=held)


def _file(quarters: int) -> Iterator[str]:
    yield "scheme_id,q1,q2,q3,q4\n"
    for actual in quarterly_actuals():
        known = [str(pounds_from_pence(pence)) for pence in actual.quarters[:quarters]]
        yield ",".join([actual.scheme_id, *known, *[""] * (4 - quarters)]) + "\n"


# -- every area


def _money_in(ledger: Ledger, up_to: date) -> None:
    """What falls due by a day, and the cash for it as far as it has come by then."""
    at = _moment(up_to)
    post_due(actor=None, at=at, ledger=ledger, up_to=up_to)
    events = [
        event
        for year in sorted(set(ledger.periods.values_list("year", flat=True)))
        for schedule in current_schedules(ledger, year).values()
        for event in _arrivals(schedule, up_to)
    ]
    post_all(actor=None, at=at, ledger=ledger, events=events, action="ledger.cash")


def _arrivals(schedule: Any, up_to: date) -> Iterator[Event]:
    late = DAYS_LATE.get(schedule.source.code.split(":")[1], 3)
    for due in instalments(schedule):
        on = due.due_on + timedelta(days=late)
        if on <= up_to:
            key = f"cash/{schedule.source.code}/{on.isoformat()}"
            yield Event(key, Kind.CASH, on, schedule.pool.code, due.pence, source=schedule.source.code)


def _neighbour(ledger: Ledger, year: str) -> None:
    """Half a year of spend near the plan, drawn from the seed."""
    draw = random.Random(f"books {SEED} {ledger.fund.name}")  # noqa: S311 - invented money needs no secrecy
    budget: dict[str, int] = {}
    for (line, _), pence in budgeted(ledger, year).items():
        budget[line] = budget.get(line, 0) + pence
    lines = {line.code: line for line in ledger.lines.all()}
    for period in list(ledger.periods.order_by("starts_on"))[:6]:
        _money_in(ledger, period.ends_on)
        post = partial(_spent, ledger, period, lines, draw)
        post_all(
            actor=None,
            at=_moment(period.ends_on + timedelta(days=5)),
            ledger=ledger,
            events=[post(code, pence) for code, pence in sorted(budget.items()) if pence > 0],
            action="ledger.actual",
        )


def _spent(ledger: Ledger, period: Period, lines: dict[str, Any], draw: random.Random, code: str, pence: int) -> Event:
    share = pence * draw.randint(880, 1010) // 12_000
    key = f"actual/{code}/{period.starts_on.isoformat()}"
    return spend_event(
        ledger, Kind.ACTUAL, pool="MAIN", line=lines[code], pence=max(share, 1), on=period.ends_on, key=key
    )


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
