"""Gamma: the best alignment by trying all of them, and what must hold for any coders."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.voices.rules.agreement import AgreementError, TextStatistic
from commonpool.voices.rules.agreement import gamma as rule
from commonpool.voices.rules.agreement.gamma import Habits, disorder, disorder_of, random_text, units_of
from commonpool.voices.rules.agreement.of_texts import text_agreement
from commonpool.voices.rules.agreement.sections import Continuum, Section
from tests.voices import slow_agreement as slowly

CODES = ("access", "money")


@st.composite
def texts(draw: Any, *, most_coders: int = 3, most_sections: int = 3) -> Continuum:
    """Two coders or more with a few sections each, one at least; sections of several codes may overlap."""
    coders = tuple("abcd"[: draw(st.integers(2, most_coders))])
    sections = [
        Section(coder, draw(st.integers(0, 30)), draw(st.integers(1, 10)), draw(st.sampled_from(CODES)))
        for coder in coders
        for _ in range(draw(st.integers(0, most_sections)))
    ]
    return Continuum("text", 40, coders, tuple(sections or [Section("a", 3, 5, "money")]))


def lists_of(text: Continuum) -> list[list[slowly.Unit]]:
    return [
        [(start, end, code) for code in CODES for start, end in text.spans(code)[coder].tolist()]
        for coder in text.coders
    ]


def gamma(*texts: Continuum) -> float | None:
    return text_agreement(texts, TextStatistic.GAMMA, draws=0).value


@settings(max_examples=80, deadline=None)
@given(texts(most_coders=4, most_sections=2))
def test_the_best_alignment_is_the_cheapest_of_all(text: Continuum) -> None:
    assert disorder(units_of(text)) == pytest.approx(slowly.gamma_disorder(lists_of(text)))


@settings(max_examples=60, deadline=None)
@given(texts(most_coders=2, most_sections=5))
def test_two_coders_pairs_are_what_integer_programming_finds(text: Continuum) -> None:
    coders = units_of(text)
    by_program = rule._of_several(rule.groups_of(coders))

    assert disorder(coders) == pytest.approx(by_program * 2 / sum(len(each.starts) for each in coders))


def test_a_worked_example() -> None:
    """Two sections that overlap by half, one of another code, and one that only Ann has.

    Starts and ends lie 5 + 5 apart for lengths of 10 + 10, squared 0.25; the other code costs 1; alone costs 1.
    There are 5 sections, 2.5 for each coder.
    """
    ann = [Section("Ann", 0, 10, "x"), Section("Ann", 20, 10, "x"), Section("Ann", 60, 10, "x")]
    ben = [Section("Ben", 5, 10, "x"), Section("Ben", 20, 10, "y")]

    assert disorder_of(Continuum("t", 100, ("Ann", "Ben"), (*ann, *ben)), 1).observed == (0.25 + 1 + 1) / 2.5


@settings(max_examples=60, deadline=None)
@given(texts(most_coders=2), st.integers(2, 3))
def test_coders_who_are_alike_have_no_disorder(text: Continuum, many: int) -> None:
    mine = [each for each in text.sections if each.coder == text.sections[0].coder]
    coders = tuple("abc"[:many])
    alike = Continuum("t", 40, coders, tuple(replace(each, coder=coder) for coder in coders for each in mine))

    assert disorder(units_of(alike)) == 0


@pytest.mark.parametrize("coders", [2, 3, 4])
def test_coders_who_are_alike_agree_fully(coders: int) -> None:
    assert gamma(a_text(coders=coders)) == 1


@settings(max_examples=60, deadline=None)
@given(texts(), st.randoms(use_true_random=False))
def test_the_order_of_coders_and_sections_and_their_names_do_not_matter(text: Continuum, order: Any) -> None:
    coders, sections = list(text.coders), list(text.sections)
    order.shuffle(coders)
    order.shuffle(sections)
    named = dict(zip(text.coders, "wxyz", strict=False))
    other = Continuum(
        "other",
        text.length,
        tuple(named[each] for each in coders),
        tuple(replace(each, coder=named[each.coder]) for each in sections),
    )

    # Chance depends on the habits alone, and on the seed.
    assert asdict_of(Habits.of(units_of(other))) == asdict_of(Habits.of(units_of(text)))
    assert disorder(units_of(other)) == pytest.approx(disorder(units_of(text)))


def asdict_of(habits: Habits) -> dict[str, Any]:
    return {**asdict(habits), "codes": habits.codes.tolist()}


@settings(max_examples=25, deadline=None)
@given(texts(), st.integers(1, 500))
def test_the_observed_disorder_is_the_same_wherever_in_the_text_all_of_it_lies(text: Continuum, by: int) -> None:
    """Chance is not: how far into the text the first section begins is one of the coders' habits."""
    moved = replace(
        text, length=text.length + by, sections=tuple(replace(each, start=each.start + by) for each in text.sections)
    )

    assert disorder(units_of(moved)) == pytest.approx(disorder(units_of(text)))


