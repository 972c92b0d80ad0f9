"""Sections that coders cut themselves: alphas of places and codes, by printed examples and by slow second versions."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.agreement import AgreementError, TextStatistic, agreement
from commonpool.voices.rules.agreement.of_texts import text_agreement
from commonpool.voices.rules.agreement.positions import marked_positions
from commonpool.voices.rules.agreement.sections import Continuum, Section
from commonpool.voices.rules.agreement.unitizing import unitizing_disagreement
from tests.voices import slow_agreement as slowly


def the_example_of_2004() -> Continuum:
    """Two observers i and j, and the codes c and k, on a text of 300. Source: Krippendorff (2004), page 254."""
    i = [Section("i", 75, 70, "c"), Section("i", 220, 30, "c")]
    j = [Section("j", 70, 80, "c"), Section("j", 205, 20, "c"), Section("j", 250, 20, "c")]
    both = [Section(coder, start, length, "k") for coder in "ij" for start, length in ((30, 60), (150, 50))]
    return Continuum("page 254", 300, ("i", "j"), (*i, *j, *both))


@pytest.mark.parametrize(("code", "observed", "expected"), [("c", 0.0144, 0.0532), ("k", 0.0, 0.0490)])
def test_the_printed_disagreements_of_unitizing_alpha(code: str, observed: float, expected: float) -> None:
    found = unitizing_disagreement(the_example_of_2004(), code)

    assert found == pytest.approx((observed, expected), abs=5e-5)


def test_the_printed_unitizing_alphas() -> None:
    text = the_example_of_2004()

    # Printed from rounded parts: 1 - 0.0144 / 0.0532 and 1 - 0.0144 / 0.1022.
    assert text_agreement([text], code="c").value == pytest.approx(0.7293, abs=0.001)
    assert text_agreement([text], code="k").value == 1
    assert text_agreement([text]).value == pytest.approx(0.8591, abs=0.0005)


CODES = ("access", "money")


@st.composite
def spans(draw: Any, length: int) -> list[tuple[int, int]]:
    """Sections of one coder and code, in order, none overlapping another; some touch."""
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    return [pair for pair in pairwise(cuts) if draw(st.booleans())]


@st.composite
def texts(draw: Any, *, codes: tuple[str, ...] = CODES) -> Continuum:
    """Two to four coders' sections of a text of 2 to 40 positions; codes may overlap."""
    length = draw(st.integers(2, 40))
    coders = tuple("abcd"[: draw(st.integers(2, 4))])
    sections = [
        Section(coder, start, end - start, code)
        for coder in coders
        for code in codes
        for start, end in draw(spans(length))
    ]
    return Continuum("text", length, coders, tuple(draw(st.permutations(sections))))


def pairs_of(text: Continuum, code: str) -> dict[str, list[tuple[int, int]]]:
    return {
        coder: sorted((each.start, each.end) for each in text.sections if (each.coder, each.code) == (coder, code))
        for coder in text.coders
    }


@given(texts())
def test_unitizing_disagreement_is_what_trying_each_section_with_each_says(text: Continuum) -> None:
    for code in CODES:
        found = unitizing_disagreement(text, code)

        assert found == pytest.approx(slowly.unitizing(pairs_of(text, code), text.length))


@given(texts())
def test_the_joint_alpha_adds_up_both_disagreements_over_codes(text: Continuum) -> None:
    observed, expected = (
        sum(each) for each in zip(*(unitizing_disagreement(text, code) for code in CODES), strict=True)
    )

    found = text_agreement([text])

    if expected:
        assert found.value == pytest.approx(1 - observed / expected)
    else:
        assert found.undefined_because == "Nobody marked anything: there are no sections to compare."


@given(texts(codes=("access",)))
def test_the_alphas_of_2016_are_what_counting_positions_says(text: Continuum) -> None:
    slow = slowly.u_alphas(pairs_of(text, "access"), text.length)

    for statistic, expected in slow.items():
        assert text_agreement([text], TextStatistic(statistic)).value == pytest.approx(expected)


@st.composite
def one_code_at_a_place(draw: Any, coders: tuple[str, ...] = ("a", "b")) -> Continuum:
    length = draw(st.integers(2, 30))
    sections = [
        Section(coder, start, end - start, draw(st.sampled_from(CODES)))
        for coder in coders
        for start, end in draw(spans(length))
    ]
    return Continuum("text", length, coders, tuple(sections))


@given(one_code_at_a_place())
def test_agreement_on_codes_is_counted_where_both_coders_marked(text: Continuum) -> None:
    codes = {coder: {} for coder in text.coders}
    for at, each in enumerate(text.sections):
        codes[each.coder].update(dict.fromkeys(range(each.start, each.end), (at, each.code)))

    found = text_agreement([text], TextStatistic.CU_ALPHA)

    assert found.value == pytest.approx(slowly.cu_alpha([*codes.values()]))
    for code in {each.code for each in text.sections}:
        one = text_agreement([text], TextStatistic.CU_ALPHA, code=code)
        assert one.value == pytest.approx(slowly.cu_alpha([*codes.values()], code))


