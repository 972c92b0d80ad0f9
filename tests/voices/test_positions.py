"""Overlapping codes compared one by one: by position, by sentence or turn, pooled over codes and over transcripts."""

from __future__ import annotations

import pytest
from hypothesis import given

from commonpool.voices.rules.agreement import AgreementError, Statistic, agreement, ratings_of
from commonpool.voices.rules.agreement.by_code import averages, by_code, by_transcript, pooled_over_codes
from commonpool.voices.rules.agreement.kappa import kappa_by_category, kappa_details
from commonpool.voices.rules.agreement.positions import Stretch, marked_positions, marked_stretches, sentences
from commonpool.voices.rules.agreement.sections import Continuum, Section
from tests.voices import slow_agreement as slowly
from tests.voices.tables import complete
from tests.voices.test_sections import CODES, texts

KAPPA, PERCENT = Statistic.COHEN_KAPPA, Statistic.PERCENT_AGREEMENT


def a_text(name: str = "T01", length: int = 20, coders: str = "ab", **marks: list[tuple[str, int, int]]) -> Continuum:
    """a_text(access=[("a", 0, 5)]): sections by code, as (coder, start, end)."""
    sections = [Section(coder, s, e - s, code) for code, each in marks.items() for coder, s, e in each]
    return Continuum(name, length, tuple(coders), tuple(sections))


def by_position(text: Continuum, code: str) -> list[list[int]]:
    """A row a coder, a column a position: 1 where marked. Slow."""
    return [
        [
            int(any(s.start <= at < s.end for s in text.sections if (s.coder, s.code) == (coder, code)))
            for at in range(text.length)
        ]
        for coder in text.coders
    ]


@given(texts())
def test_each_position_is_marked_with_a_code_or_not(text: Continuum) -> None:
    for code in CODES:
        found = marked_positions([text], code)
        table = by_position(text, code)

        assert found.units == text.length
        assert agreement(found, draws=0).value == pytest.approx(slowly.krippendorff_alpha(table))
        presence = agreement(found, Statistic.PRESENCE_AGREEMENT, draws=0).value
        assert presence == pytest.approx(slowly.presence_agreement(table))


@given(texts())
def test_a_sentence_is_marked_if_it_is_touched(text: Continuum) -> None:
    stretches = [Stretch(at, min(at + 7, text.length)) for at in range(0, text.length, 7)]
    for code in CODES:
        marks = by_position(text, code)
        table = [[int(any(row[each.start : each.end])) for each in stretches] for row in marks]

        found = marked_stretches([text], code, {text.name: stretches})

        assert found.units == len(stretches)
        assert agreement(found, PERCENT, draws=0).value == pytest.approx(slowly.percent_agreement(table))


def test_a_coder_of_another_transcript_is_missing_and_not_a_coder_who_marked_nothing() -> None:
    first = a_text("T01", coders="ab", access=[("a", 0, 5), ("b", 0, 5)])
    second = a_text("T02", coders="bc", access=[("b", 0, 5), ("c", 0, 5)])

    found = agreement(marked_positions([first, second], "access"), draws=0)

    assert (found.value, found.coders, found.pairable) == (1, 3, 80)


def test_sentences_are_drawn_by_turn_within_transcripts_where_turns_are_known() -> None:
    stretches = {name: [Stretch(0, 5, "1"), Stretch(5, 10, "1"), Stretch(10, 20, "2")] for name in ("T01", "T02")}
    two = [a_text(name, access=[("a", 0, 3), ("b", 0, 12)]) for name in stretches]

    found = agreement(marked_stretches(two, "access", stretches), PERCENT)

    assert found.value == pytest.approx(1 / 3)
    assert found.spread is not None
    assert found.spread.drawn == "transcripts, and turns within them"


def test_a_text_without_its_sentences_is_refused() -> None:
    with pytest.raises(AgreementError, match="T01 has no sentences or turns"):
        marked_stretches([a_text()], "access", {})
    with pytest.raises(AgreementError, match="from 15 to 25 is not within the text of 20"):
        marked_stretches([a_text()], "access", {"T01": [Stretch(0, 5), Stretch(15, 25)]})


def test_sentences_end_at_stops_and_line_ends_and_leave_nothing_out() -> None:
    text = 'We pooled it. "Who pays?" Nobody knew…\n\nThen we did!'

    found = list(sentences(text))

    assert [text[each.start : each.end].strip() for each in found] == [
        "We pooled it.",
        '"Who pays?"',
        "Nobody knew…",
        "Then we did!",
    ]
    assert (found[0].start, found[-1].end) == (0, len(text))


