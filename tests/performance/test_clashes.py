"""The clash finder: ten clashes that were planted are found, all and only; a clean set has none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonpool.performance.rules.asks import AppliesTo, Plan, PlanAsk, Terms, same_words
from commonpool.performance.rules.clashes import (
    BedsClaim,
    BedsStated,
    Claims,
    Clash,
    ClashKind,
    MoneyClaim,
    TargetClaim,
    find_clashes,
)

A, B, C = Plan("a", "Ansterly"), Plan("b", "Oxmarrow"), Plan("c", "Saltry")
SYSTEM = Plan("s", "System plan")
FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)
ALL, OWN = AppliesTo.ALL_PATIENTS, AppliesTo.RESIDENTS
TRUST, OTHER = "Eastfell", "Wendle"


def an_ask(plan: Plan, process: str, applies_to: AppliesTo = ALL, **terms: object) -> PlanAsk:
    return PlanAsk("x", plan, TRUST, process, applies_to, Terms(**terms), FIRST, LAST)  # type: ignore[arg-type]


def money(plan: Plan, pot: str, pounds: int | None, whole: int | None = None, trust: str = TRUST) -> MoneyClaim:
    return MoneyClaim(plan, trust, pot, "2025-26", None if pounds is None else pounds * 100, whole and whole * 100)


def beds(
    plan: Plan, count: int, first: date = FIRST, last: date = LAST, ward: str = "", kind: str = "Step-down"
) -> BedsClaim:
    return BedsClaim(plan, TRUST, kind, ward, count, first, last)


def target(plan: Plan, metric: str, value: str | None, applies_to: AppliesTo = ALL, **more: object) -> TargetClaim:
    wanted = None if value is None else Decimal(value)
    return TargetClaim(plan, TRUST, metric, "Q1 2025-26", applies_to, wanted, **more)  # type: ignore[arg-type]


STATED = (
    BedsStated(TRUST, "Step-down", "", 30, FIRST, LAST),
    BedsStated(TRUST, "Rehabilitation", "Ward 4", 10, FIRST, LAST),
)

# What plans may say beside one another without getting in each other's way.
CLEAN = Claims(
    asks=[
        an_ask(A, "transport", deadline_hours=4, trigger="Ready to leave"),
        an_ask(B, "transport", deadline_hours=2, trigger="Ready to leave"),
        an_ask(A, "assessment", OWN, channel="Form A", is_only_way=True),
        an_ask(B, "assessment", OWN, channel="Form B", is_only_way=True),
        an_ask(A, "escalation", days=frozenset({1, 2, 3, 4, 5})),
        an_ask(B, "escalation", days=frozenset({6, 7})),
        an_ask(A, "data return", deadline_hours=2, trigger="Admission"),
        an_ask(B, "data return", not_before_hours=24, trigger="Discharge"),
    ],
    money=[
        money(A, "Discharge hub", 600_000, 1_000_000),
        money(B, "discharge  HUB.", 400_000, 1_000_000),
        money(A, "Transport desk", 50_000),
        money(B, "Transport desk", 50_000),
        money(A, "Front door team", None, 80_000),
        money(B, "Front door team", 80_000, 80_000),
        money(A, "Therapy", 90_000, 90_000),
        money(B, "Therapy", 90_000, 90_000, trust=OTHER),
    ],
    beds=[
        beds(A, 20),
        beds(B, 10),
        beds(C, 25, kind="Mental health"),
        beds(A, 10, ward="Ward 4", kind="Rehabilitation", last=date(2025, 9, 30)),
        beds(B, 10, ward="ward 4", kind="Rehabilitation", first=date(2025, 10, 1)),
    ],
    stated=STATED,
    targets=[
        target(A, "Delay", "3.0"),
        target(B, "Delay", "3.0"),
        target(A, "Admissions", "120", OWN, reduction=Decimal(10)),
        target(B, "Admissions", "90", OWN, reduction=Decimal(8)),
        target(A, "Falls", "50"),
        target(SYSTEM, "Falls", "45", excepted_by=frozenset({"a"})),
    ],
)

PLANTED: list[tuple[Claims, tuple[ClashKind, str, set[Plan], object]]] = [
    (
        Claims(money=[money(A, "Night sitters", 300_000, 400_000), money(B, "Night sitters", 200_000, 400_000)]),
        (ClashKind.MONEY_TWICE, "Night sitters, 2025-26", {A, B}, 100_000_00),
    ),
    (
        Claims(money=[money(C, "Therapy", 90_000, 90_000)]),
        (ClashKind.MONEY_TWICE, "Therapy, 2025-26", {A, C}, 90_000_00),
    ),
    (
        Claims(
            money=[
                money(SYSTEM, "NHS minimum", 5_000, 9_000, ""),
                money(B, "NHS minimum", 6_000, None, ""),
            ]
        ),
        (ClashKind.MONEY_TWICE, "NHS minimum, 2025-26", {SYSTEM, B}, 2_000_00),
    ),
    (
        Claims(money=[money(A, "Pharmacy", 10_000, 40_000), money(C, "Pharmacy", 10_000, 55_000)]),
        (ClashKind.MONEY_DISAGREES, "Pharmacy, 2025-26", {A, C}, 15_000_00),
    ),
    (
        Claims(beds=[beds(C, 4, first=date(2025, 12, 1), last=date(2026, 1, 31))]),
        (ClashKind.BEDS_TWICE, "Step-down", {A, B, C}, 4),
    ),
    (
        Claims(beds=[beds(C, 3, ward="Ward 4", kind="Rehabilitation", last=date(2025, 6, 30))]),
        (ClashKind.BEDS_TWICE, "Rehabilitation, Ward 4", {A, C}, 3),
    ),
    (
        Claims(targets=[target(C, "Delay", "2.5")]),
        (ClashKind.TARGET_CONTRADICTED, "Delay, Q1 2025-26", {A, B, C}, Decimal("0.5")),
    ),
    (
        Claims(targets=[target(C, "Admissions", None, reduction=Decimal(15))]),
        (ClashKind.REDUCTION_TWICE, "Admissions, Q1 2025-26", {A, B, C}, Decimal(18)),
    ),
    (
        Claims(asks=[an_ask(C, "transport", not_before_hours=3, trigger="ready to  leave.")]),
        (ClashKind.TERMS, "transport: when", {B, C}, None),
    ),
    (
        Claims(asks=[an_ask(C, "assessment", channel="Form A", is_only_way=True)]),
        (ClashKind.TERMS, "assessment: form or channel", {B, C}, None),
    ),
]


def together(sets: Iterable[Claims]) -> Claims:
    every = list(sets)
    return Claims(
        asks=[row for each in every for row in each.asks],
        money=[row for each in every for row in each.money],
        beds=[row for each in every for row in each.beds],
        stated=[row for each in every for row in each.stated],
        targets=[row for each in every for row in each.targets],
    )


def facts(clashes: Iterable[Clash]) -> set[tuple[ClashKind, str, frozenset[Plan], object]]:
    return {(each.kind, each.subject, frozenset(each.plans), each.amount) for each in clashes}


@pytest.mark.requirement("S47")
def test_ten_planted_clashes_are_found_all_and_only() -> None:
    found = find_clashes(together([CLEAN, *(claims for claims, _ in PLANTED)]))

    expected = {(kind, subject, frozenset(plans), amount) for _, (kind, subject, plans, amount) in PLANTED}
    assert facts(found) == expected
    assert len(found) == len(PLANTED) == 10


@pytest.mark.requirement("S47")
def test_the_clean_set_has_none() -> None:
    assert find_clashes(CLEAN) == ()


@pytest.mark.parametrize(("planted", "expected"), PLANTED, ids=[each[1][1] for each in PLANTED])
def test_each_planted_clash_is_found_alone(planted: Claims, expected: tuple[ClashKind, str, set[Plan], object]) -> None:
    [found] = find_clashes(together([CLEAN, planted]))

    assert (found.kind, found.subject, set(found.plans), found.amount) == expected
    assert all(plan.name in found.said for plan in found.plans)
    assert found.to_do.endswith(".") and len(found.to_do) > 20


def test_a_clash_says_how_much_each_plan_counts() -> None:
    [found] = find_clashes(PLANTED[0][0])

    assert found.said == (
        "‘Night sitters’ is £400,000.00 in 2025-26, but plans count more of it: Ansterly £300,000.00; "
        "Oxmarrow £200,000.00."
    )
    assert found.to_do == "Take £100,000.00 out of one of the plans, or find it elsewhere."


def test_an_amount_that_is_not_known_is_no_claim_and_is_told() -> None:
    three = [money(A, "Hub", 60, 100), money(B, "Hub", 50, 100), money(C, "Hub", None, 100)]

    [found] = find_clashes(Claims(money=three))

    assert set(found.plans) == {A, B}
    assert "1 more amount is not known." in found.said


def test_beds_of_which_the_trust_has_stated_none_clash_with_nothing() -> None:
    assert find_clashes(Claims(beds=[beds(A, 500), beds(B, 500)])) == ()


def test_one_plan_alone_above_what_is_stated_is_no_clash_between_plans() -> None:
    alone = [beds(A, 40, last=date(2025, 4, 30)), beds(B, 5, first=date(2025, 6, 1))]

    assert find_clashes(Claims(beds=alone, stated=STATED)) == ()


def test_a_day_on_which_two_plans_ask_counts_though_one_alone_asked_more_before() -> None:
    later = date(2025, 6, 1)
    rows = [beds(A, 50, last=date(2025, 4, 30)), beds(B, 20, first=later), beds(C, 15, first=later)]

    [found] = find_clashes(Claims(beds=rows, stated=STATED))

    assert (set(found.plans), found.amount) == ({B, C}, 5)


def test_days_that_one_plan_forbids_and_another_wants_clash() -> None:
    strict = an_ask(A, "weekend", days=frozenset({1, 2, 3, 4, 5}), is_only_way=True)
    wide = an_ask(B, "weekend", days=frozenset({5, 6, 7}))

    [found] = find_clashes(Claims(asks=[strict, wide]))

    assert found.said == "Ansterly allows Monday to Friday only, Oxmarrow wants it on Saturday and Sunday too."


def test_asks_that_never_hold_on_one_day_do_not_clash() -> None:
    early = replace(an_ask(A, "x", deadline_hours=1), ends_on=date(2025, 6, 30))
    late = replace(an_ask(B, "x", not_before_hours=5), starts_on=date(2025, 7, 1))

    assert find_clashes(Claims(asks=[early, late])) == ()


# -- a slow and plain second version: every pair, every day


PLANS = some.sampled_from([A, B, C, SYSTEM])
DAYS = some.integers(0, 40).map(lambda days: FIRST + timedelta(days=days))


@some.composite
def claims(draw: some.DrawFn) -> Claims:
    spans = some.tuples(DAYS, DAYS).map(sorted)
    money_rows = some.builds(
        MoneyClaim,
        PLANS,
        some.sampled_from([TRUST, OTHER]),
        some.sampled_from(["Hub", "hub", "Desk"]),
        some.just("2025-26"),
        some.none() | some.integers(0, 5),
        some.none() | some.integers(0, 8),
    )
    bed_rows = some.builds(
        lambda plan, ward, count, span: BedsClaim(plan, TRUST, "Step-down", ward, count, *span),
        PLANS,
        some.sampled_from(["", "Ward 4"]),
        some.integers(0, 9),
        spans,
    )
    stated_rows = some.builds(
        lambda ward, count, span: BedsStated(TRUST, "Step-down", ward, count, *span),
        some.sampled_from(["", "Ward 4"]),
        some.integers(0, 12),
        spans,
    )
    target_rows = some.builds(
        TargetClaim,
        PLANS,
        some.just(TRUST),
        some.sampled_from(["Delay", "Falls"]),
        some.just("Q1"),
        some.sampled_from(list(AppliesTo)),
        some.none() | some.integers(1, 3).map(Decimal),
        some.none() | some.integers(1, 3).map(Decimal),
        some.frozensets(some.sampled_from(["a", "b", "c"])),
    )
    return Claims(
        asks=draw(some.lists(asks_of_all(), max_size=6)),
        money=draw(some.lists(money_rows, max_size=6)),
        beds=draw(some.lists(bed_rows, max_size=6)),
        stated=draw(some.lists(stated_rows, max_size=3)),
        targets=draw(some.lists(target_rows, max_size=6)),
    )


@some.composite
def asks_of_all(draw: some.DrawFn) -> PlanAsk:
    first, last = sorted((draw(some.none() | some.integers(0, 3)) or 0, draw(some.integers(0, 3))))
    terms = Terms(
        trigger=draw(some.sampled_from(["", "Ready"])),
        not_before_hours=draw(some.sampled_from([None, first])),
        deadline_hours=draw(some.sampled_from([None, last])),
        days=draw(some.none() | some.frozensets(some.integers(1, 3), min_size=1)),
        channel=draw(some.sampled_from(["Form A", "form a", "Form B"])),
        is_only_way=draw(some.booleans()),
    )
    starts, ends = sorted((draw(DAYS), draw(DAYS)))
    applies_to = draw(some.sampled_from(list(AppliesTo)))
    return PlanAsk("x", draw(PLANS), TRUST, draw(some.sampled_from(["p", "q"])), applies_to, terms, starts, ends)


def plain_money(rows: Sequence[MoneyClaim]) -> set[object]:
    found: set[object] = set()
    for pot in {(row.trust, same_words(row.pot)) for row in rows}:
        of_pot = [row for row in rows if (row.trust, same_words(row.pot)) == pot]
        stated = [row for row in of_pot if row.whole_pence is not None]
        if any(one.plan != two.plan for one in stated for two in stated):
            wholes = [row.whole_pence or 0 for row in stated]
            if min(wholes) != max(wholes):
                found.add((ClashKind.MONEY_DISAGREES, frozenset(row.plan for row in stated), max(wholes) - min(wholes)))
        by_plan = {plan: sum(row.pence or 0 for row in of_pot if row.plan == plan) for plan in {r.plan for r in of_pot}}
        claiming = {plan for plan, pence in by_plan.items() if pence > 0}
        if stated and len(claiming) > 1:
            over = sum(by_plan.values()) - max(row.whole_pence or 0 for row in stated)
            if over > 0:
                found.add((ClashKind.MONEY_TWICE, frozenset(claiming), over))
    return found


def plain_beds(rows: Sequence[BedsClaim], stated: Sequence[BedsStated]) -> list[object]:
    found: list[object] = []
    for each in stated:
        most = 0
        for number in range((each.ends_on - each.starts_on).days + 1):
            day = each.starts_on + timedelta(days=number)
            asked = [
                row for row in rows if row.starts_on <= day <= row.ends_on and each.ward in ("", row.ward) and row.beds
            ]
            if len({row.plan for row in asked}) > 1:
                most = max(most, sum(row.beds for row in asked))
        if most > each.beds:
            found.append(most - each.beds)
    return sorted(found, key=str)


def plain_terms(rows: Sequence[PlanAsk]) -> set[object]:
    """Two asks clash where no hour, no channel or some wanted day is left that both allow."""
    found: dict[tuple[str, str], set[Plan]] = {}
    for one, two in combinations(rows, 2):
        if one.plan == two.plan or one.process != two.process or ALL not in (one.applies_to, two.applies_to):
            continue
        if max(one.starts_on, two.starts_on) > min(one.ends_on, two.ends_on):
            continue
        reasons = set()
        if one.terms.trigger == two.terms.trigger:
            first = max(one.terms.not_before_hours or 0, two.terms.not_before_hours or 0)
            lasts = [ask.terms.deadline_hours for ask in (one, two) if ask.terms.deadline_hours is not None]
            if lasts and first > min(lasts):
                reasons.add("when")
        if one.terms.channel.casefold() != two.terms.channel.casefold() and (
            one.terms.is_only_way or two.terms.is_only_way
        ):
            reasons.add("form or channel")
        for strict, wide in ((one, two), (two, one)):
            if (
                strict.terms.is_only_way
                and strict.terms.days
                and wide.terms.days
                and not wide.terms.days <= strict.terms.days
            ):
                reasons.add("days")
        for reason in reasons:
            found.setdefault((one.process, reason), set()).update({one.plan, two.plan})
    return {(f"{process}: {reason}", frozenset(plans)) for (process, reason), plans in found.items()}


def plain_targets(rows: Sequence[TargetClaim]) -> set[object]:
    found: set[object] = set()
    for metric in {row.metric for row in rows}:
        whole = [row for row in rows if row.metric == metric and row.applies_to is ALL and row.value is not None]
        bad = [
            (one, two)
            for one, two in combinations(whole, 2)
            if one.plan != two.plan
            and one.value != two.value
            and one.plan.id not in two.excepted_by
            and two.plan.id not in one.excepted_by
        ]
        if bad:
            found.add((ClashKind.TARGET_CONTRADICTED, metric, frozenset(row.plan for pair in bad for row in pair)))
        falls = [row for row in rows if row.metric == metric and row.reduction]
        if any(row.applies_to is ALL for row in falls) and len({row.plan for row in falls}) > 1:
            found.add((ClashKind.REDUCTION_TWICE, metric, frozenset(row.plan for row in falls)))
    return found


@settings(max_examples=150, deadline=None)
@given(claims())
def test_it_finds_what_a_plain_search_of_every_pair_and_every_day_finds(all_claims: Claims) -> None:
    found = find_clashes(all_claims)

    money_found = {
        (each.kind, frozenset(each.plans), each.amount) for each in found if each.kind.name.startswith("MONEY")
    }
    assert money_found == plain_money(all_claims.money)
    beds_found = sorted((each.amount for each in found if each.kind is ClashKind.BEDS_TWICE), key=str)
    assert beds_found == plain_beds(all_claims.beds, all_claims.stated)
    terms = {(each.subject, frozenset(each.plans)) for each in found if each.kind is ClashKind.TERMS}
    assert terms == plain_terms(all_claims.asks)
    about_targets = (ClashKind.TARGET_CONTRADICTED, ClashKind.REDUCTION_TWICE)
    targets = {(e.kind, e.subject.partition(",")[0], frozenset(e.plans)) for e in found if e.kind in about_targets}
    assert targets == plain_targets(all_claims.targets)


@settings(max_examples=60, deadline=None)
@given(claims(), some.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_nothing(all_claims: Claims, shuffle: object) -> None:
    mixed = {}
    for name in ("asks", "money", "beds", "stated", "targets"):
        rows = list(getattr(all_claims, name))
        shuffle.shuffle(rows)  # type: ignore[attr-defined]
        mixed[name] = rows

    assert facts(find_clashes(Claims(**mixed))) == facts(find_clashes(all_claims))


@settings(max_examples=60, deadline=None)
@given(claims())
def test_one_plan_alone_never_clashes_with_itself(all_claims: Claims) -> None:
    alone = Claims(
        asks=[replace(row, plan=A) for row in all_claims.asks],
        money=[replace(row, plan=A) for row in all_claims.money],
        beds=[replace(row, plan=A) for row in all_claims.beds],
        stated=all_claims.stated,
        targets=[replace(row, plan=A) for row in all_claims.targets],
    )

    assert find_clashes(alone) == ()