def test_agreement_on_codes_is_for_two_coders() -> None:
    text = Continuum("t", 20, ("a", "b", "c"), (Section("a", 0, 5, "x"),))

    assert "cu-alpha compares two coders here" in str(text_agreement([text], TextStatistic.CU_ALPHA).undefined_because)


def test_the_digitised_example_as_sections_has_the_checked_figure() -> None:
    """Not printed anywhere: worked out by another package. Position by position the alpha of these marks is 0.3286."""
    bertha = [Section("Bertha", 2, 8, "x"), Section("Bertha", 14, 6, "x")]
    bill = [Section("Bill", 4, 4, "x"), Section("Bill", 15, 2, "x")]
    text = Continuum("example A", 24, ("Bertha", "Bill"), (*bertha, *bill))

    assert text_agreement([text], TextStatistic.U_ALPHA).value == pytest.approx(0.3583, abs=5e-5)
    assert agreement(marked_positions([text], "x")).value == pytest.approx(0.328571, abs=5e-7)


def test_sections_that_overlap_one_of_the_same_coder_and_code_become_one() -> None:
    apart = [Section("a", 0, 5, "x"), Section("a", 3, 5, "x"), Section("a", 8, 2, "x"), Section("b", 0, 8, "x")]
    joined = [Section("a", 0, 8, "x"), Section("a", 8, 2, "x"), Section("b", 0, 8, "x")]

    text, other = (Continuum("t", 20, ("a", "b"), tuple(each)) for each in (apart, joined))

    assert text.merged_sections(["x"]) == 1
    assert text_agreement([text]).value == text_agreement([other]).value
    assert text_agreement([text]).units == 3


def test_a_coder_who_marked_nothing_disagrees_with_one_who_did() -> None:
    text = Continuum("t", 20, ("a", "b"), (Section("a", 0, 5, "x"),))

    found = text_agreement([text])

    assert found.value is not None
    assert found.value < 0


def test_texts_of_one_coder_say_nothing() -> None:
    alone = Continuum("t", 20, ("a",), (Section("a", 0, 5, "x"),))
    both = Continuum("u", 20, ("a", "b"), (Section("a", 0, 5, "x"), Section("b", 0, 5, "x")))

    assert "No text has two coders" in str(text_agreement([alone]).undefined_because)
    assert text_agreement([alone, both]).value == text_agreement([both]).value == 1


def test_two_codes_of_one_coder_at_one_place_need_another_statistic() -> None:
    text = Continuum("T03", 20, ("a", "b"), (Section("a", 0, 9, "x"), Section("a", 1, 2, "x"), Section("a", 5, 5, "y")))

    for statistic in (TextStatistic.U_ALPHA, TextStatistic.U_ALPHA_BINARY, TextStatistic.CU_ALPHA):
        assert "a has both x and y at position 5 of T03" in str(text_agreement([text], statistic).undefined_because)
    assert text_agreement([text]).value is not None


def test_several_texts_count_by_their_length_and_are_drawn_whole() -> None:
    one = Continuum("one", 100, ("a", "b"), (Section("a", 0, 10, "x"), Section("b", 0, 10, "x")))
    other = Continuum("other", 300, ("a", "b"), (Section("a", 0, 10, "x"), Section("b", 50, 10, "x")))
    parts = [unitizing_disagreement(text, "x") for text in (one, other)]

    found = text_agreement([one, other])

    observed, expected = (100 * first + 300 * second for first, second in zip(*parts, strict=True))
    assert found.value == pytest.approx(1 - observed / expected)
    assert found.spread is not None
    assert (found.spread.drawn, found.spread.many, found.spread.is_indicative) == ("transcripts", 2, True)
    alphas = [text_agreement([text]).value for text in (one, other)]
    assert found.spread.leave_one_out == pytest.approx((min(alphas), max(alphas)))


@pytest.mark.parametrize(
    ("length", "sections", "said"),
    [
        (0, [], "The text has 0 positions"),
        (9, [Section("a", 5, 5, "x")], "from 5 to 10 is not within the text of 9"),
        (9, [Section("a", -1, 3, "x")], "from -1 to 2 is not within"),
        (9, [Section("a", 3, 0, "x")], "a length is 1 or more"),
        (9, [Section("z", 3, 1, "x")], "z has sections but is not among the coders"),
    ],
)
def test_a_section_that_cannot_be_is_refused(length: int, sections: list[Section], said: str) -> None:
    with pytest.raises(AgreementError, match=said):
        Continuum("t", length, ("a", "b"), tuple(sections))