def test_pooled_kappa_averages_observed_and_expected_agreement_over_codes_first() -> None:
    ratings = {
        "access": ratings_of([[1, 1, 0, 0, 1, 0], [1, 0, 0, 0, 1, 1]]),
        "money": ratings_of([[1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 1]]),
    }
    each = [agreement(one, KAPPA, draws=0) for one in ratings.values()]

    found = pooled_over_codes(ratings, KAPPA)

    observed = sum(one.observed for one in each) / 2
    expected = sum(one.expected for one in each) / 2
    assert found.value == pytest.approx(1 - observed / expected)
    assert found.value != pytest.approx(averages(each).unweighted)


def test_a_code_that_nobody_gave_does_not_move_the_pooled_figure() -> None:
    given_ = ratings_of([[1, 1, 0, 0], [1, 0, 0, 0]])
    never = ratings_of([[0, 0, 0, 0], [0, 0, 0, 0]])

    both = pooled_over_codes({"access": given_, "money": never}, KAPPA)

    assert both.value == pytest.approx(agreement(given_, KAPPA).value)


def test_codes_of_the_same_transcripts_are_drawn_together() -> None:
    names = [f"T{at:02}" for at in range(24)]
    many = [
        a_text(name, access=[("a", 0, 5), ("b", at % 4, 5)], money=[("a", 9, 12), ("b", 9, 12 + at % 3)])
        for at, name in enumerate(names)
    ]
    ratings = {code: marked_positions(many, code) for code in CODES}

    found = by_code(ratings, KAPPA)

    assert set(found.codes) == set(CODES)
    assert set(found.transcripts) == set(names)
    assert found.pooled.interval is not None
    assert found.pooled.interval[0] < found.pooled.value < found.pooled.interval[1]
    assert found.pooled.spread.many == 24
    assert found.transcripts["T00"].value == pytest.approx(
        pooled_over_codes({code: marked_positions(many[:1], code) for code in CODES}, KAPPA).value
    )


def test_each_transcript_has_its_figure_and_their_means_are_named() -> None:
    long = a_text("long", 100, access=[("a", 0, 50), ("b", 0, 50)])
    short = a_text("short", 20, access=[("a", 0, 10), ("b", 5, 10)])
    empty = a_text("empty", 20)

    found = by_transcript(marked_positions([long, short, empty], "access"), KAPPA)

    means = averages(found.values())
    assert found["long"].value == 1
    assert found["empty"].undefined_because is not None
    assert (means.of, means.undefined) == (2, 1)
    assert means.unweighted == pytest.approx((1 + found["short"].value) / 2)
    assert means.weighted == pytest.approx((100 + 20 * found["short"].value) / 120)


def test_two_coders_of_a_transcript_have_a_kappa_although_a_third_coded_others() -> None:
    first = a_text("T01", coders="ab", access=[("a", 0, 5), ("b", 1, 5)])
    second = a_text("T02", coders="bc", access=[("b", 0, 5), ("c", 0, 5)])
    ratings = marked_positions([first, second], "access")

    alone, of_codes = by_transcript(ratings, KAPPA), by_code({"access": ratings}, KAPPA)

    assert agreement(ratings, KAPPA).value is None
    assert of_codes.pooled.value is None
    assert {name: each.value for name, each in alone.items()} == {"T01": pytest.approx(0.857, abs=5e-4), "T02": 1}
    assert {name: each.value for name, each in of_codes.transcripts.items()} == pytest.approx(
        {name: each.value for name, each in alone.items()}
    )


def test_means_of_nothing_are_nothing() -> None:
    assert averages([]).unweighted is None
    assert averages([agreement(ratings_of([["a"], ["a"]]), KAPPA)]).weighted is None


def test_no_codes_have_no_pooled_figure() -> None:
    assert pooled_over_codes({}).undefined_because == "There is no code to compare."
    alone = pooled_over_codes({"access": ratings_of([[1, 0]])}, KAPPA)
    assert alone.undefined_because == "There is one coder: agreement needs two."


@given(complete)
def test_the_kappa_of_a_category_is_that_of_it_against_all_others(table: list[list]) -> None:
    for label, found in kappa_by_category(ratings_of(table)).items():
        against = [[float(each == label) for each in row] for row in table]

        assert found.value == pytest.approx(slowly.fleiss_kappa(against))


def test_a_kappa_that_is_undefined_has_no_details() -> None:
    assert kappa_details(ratings_of([["a", "a"], ["a", "a"]])) is None
    assert kappa_by_category(ratings_of([["a", "b"], ["a", None], ["a", "b"]])) == {}
