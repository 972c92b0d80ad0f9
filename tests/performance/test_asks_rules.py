"""Terms, where plans differ, the smallest change to one process, and what is in force once it is shared."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonpool.performance.rules.asks import (
    AppliesTo,
    Aspect,
    Plan,
    PlanAsk,
    Terms,
    TermsError,
    days_in_words,
    days_of_mask,
    differences,
    in_force,
    in_words,
    mask_of_days,
    smallest_change,
    taken,
    value_of,
)

A, B, C = Plan("a", "Ansterly"), Plan("b", "Oxmarrow"), Plan("c", "Saltry")
FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)


def an_ask(plan: Plan, **terms: object) -> PlanAsk:
    return PlanAsk("x", plan, "T", "Discharge", AppliesTo.RESIDENTS, Terms(**terms), FIRST, LAST)  # type: ignore[arg-type]


def test_terms_that_nobody_could_keep_are_refused_with_every_fault() -> None:
    with pytest.raises(TermsError) as told:
        Terms(not_before_hours=-1, deadline_hours=99_999, days=frozenset(), is_only_way=True)

    assert told.value.faults == (
        "The earliest time is -1 hours. Enter hours from 0 to 8,784.",
        "The deadline is 99999 hours. Enter hours from 0 to 8,784.",
        "Days of the week run from 1 for Monday to 7 for Sunday, and there is at least one.",
    )


@pytest.mark.parametrize(
    ("terms", "aspect", "words"),
    [
        (Terms(), Aspect.WHEN, "not said"),
        (Terms(trigger="Ready", deadline_hours=1), Aspect.WHEN, "within 1 hour of: Ready"),
        (
            Terms(not_before_hours=2, deadline_hours=6),
            Aspect.WHEN,
            "within 6 hours and not before 2 hours of a start that is not said",
        ),
        (Terms(trigger=" At  noon "), Aspect.WHEN, "At noon"),
        (Terms(days=frozenset({6, 7}), is_only_way=True), Aspect.DAYS, "only Saturday and Sunday"),
        (Terms(channel="Form A", is_only_way=True), Aspect.HOW, "only Form A"),
        (Terms(contact_role="Matron"), Aspect.CONTACT, "Matron"),
    ],
)
def test_terms_are_said_in_words(terms: Terms, aspect: Aspect, words: str) -> None:
    assert in_words(terms, aspect) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({1}, "Monday"),
        ({1, 2}, "Monday and Tuesday"),
        ({1, 2, 3, 4, 5}, "Monday to Friday"),
        ({1, 3, 5}, "Monday, Wednesday and Friday"),
        (set(range(1, 8)), "every day"),
    ],
)
def test_days_are_said_in_words(days: set[int], words: str) -> None:
    assert days_in_words(days) == words


@given(some.frozensets(some.integers(1, 7), min_size=1))
def test_days_go_into_seven_bits_and_back(days: frozenset[int]) -> None:
    assert days_of_mask(mask_of_days(days)) == days


def test_what_one_plan_does_not_say_is_no_difference() -> None:
    asks = [an_ask(A, deadline_hours=24), an_ask(B), an_ask(C, deadline_hours=24)]

    assert differences(asks) == ()


@pytest.mark.requirement("S44")
def test_differences_say_who_holds_what_and_who_is_silent() -> None:
    asks = [an_ask(A, deadline_hours=24, trigger="Ready"), an_ask(B, deadline_hours=48, trigger="ready."), an_ask(C)]

    [found] = differences(asks)

    assert found.aspect is Aspect.WHEN
    assert [(held.words, held.plans) for held in found.held] == [
        ("within 24 hours of: Ready", (A,)),
        ("within 48 hours of: ready.", (B,)),
    ]
    assert found.silent == (C,)


@pytest.mark.requirement("S44")
def test_the_smallest_change_keeps_what_most_plans_say_and_counts_no_addition() -> None:
    asks = [
        an_ask(A, deadline_hours=24, channel="Form A"),
        an_ask(B, deadline_hours=48, channel="Form A"),
        an_ask(C, deadline_hours=24),
    ]

    found = smallest_change("Discharge", asks, {})

    assert found is not None
    assert (found.terms.deadline_hours, found.terms.channel, found.size) == (24, "Form A", 1)
    assert found.plans_that_change == (B,)
    assert [(each.plan, each.is_addition) for each in found.changes] == [(B, False), (C, True)]


def test_between_equals_the_plans_with_more_of_the_patients_decide() -> None:
    asks = [an_ask(A, channel="Form A"), an_ask(B, channel="Form B")]

    by_weight = smallest_change("x", asks, {"a": Fraction(1, 10), "b": Fraction(3, 10)})
    by_alphabet = smallest_change("x", asks, {"a": None, "b": None})

    assert by_weight is not None and by_weight.terms.channel == "Form B"
    assert by_alphabet is not None and by_alphabet.terms.channel == "Form A"


def test_plans_that_agree_give_no_candidate() -> None:
    assert smallest_change("x", [an_ask(A, channel="Form A"), an_ask(B, channel="form a")], {}) is None


TERMS = some.builds(
    Terms,
    trigger=some.sampled_from(["", "Ready", "Admitted"]),
    deadline_hours=some.none() | some.integers(1, 3),
    days=some.none() | some.sampled_from([frozenset({1}), frozenset({6, 7})]),
    channel=some.sampled_from(["", "Form A", "Form B"]),
    contact_role=some.sampled_from(["", "Matron"]),
)


@settings(max_examples=150, deadline=None)
@given(some.lists(TERMS, min_size=2, max_size=5))
def test_no_other_choice_of_terms_changes_less(all_terms: list[Terms]) -> None:
    """The slow way: try every combination of what some plan says, one part from each."""
    asks = [
        PlanAsk("x", Plan(str(n), f"P{n}"), "T", "p", AppliesTo.RESIDENTS, t, FIRST, LAST)
        for n, t in enumerate(all_terms)
    ]

    found = smallest_change("p", asks, {})
    sizes = []
    for parts in product(all_terms, repeat=len(Aspect)):
        terms = Terms()
        for aspect, part in zip(Aspect, parts, strict=True):
            terms = taken(terms, part, aspect)
        if all(value_of(terms, a) is not None or all(value_of(t, a) is None for t in all_terms) for a in Aspect):
            sizes.append(
                sum(
                    value_of(t, a) is not None and value_of(t, a) != value_of(terms, a)
                    for t in all_terms
                    for a in Aspect
                )
            )

    assert (found.size if found else 0) == min(sizes)


def test_a_plan_that_keeps_its_own_takes_only_the_rest() -> None:
    own = Terms(deadline_hours=48, channel="Form B", contact_role="Matron")
    shared = Terms(deadline_hours=24, channel="Form A", is_only_way=True)

    assert in_force(own, shared, ()) == Terms(
        deadline_hours=24, channel="Form A", is_only_way=True, contact_role="Matron"
    )
    assert in_force(own, shared, {Aspect.HOW}) == Terms(deadline_hours=24, channel="Form B", contact_role="Matron")


@given(TERMS, TERMS)
def test_plans_that_adopt_without_exception_no_longer_differ_in_what_is_shared(own: Terms, shared: Terms) -> None:
    made = in_force(own, shared, ())

    for aspect in Aspect:
        wanted = value_of(shared, aspect)
        assert value_of(made, aspect) == (wanted if wanted is not None else value_of(own, aspect))