@settings(max_examples=25, deadline=None)
@given(texts(most_coders=2), st.integers(2, 100))
def test_the_measure_of_length_does_not_matter(text: Continuum, times: int) -> None:
    larger = replace(
        text,
        length=text.length * times,
        sections=tuple(replace(each, start=each.start * times, length=each.length * times) for each in text.sections),
    )

    assert gamma(larger) == pytest.approx(gamma(text), abs=1e-6)


def a_text(name: str = "T01", *, moved: int = 0, coders: int = 2, sections: int = 8) -> Continuum:
    """Each coder's sections begin so much later than the last coder's."""
    names = tuple("abcdefgh"[:coders])
    return Continuum(
        name,
        sections * 30 + 40,
        names,
        tuple(
            Section(coder, 30 * at + moved * late, 10 + at % 4, CODES[at % 2])
            for late, coder in enumerate(names)
            for at in range(sections)
        ),
    )


def test_random_texts_have_the_coders_habits() -> None:
    habits = Habits(number=(12.0, 2.0), gap=(20.0, 4.0), length=(9.0, 1.5), codes=np.array([0.75, 0.25]))
    chance = np.random.default_rng(1)

    drawn = [units for _ in range(600) for units in random_text(habits, 2, chance)]

    found = Habits.of(drawn)
    # Half a section less: a number is cut to a whole one.
    assert found.number == pytest.approx((11.5, 2.0), abs=0.2)
    assert found.gap == pytest.approx((20.0, 4.0), abs=0.2)
    assert found.length == pytest.approx((9.0, 1.5), abs=0.1)
    assert found.codes == pytest.approx([0.75, 0.25], abs=0.02)


def test_coders_who_mark_by_chance_agree_as_chance_does() -> None:
    habits = Habits(number=(20.0, 0.0), gap=(30.0, 25.0), length=(12.0, 4.0), codes=np.array([0.5, 0.5]))
    chance = np.random.default_rng(2)
    texts = [random_text(habits, 2, chance) for _ in range(40)]

    found = [1 - disorder(each) / rule.expected_disorders(Habits.of(each), 2, 1).mean() for each in texts]

    assert np.mean(found) == pytest.approx(0, abs=0.05)


def test_the_further_apart_the_less_they_agree() -> None:
    values = [gamma(a_text(moved=moved)) for moved in (0, 1, 3, 6, 10)]

    assert values[0] == 1
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)


def test_the_seed_says_which_random_texts_are_drawn() -> None:
    text = a_text(moved=3, sections=5)

    first, again, other = (disorder_of.__wrapped__(text, seed) for seed in (1, 1, 2))

    assert first == again
    assert first.expected != other.expected
    # Each is within 2% of the true one, more or less.
    assert first.expected == pytest.approx(other.expected, rel=0.08)


