"""Which sources a sum is drawn from: pari passu, agreed weights, first in first out, tiers; how a policy is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commonpool.ledger.rules.draws import (
    PARI_PASSU,
    Lot,
    Method,
    Policy,
    PolicyError,
    Tier,
    draw,
    fixed_split,
    only,
    parse_policy,
)
from tests.ledger.slow_draws import slowly_drawn, slowly_fifo, slowly_fixed, slowly_pari_passu

slowly = settings(deadline=None)  # a busy machine is no fault of the rule
APRIL, MAY, JUNE = date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1)


def taken(amount: int, held: Mapping[str, int], policy: str = "", **more: object) -> Mapping[str, int]:
    """What each source pays, with nothing short."""
    drawn = draw(amount, held, parse_policy(policy), **more)  # type: ignore[arg-type]
    assert drawn.short_pence == 0
    return drawn.taken


# -- pari passu


@pytest.mark.requirement("S31")
def test_pari_passu_is_in_proportion_to_what_is_held_at_that_moment() -> None:
    # E1 of the worked example of section 3: the NHS minimum, the grant (LBCG) and the council's money.
    held = {"NHS": 60_000, "LBCG": 15_001, "UTLA": 25_000}

    split = taken(33_333, held)

    assert split == {"NHS": 20_000, "LBCG": 5_000, "UTLA": 8_333}


def test_left_over_pennies_go_to_the_largest_remainders() -> None:
    # 10 x 1/6 = 1.67, 10 x 2/6 = 3.33, 10 x 3/6 = 5.00: the one penny left is A's.
    assert taken(10, {"A": 10, "B": 20, "C": 30}) == {"A": 2, "B": 3, "C": 5}


def test_equal_remainders_go_to_the_first_in_the_alphabet_however_the_balances_are_ordered() -> None:
    assert taken(1, {"C": 5, "B": 5, "A": 5}) == {"A": 1}
    assert taken(2, {"C": 5, "B": 5, "A": 5}) == {"A": 1, "B": 1}


def test_no_penny_is_lost_where_the_last_would_take_the_rest() -> None:
    # "The last one takes the rest", capped at its balance, hands out one of these two pennies.
    assert taken(2, {"A": 1, "B": 1, "C": 1}) == {"A": 1, "B": 1}


def test_sources_with_nothing_or_less_are_passed_over_and_left_out() -> None:
    assert taken(3, {"A": 0, "B": -5, "C": 3}) == {"C": 3}


# -- an agreed split


def test_an_agreed_split_is_shared_by_its_weights_not_by_what_is_held() -> None:
    assert taken(100_00, {"A": 9_000_00, "B": 60_00}, "fixed:A=57/B=43") == {"A": 57_00, "B": 43_00}


def test_ten_thousand_draws_of_a_penny_stay_within_a_penny_of_the_agreed_split() -> None:
    # Rounding each draw alone, these were 4,300p away.
    weights = {"A": 57, "B": 23, "C": 11, "D": 6, "E": 3}
    paid = Counter(dict.fromkeys(weights, 0))

    worst = Fraction(0)
    for spent in range(1, 10_001):
        paid.update(fixed_split(1, weights, paid))
        worst = max(worst, drift(weights, paid, spent))

    assert worst < 1
    assert paid == {"A": 5_700, "B": 2_300, "C": 1_100, "D": 600, "E": 300}


def test_no_source_is_paid_back_a_penny_by_a_spend() -> None:
    # Largest remainder of the running totals gives 1, 1, 1 for 3p and 2, 2, 0 for 4p: C would get a penny back.
    weights = {"A": 6, "B": 6, "C": 2}
    paid = fixed_split(3, weights, {})

    more = fixed_split(1, weights, paid)

    assert paid == {"A": 1, "B": 1, "C": 1}
    assert more == {"A": 1, "B": 0, "C": 0}


def test_whole_pennies_above_the_sum_are_trimmed_from_the_smallest_entitlement() -> None:
    # 4p so far, all C's. For 5p more, 9p in all: A and B are each owed 3.6p (4 of 10), C 1.8p less 4p, so nothing.
    # The whole pennies, 3 + 3, are one above 5. A and B are owed alike: the last in the alphabet gives way.
    assert fixed_split(5, {"A": 4, "B": 4, "C": 2}, {"C": 4}) == {"A": 3, "B": 2, "C": 0}
    # A is owed 2.7p and B 4.5p: A gives way, though it stands first in the alphabet.
    assert fixed_split(5, {"A": 3, "B": 5, "C": 2}, {"C": 4}) == {"A": 1, "B": 4, "C": 0}


def test_what_was_taken_back_of_an_agreed_split_no_longer_counts_as_paid() -> None:
    assert fixed_split(1, {"A": 1, "B": 1}, {"A": 1, "B": 0}) == {"A": 0, "B": 1}
    assert fixed_split(1, {"A": 1, "B": 1}, {"A": 0, "B": 0}) == {"A": 1, "B": 0}


def test_a_source_that_cannot_pay_its_agreed_share_leaves_the_draw_short() -> None:
    drawn = draw(100, {"A": 10, "B": 900}, parse_policy("fixed:A=57/B=43"))

    assert (drawn.taken, drawn.short_pence) == ({"A": 10, "B": 43}, 47)


def test_what_a_source_cannot_pay_of_its_agreed_share_spills_to_the_next_tier() -> None:
    assert taken(100, {"A": 10, "B": 900, "C": 50}, "fixed:A=57/B=43>C") == {"A": 10, "B": 43, "C": 47}


def test_a_next_tier_may_ask_the_same_sources_for_what_they_have_left() -> None:
    assert taken(100, {"A": 10, "B": 900}, "fixed:A=57/B=43>pari_passu") == {"A": 10, "B": 90}


def drift(weights: Mapping[str, int], paid: Mapping[str, int], spent: int) -> Fraction:
    """By how many pence the source furthest from its agreed share of all spend is off."""
    whole = sum(weights.values())
    return max(abs(paid[source] - Fraction(spent * weight, whole)) for source, weight in weights.items())


@slowly
@given(st.integers(min_value=0, max_value=2**32))
def test_an_agreed_split_drifts_by_less_than_two_pence_over_random_contracts(seed: int) -> None:
    # Invariant 5: contracts of 2 to 9 sources, 150 draws and more. The worst of 6,000 such had drifted 0.98p; with
    # weights a thousand to one, 1.70p.
    random = Random(seed)
    weights = {source: random.randint(1, 100) for source in "ABCDEFGHI"[: random.randint(2, 9)]}
    paid, spent = Counter(dict.fromkeys(weights, 0)), 0

    for _ in range(random.randint(150, 200)):
        amount = random.choice([1, 2, 3, random.randint(1, 50), random.randint(1, 1_000_00)])
        split = fixed_split(amount, weights, paid)
        assert min(split.values()) >= 0 and sum(split.values()) == amount
        paid.update(split)
        spent += amount

        assert drift(weights, paid, spent) < 2


# -- first in, first out


def test_first_in_first_out_takes_the_oldest_receipt_whatever_its_source() -> None:
    lots = [Lot(MAY, "A", 100), Lot(APRIL, "B", 30), Lot(JUNE, "B", 50)]

    assert taken(60, {"A": 100, "B": 80}, "fifo", lots=lambda: lots) == {"A": 30, "B": 30}


def test_what_a_source_has_already_spent_was_its_oldest_money() -> None:
    # B brought 30 in April and 50 in June and holds 50: April's is gone, so May's of A is the oldest.
    lots = [Lot(APRIL, "B", 30), Lot(MAY, "A", 100), Lot(JUNE, "B", 50)]

    assert taken(100, {"A": 100, "B": 50}, "fifo", lots=lambda: lots) == {"A": 100}


def test_receipts_of_one_day_go_by_the_alphabet() -> None:
    lots = [Lot(MAY, "B", 5), Lot(MAY, "A", 5)]

    assert taken(7, {"B": 5, "A": 5}, "fifo", lots=lambda: lots) == {"A": 5, "B": 2}


def test_money_that_no_receipt_explains_is_the_oldest() -> None:
    assert taken(4, {"A": 10, "B": 10}, "fifo", lots=lambda: [Lot(APRIL, "A", 10), Lot(APRIL, "B", 7)]) == {
        "A": 1,
        "B": 3,
    }


def test_a_tier_of_first_in_first_out_may_name_its_sources() -> None:
    lots = [Lot(APRIL, "A", 5), Lot(MAY, "B", 5)]

    assert taken(7, {"A": 5, "B": 5, "C": 9}, "fifo:B>C", lots=lambda: lots) == {"B": 5, "C": 2}


# -- tiers and what is allowed


def test_a_tier_is_emptied_before_the_next_one_pays() -> None:
    # E5 of the worked example of section 3: the grant, then the council; the NHS barred.
    held = {"NHS": 30_000, "LBCG": 7_501, "UTLA": 14_167}

    assert taken(10_000, held, "LBCG>UTLA") == {"LBCG": 7_501, "UTLA": 2_499}


def test_within_a_tier_of_several_sources_the_sum_is_shared_pari_passu() -> None:
    assert taken(50, {"A": 10, "B": 30, "C": 90}, "A/B>C") == {"A": 10, "B": 30, "C": 10}
    assert taken(20, {"A": 10, "B": 30, "C": 90}, "A/B>C") == {"A": 5, "B": 15}


def test_a_source_that_no_tier_names_pays_nothing() -> None:
    drawn = draw(50, {"A": 10, "B": 30, "C": 90}, parse_policy("A/B"))

    assert (drawn.taken, drawn.short_pence) == ({"A": 10, "B": 30}, 10)


def test_a_source_that_is_not_allowed_pays_nothing_though_a_tier_names_it() -> None:
    drawn = draw(50, {"A": 10, "B": 30}, parse_policy("A>B"), allowed={"B", "Z"})

    assert (drawn.taken, drawn.short_pence) == ({"B": 30}, 20)


def test_a_source_alone_pays_alone() -> None:
    drawn = draw(50, {"A": 10, "B": 90}, only("A"))

    assert (drawn.taken, drawn.short_pence) == ({"A": 10}, 40)


def test_a_pool_with_nothing_is_short_of_everything() -> None:
    drawn = draw(1, {})

    assert (drawn.taken, drawn.short_pence) == ({}, 1)


# -- what always holds, and each method once more

sources = st.sampled_from("ABCDEF")
balances = st.dictionaries(sources, st.integers(min_value=-50, max_value=300), max_size=6)
weights = st.dictionaries(sources, st.integers(min_value=1, max_value=100), min_size=1)
names = st.lists(sources, min_size=1, max_size=3, unique=True).map(tuple)
lots = st.lists(
    st.builds(Lot, st.sampled_from([APRIL, MAY, JUNE]), sources, st.integers(min_value=1, max_value=90)), max_size=9
)
plain_tiers = st.builds(Tier, st.sampled_from([Method.PARI_PASSU, Method.FIFO]), st.none() | names)
fixed_tiers = st.builds(lambda agreed: Tier(Method.FIXED, weights=agreed), weights)
named_tiers = st.builds(lambda source: Tier(Method.NAMED, (source,)), sources)


@st.composite
def policies(pick: st.DrawFn) -> Policy:
    """Policies of one to three tiers that name no source twice."""
    kept: list[Tier] = []
    named: set[str] = set()
    for tier in pick(st.lists(plain_tiers | fixed_tiers | named_tiers, min_size=1, max_size=3)):
        its = set(tier.sources or tier.weights)
        if not its & named:
            kept.append(tier)
        named |= its
    return Policy(tuple(kept))


@slowly
@given(st.integers(min_value=1, max_value=900), balances, policies(), st.none() | st.sets(sources), balances, lots)
def test_every_draw_is_that_of_the_slow_version_and_never_takes_what_is_not_there(
    amount: int,
    held: dict[str, int],
    policy: Policy,
    allowed: set[str] | None,
    paid: dict[str, int],
    received: list[Lot],
) -> None:
    paid = {source: abs(pence) for source, pence in paid.items()}

    drawn = draw(amount, held, policy, allowed=allowed, paid=lambda tier: paid, lots=lambda: received)

    assert (drawn.taken, drawn.short_pence) == slowly_drawn(amount, held, policy, allowed, paid, received)
    assert sum(drawn.taken.values()) + drawn.short_pence == amount
    assert all(0 < pence <= held[source] for source, pence in drawn.taken.items())
    assert allowed is None or set(drawn.taken) <= allowed
    assert list(drawn.taken) == sorted(drawn.taken)


@slowly
@given(st.integers(min_value=1), st.dictionaries(sources, st.integers(min_value=1, max_value=10**17), min_size=1))
def test_pari_passu_is_that_of_the_slow_version(amount: int, held: dict[str, int]) -> None:
    amount = 1 + amount % sum(held.values())

    split = draw(amount, held).taken

    assert split == {source: pence for source, pence in slowly_pari_passu(amount, held).items() if pence}


@slowly
@given(st.integers(min_value=1, max_value=10**6), weights, balances)
@example(5, {"A": 4, "B": 4, "C": 2}, {"C": 4})
def test_an_agreed_split_is_that_of_the_slow_version_whatever_was_paid(
    amount: int, agreed: dict[str, int], paid: dict[str, int]
) -> None:
    paid = {source: abs(pence) for source, pence in paid.items()}

    split = fixed_split(amount, agreed, paid)

    assert split == slowly_fixed(amount, agreed, paid)
    assert sum(split.values()) == amount and min(split.values()) >= 0


@slowly
@given(st.integers(min_value=1, max_value=90), balances, lots)
def test_first_in_first_out_is_that_of_the_slow_version(amount: int, held: dict[str, int], received: list[Lot]) -> None:
    held = {source: pence for source, pence in held.items() if pence > 0}

    drawn = draw(amount, held, parse_policy("fifo"), lots=lambda: received)

    slow = slowly_fifo(min(amount, sum(held.values())), held, received)
    assert drawn.taken == {source: pence for source, pence in slow.items() if pence}


@slowly
@given(st.integers(min_value=1, max_value=10**6), balances, weights)
def test_a_draw_does_not_depend_on_the_order_in_which_balances_and_weights_are_given(
    amount: int, held: dict[str, int], agreed: dict[str, int]
) -> None:
    backwards = dict(reversed(held.items()))
    policy = Policy((Tier(Method.FIXED, weights=agreed), PARI_PASSU.tiers[0]))
    turned = Policy((Tier(Method.FIXED, weights=dict(reversed(agreed.items()))), PARI_PASSU.tiers[0]))

    assert draw(amount, held, policy) == draw(amount, backwards, turned)


# -- how a policy is written


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("", PARI_PASSU),
        ("  ", PARI_PASSU),
        ("pari_passu", PARI_PASSU),
        ("Pari passu", PARI_PASSU),
        ("A", Policy((Tier(Method.PARI_PASSU, ("A",)),))),
        ("named:A", only("A")),
        ("A/B>C", Policy((Tier(Method.PARI_PASSU, ("A", "B")), Tier(Method.PARI_PASSU, ("C",))))),
        (" B / A > C ", Policy((Tier(Method.PARI_PASSU, ("A", "B")), Tier(Method.PARI_PASSU, ("C",))))),
        ("fixed:A=57/B=23", Policy((Tier(Method.FIXED, weights={"A": 57, "B": 23}),))),
        ("Fixed: A = 57 / B = 23 ", Policy((Tier(Method.FIXED, weights={"A": 57, "B": 23}),))),
        ("fifo", Policy((Tier(Method.FIFO),))),
        ("fifo:A/B>pari_passu", Policy((Tier(Method.FIFO, ("A", "B")), PARI_PASSU.tiers[0]))),
        ("NHS_MIN:XN1:2024-25>DFG:XW01:2023-24", None),
    ],
)
def test_a_policy_is_read_as_it_is_written(text: str, policy: Policy | None) -> None:
    expected = policy or Policy(tuple(Tier(Method.PARI_PASSU, (source,)) for source in text.split(">")))

    assert parse_policy(text) == expected


@slowly
@given(policies())
def test_a_policy_written_out_is_read_back_as_the_same(policy: Policy) -> None:
    assert parse_policy(str(policy)) == policy


def test_one_policy_has_one_text_whatever_the_order_of_its_names() -> None:
    assert str(parse_policy("fixed:B=23/A=057>D/C")) == "fixed:A=57/B=23>C/D"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A//B", "‘A//B’ is not a tier of a policy"),
        ("A>", "‘’ is not a tier of a policy"),
        (">", "‘’ is not a tier of a policy"),
        ("A=57/B=43", "‘A=57/B=43’ is not a tier of a policy"),
        ("fifo:", "‘fifo:’ is not a tier of a policy"),
        ("fixed:", "‘’ in ‘fixed:’ is not a source with a whole weight above zero"),
        ("fixed:A", "‘A’ in ‘fixed:A’ is not a source with a whole weight"),
        ("fixed:A=0/B=1", "‘A=0’ in ‘fixed:A=0/B=1’ is not a source with a whole weight above zero"),
        ("fixed:A=-1/B=1", "‘A=-1’ in"),
        ("fixed:A=57.5/B=42.5", "‘A=57.5’ in"),
        ("fixed:=5", "‘=5’ in"),
        ("fixed:A=1=2", "‘A=1=2’ in"),
        ("fixed:A=99999999999", "‘A=99999999999’ in"),
        ("fixed:A=1/A=2", "‘A’ has two weights in ‘fixed:A=1/A=2’. Give it one."),
        ("A>A", "‘A’ stands twice in the policy ‘A>A’. Name each source once."),
        ("A/A", "‘A’ stands twice"),
        ("fixed:A=1/B=1>B", "‘B’ stands twice"),
        ("named:A/B", "exactly one source. Write named:A."),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_the_part_that_is_wrong(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(text)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Policy(()),
        lambda: Tier(Method.FIXED),
        lambda: Tier(Method.FIXED, ("A",), {"A": 1}),
        lambda: Tier(Method.FIXED, weights={"A": 0}),
        lambda: Tier(Method.PARI_PASSU, weights={"A": 1}),
        lambda: Tier(Method.PARI_PASSU, ("",)),
        lambda: Tier(Method.NAMED),
        lambda: Policy((Tier(Method.FIFO, ("A",)), Tier(Method.FIXED, weights={"A": 1}))),
    ],
)
def test_a_policy_that_makes_no_sense_cannot_be_built(make: object) -> None:
    with pytest.raises(PolicyError):
        make()  # type: ignore[operator]
