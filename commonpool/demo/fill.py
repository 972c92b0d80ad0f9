"""Fills a database with the invented region: bodies, accounts, pools, agreements, and plans in every state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from django.db import transaction

from commonpool.demo.accounts import make_accounts, make_chief_officers
from commonpool.demo.aims import share_aims
from commonpool.demo.asks import add_asks, state_trust
from commonpool.demo.contracts import add_contracts
from commonpool.demo.gains import say_gains
from commonpool.demo.ground import Bodies, load_ground
from commonpool.demo.local_views import say_views
from commonpool.demo.neighbours import neighbour_plan
from commonpool.demo.region import SEED, Area, Region, load_region, small_places
from commonpool.demo.wendleshire import AREA, wendleshire_plan
from commonpool.funds.actions import add_partner, create_fund, record_agreement
from commonpool.funds.models import Partner, PooledFund
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.actions import answer_offer, offer, open_pool, share_draft
from commonpool.plans.actions.drafts import new_version
from commonpool.plans.models import PlanVersion
from commonpool.plans.rules import PlanContent
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round

LEGAL_BASIS: Final = "NHS Act 2006, section 75"
POOLS_START: Final = date(2023, 4, 1)
MADE_AT: Final = datetime(2023, 4, 3, 9, tzinfo=UTC)
AGREED_ROUND: Final = "2023-25"
CURRENT_ROUND: Final = "2025-26"
WHEN: Final = {
    AGREED_ROUND: (datetime(2024, 6, 7, 9, tzinfo=UTC), datetime(2024, 6, 10, 15, tzinfo=UTC)),
    CURRENT_ROUND: (datetime(2025, 3, 28, 9, tzinfo=UTC), datetime(2025, 3, 31, 15, tzinfo=UTC)),
}
VIEWS_SAID_AT: Final = datetime(2026, 4, 20, 10, tzinfo=UTC)
GAINS_SAID_AT: Final = datetime(2025, 2, 10, 10, tzinfo=UTC)
# How far each area has come with its plan of 2025-26. Wendleshire's is a draft that misses its floor.
AGREED, OFFERED, SHARED, FAULTY = "agreed", "offered", "shared", "faulty"
PROGRESS: Final = {
    "XW01": SHARED,
    "XW02": OFFERED,
    "XW03": AGREED,
    "XW04": AGREED,
    "XW05": SHARED,
    "XW06": AGREED,
    "XW07": OFFERED,
    "XW08": AGREED,
    "XW09": FAULTY,
}
TERMS: Final = {
    "none": "Each partner bears the overspend on what it commissions. No risk is shared.",
    "capped_pro_rata": "Overspends are shared in proportion to contributions, up to 5% of the pool; beyond that each "
    "partner bears what it commissions.",
    "risk_pool": "A reserve of 1% of the pool takes overspends first. What is left is shared in proportion to "
    "contributions.",
    "waterfall": "Lines paid from the NHS minimum: each line's variance is shared by its NHS percentage, the council "
    "takes the rounding. Grants that are underspent are carried forward, discharge funding is handed back.",
}


def is_filled() -> bool:
    """Whether the invented region is in the database already."""
    return Organisation.objects.filter(gss_code=AREA, is_invented=True).exists()


@transaction.atomic
def fill(*, home: Path, seed: int = SEED) -> None:
    """Make the whole invented region. The database may hold real places beside it."""
    region = load_region()
    bodies = load_ground(region, small_places(region, seed), at=MADE_AT, home=home)
    make_accounts(region.accounts, bodies, at=MADE_AT)
    chiefs = make_chief_officers(bodies, at=MADE_AT)
    for area in region.areas.values():
        fund = _pool(region, area, bodies, chiefs)
        for round_id in (AGREED_ROUND, CURRENT_ROUND):
            progress = AGREED if round_id == AGREED_ROUND else PROGRESS[area.code]
            version = _draft(region, area, load_round(round_id), bodies, chiefs, is_faulty=progress == FAULTY)
            add_asks(version, bodies, actor=chiefs[version.body_id], at=WHEN[round_id][0])
            if progress in (AGREED, OFFERED):
                _take_further(version, fund, chiefs, round_id, is_agreed=progress == AGREED)
        if area.code == AREA:
            add_contracts(fund, bodies.councils[area.council_code], chiefs)
    state_trust(bodies, actor=None, at=WHEN[CURRENT_ROUND][1])
    share_aims(bodies, round_id=CURRENT_ROUND, at=WHEN[CURRENT_ROUND][1])
    say_views(bodies, chiefs, at=VIEWS_SAID_AT)
    say_gains(bodies, at=GAINS_SAID_AT)


def _pool(region: Region, area: Area, bodies: Bodies, chiefs: dict[int, Person]) -> PooledFund:
    council = bodies.councils[area.council_code]
    actor = chiefs[council.pk]
    make = partial(
        create_fund,
        actor=actor,
        at=MADE_AT,
        area=bodies.areas[area.code],
        legal_basis=LEGAL_BASIS,
        starts_on=POOLS_START,
    )
    if area.pool.is_stream:
        fund = make(name=area.pool.name, shape=PooledFund.Shape.ARRANGEMENT)
        make(name=f"{area.name} Better Care Fund", shape=PooledFund.Shape.STREAM, parent=fund)
    else:
        fund = make(name=area.pool.name)
    payers = {council.pk: council}
    for round_id in (AGREED_ROUND, CURRENT_ROUND):
        content = _content(region, area, load_round(round_id))
        payers |= {body.pk: body for body in _payers(content, bodies)}
    for body in payers.values():
        is_host = body == bodies.by_code(area.pool.host)
        role = Partner.Role.HOST if is_host else Partner.Role.PARTNER
        add_partner(actor=actor, at=MADE_AT, fund=fund, organisation=body, starts_on=POOLS_START, role=role)
    record_agreement(
        actor=actor,
        at=MADE_AT,
        fund=fund,
        title=f"Section 75 agreement, {area.name}",
        starts_on=POOLS_START,
        signed_on=date(2023, 3, 24),
        terms=" ".join(part for part in (TERMS[area.pool.risk_share], area.note) if part),
        how_varied="By a variation signed by every partner.",
    )
    return fund


def _payers(content: PlanContent, bodies: Bodies) -> Iterable[Organisation]:
    return (bodies.by_code(row.payer_code) for row in content.income if row.payer_code)


def _content(region: Region, area: Area, round: Round) -> PlanContent:
    return wendleshire_plan(round) if area.code == AREA else neighbour_plan(region, area.code, round)


def _draft(
    region: Region, area: Area, round: Round, bodies: Bodies, chiefs: dict[int, Person], *, is_faulty: bool
) -> PlanVersion:
    council, at = bodies.councils[area.council_code], WHEN[round.id][0]
    content = _content(region, area, round)
    version = new_version(
        actor=chiefs[council.pk],
        at=at,
        area=bodies.areas[area.code],
        body=council,
        content=_with_faults(content, round) if is_faulty else content,
        round_=round,
        base=None,
        action="plans.start_draft",
    )
    return share_draft(actor=chiefs[council.pk], at=at, version=version)


def _with_faults(content: PlanContent, round: Round) -> PlanContent:
    """A plan as drafts are: an amount not known yet, a total that does not balance, a description missing."""
    year = round.years[-1]
    first, second, third, *others = content.lines
    unknown = replace(first, pence={year: None})
    too_much = replace(second, pence={year: (second.pence[year] or 0) + 12_345_00})
    return replace(content, lines=(unknown, too_much, replace(third, description=""), *others))


def _take_further(
    version: PlanVersion, fund: PooledFund, chiefs: dict[int, Person], round_id: str, *, is_agreed: bool
) -> None:
    """Offer the version and let the partners agree: all of them, or the first half."""
    drafted, agreed = WHEN[round_id]
    offered = offer(actor=chiefs[version.body_id], at=drafted, version=version)
    partners = list(fund.partners.all())
    for partner in partners if is_agreed else partners[: len(partners) // 2]:
        chief = chiefs[partner.organisation_id]
        answer_offer(actor=chief, at=agreed, version=offered, body=partner.organisation, verdict="agreed")
    if is_agreed:
        offered.refresh_from_db()
        open_pool(actor=chiefs[version.body_id], at=agreed, version=offered, fund=fund, live_from=agreed.date())