def test_so_many_random_texts_are_drawn_that_the_mean_is_known_within_two_per_cent() -> None:
    differing = np.tile([0.9, 1.1], 15)  # a tenth of the mean: (0.1 × 1.96 ÷ 0.02)² = 96.04

    assert rule.texts_needed(differing) == 97
    assert rule.texts_needed(np.full(30, 0.4)) == 30
    assert rule.texts_needed(np.zeros(30)) == 30


def test_several_texts_count_by_the_sections_of_an_average_coder() -> None:
    one, other = a_text("one", moved=2), a_text("other", moved=9, sections=3)
    parts = [disorder_of(each, 1) for each in (one, other)]

    found = text_agreement([one, other], TextStatistic.GAMMA)

    assert [each.sections for each in parts] == [8, 3]
    assert found.value == pytest.approx(
        1 - sum(each.sections * each.observed for each in parts) / sum(each.sections * each.expected for each in parts)
    )
    assert found.spread is not None
    assert (found.spread.drawn, found.spread.many) == ("transcripts", 2)
    assert found.interval is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (Continuum("t", 9, ("a", "b"), ()), "Nobody marked anything: there are no sections to compare."),
        (Continuum("t", 9, ("a",), (Section("a", 0, 5, "x"),)), "No text has two coders: agreement needs two."),
        (
            Continuum("t", 9, ("a", "b"), (Section("a", 0, 5, "x"), Section("b", 0, 5, "x"))),
            "Random texts with the coders' habits are all alike",
        ),
    ],
)
def test_where_gamma_is_undefined_the_reason_is_told(text: Continuum, said: str) -> None:
    found = text_agreement([text], TextStatistic.GAMMA)

    assert found.value is None
    assert str(found.undefined_because).startswith(said)


def test_a_text_too_large_is_refused_in_words() -> None:
    large = a_text("T09", sections=301)
    sections = tuple(Section(coder, at, 200, f"c{at}") for coder in "abcde" for at in range(6))
    dense = Continuum("T10", 300, tuple("abcde"), sections)

    with pytest.raises(
        AgreementError, match=r"T09 has 602 sections, and gamma takes up to 600\. Ask for unitizing_alpha"
    ):
        text_agreement([large], TextStatistic.GAMMA)
    with pytest.raises(AgreementError, match="T10 is too much for gamma: more than 4,000 groups"):
        text_agreement([dense], TextStatistic.GAMMA)


def test_the_command_tells_gamma_and_what_its_chance_is(tmp_path: Path) -> None:
    file = tmp_path / "sections.csv"
    rows = [f"{each.coder},{each.start},{each.length},{each.code}" for each in a_text(moved=3).sections]
    file.write_text("\n".join(["coder,start,length,value", *rows]))
    asked = ["voices", "agreement", "--units", str(file), "--continuum", "300", "--statistic", "gamma"]

    said = CliRunner().invoke(app, asked).stdout
    found = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)

    assert found["value"] == gamma(a_text(moved=3))
    assert (found["statistic"], found["units"], found["coders"], found["interval"]) == ("gamma", 16, 2, None)
    assert said.startswith("sections.csv: gamma: 0.")
    assert "No interval. There is one transcript only" in said
    assert "random texts for each transcript, seed 1: the expected disorder is known within" in said


def test_the_command_refuses_a_text_too_large_with_2(tmp_path: Path) -> None:
    file = tmp_path / "sections.csv"
    rows = [f"{coder},{2 * at},1,x" for coder in "ab" for at in range(301)]
    file.write_text("\n".join(["coder,start,length,value", *rows]))

    ended = CliRunner().invoke(
        app, ["voices", "agreement", "--units", str(file), "--continuum", "700", "--statistic", "gamma"]
    )

    assert ended.exit_code == 2
    assert "gamma takes up to 600" in ended.stderr
