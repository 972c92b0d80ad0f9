"""A figure can be opened to its parts, and its parts make it again."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.figures import Fact, Figure, How, QuestionError, find_question, question, recombine, total

amounts = st.lists(st.none() | st.integers(min_value=-(10**12), max_value=10**12))


@given(amounts=amounts)
def test_a_total_counts_what_is_known_and_says_how_much_is_not(amounts):
    made = total("Spend", [Fact("Line", amount, "pence", "Expenditure!L27") for amount in amounts])

    known = [amount for amount in amounts if amount is not None]
    assert made.unknown == len(amounts) - len(known)
    assert made.value == (sum(known) if known or not amounts else None)
    assert recombine(made) == made.value


def test_unknown_parts_are_counted_through_totals_of_totals():
    inner = total("Scheme 1", [Fact("Q1", 100, "pence", "a"), Fact("Q2", None, "pence", "b")])

    assert total("All", [inner, Fact("Scheme 2", None, "pence", "c")]).unknown == 2


@pytest.mark.parametrize(
    ("how", "parts", "value"),
    [
        (How.DIFFERENCE, (10, 3, 2), 5),
        (How.PRODUCT, (10, Fraction(1, 4)), Fraction(5, 2)),
        (How.RATIO, (1, 4), Fraction(1, 4)),
        (How.RATIO, (1, 0), None),
        (How.LARGEST, (3, 9, 4), 9),
        (How.DIFFERENCE, (10, None), None),
    ],
)
def test_parts_make_the_figure_again_by_how(how, parts, value):
    made = Figure("Figure", value, "pence", how, tuple(Fact(str(part), part, "pence", "cell") for part in parts))

    assert recombine(made) == value


def test_a_question_is_answered_only_to_those_who_may_ask():
    @question("test.doubled", may_ask=lambda person, amount: person == "treasurer")
    def doubled(amount: int) -> Figure:
        return total("Doubled", [Fact("Amount", amount, "pence", "typed")] * 2)

    asked = find_question("test.doubled")

    assert asked.ask("treasurer", {"amount": 4}).value == 8
    assert asked.ask("stranger", {"amount": 4}) is None
    with pytest.raises(QuestionError, match="asked differently"):
        asked.ask("treasurer", {"sum": 4})
    with pytest.raises(QuestionError, match=r"test\.doubled"):
        find_question("test.trebled")
