"""Statistics against packages that cannot be installed beside the project: `make test-oracles` runs this.

irrCAC asks for pandas 2 and coverage before 7, krippendorff-unitized-alpha for numpy 1; the project and its tests run
on newer ones, and pygamma-agreement brings a compiler and solvers along. So the packages have an environment of their
own and answer there, table by table. What installs together is compared in tests/voices/test_agreement_oracles.py, in
every run.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.voices.rules.agreement import Level, Statistic, TextStatistic, agreement, ratings_of
from commonpool.voices.rules.agreement.gamma import disorder, disorder_of, units_of
from commonpool.voices.rules.agreement.of_texts import text_agreement
from commonpool.voices.rules.agreement.sections import Continuum, Section
from tests.voices.tables import tables

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".oracles" / "bin" / "python"
# No zero: irrCAC divides by the sum of two values.
AMOUNTS = (1.0, 2.0, 3.0, 5.0, 8.0)
Ask = Callable[[dict[str, Any]], dict[str, float | None]]

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="the packages that conflict with the project's are not here: `make test-oracles`"
)


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """The packages' figures for a question; see tests/oracles/answering.py."""
    command = [str(PYTHON), str(Path(__file__).parent / "answering.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def answer(question: dict[str, Any]) -> dict[str, float | None]:
            print(json.dumps(question), file=process.stdin, flush=True)
            heard: dict[str, float | None] = json.loads(process.stdout.readline())
            return heard

        yield answer


def assert_same(ask: Ask, table: list[list], level: Level, statistics: list[Statistic]) -> None:
    """Where ours is defined, so is the package's, and equal. Where ours is not, the package divides by nothing.

    So it does for the standard error of a single unit, which it cannot leave out.
    """
    if sum(len(column) - column.count(None) > 1 for column in zip(*table, strict=True)) < 2:
        return
    theirs = ask({"kind": "ratings", "table": table, "level": level})
    for statistic in statistics:
        ours = agreement(ratings_of(table), statistic, level, draws=0).value
        if ours is not None:
            assert theirs[statistic] == pytest.approx(ours, abs=1e-9), statistic


@settings(max_examples=60)
@given(table=tables(values=AMOUNTS), level=st.sampled_from(list(Level)))
def test_gwet_and_brennan_prediger_with_missing_values_are_irrcacs(ask: Ask, table: list[list], level: Level) -> None:
    assert_same(ask, table, level, [Statistic.GWET_AC1, Statistic.BRENNAN_PREDIGER])


@settings(max_examples=60)
@given(table=tables(values=AMOUNTS, missing=False), level=st.sampled_from(list(Level)))
def test_fleiss_kappa_weighted_too_is_irrcacs(ask: Ask, table: list[list], level: Level) -> None:
    assert_same(ask, table, level, [Statistic.FLEISS_KAPPA])


@settings(max_examples=60)
@given(table=tables(values=AMOUNTS, missing=False, coders=(2, 2)), level=st.sampled_from(list(Level)))
def test_two_coders_kappa_and_pi_weighted_too_are_irrcacs(ask: Ask, table: list[list], level: Level) -> None:
    """For two coders Conger's kappa is Cohen's, and Fleiss' is Scott's pi."""
    assert_same(ask, table, level, [Statistic.COHEN_KAPPA])
    assert_same(ask, table, level, [Statistic.FLEISS_KAPPA])
    pi, kappa = (
        agreement(ratings_of(table), each, level, draws=0).value
        for each in (Statistic.SCOTT_PI, Statistic.FLEISS_KAPPA)
    )
    assert pi == pytest.approx(kappa)


@settings(max_examples=60)
@given(table=tables(values=AMOUNTS), level=st.sampled_from([Level.NOMINAL, Level.INTERVAL, Level.RATIO]))
def test_krippendorffs_alpha_is_irrcacs(ask: Ask, table: list[list], level: Level) -> None:
    """Not of ordered values: irrCAC weighs them by Gwet's scheme, not by Krippendorff's."""
    assert_same(ask, table, level, [Statistic.KRIPPENDORFF_ALPHA])


@st.composite
def texts(draw: Any) -> Continuum:
    """Two to four coders' sections of a text of 5 to 60 positions, one code at a place."""
    length = draw(st.integers(5, 60))
    sections, coders = [], tuple("abcd"[: draw(st.integers(2, 4))])
    for coder in coders:
        cuts = sorted(draw(st.sets(st.integers(0, length), min_size=2, max_size=8)))
        for start, end in pairwise(cuts):
            code = draw(st.sampled_from(["access", "money", None]))
            sections += [Section(coder, start, end - start, code)] if code else []
    return Continuum("text", length, coders, tuple(sections))


def as_lists(text: Continuum) -> dict[str, list[tuple[str, int, int]]]:
    return {
        coder: [(each.code, each.start, each.end) for each in text.sections if each.coder == coder]
        for coder in text.coders
    }


@settings(max_examples=100)
@given(text=texts())
def test_the_alphas_of_2016_are_those_of_another_package(ask: Ask, text: Continuum) -> None:
    ours = {
        each: text_agreement([text], each, draws=0).value
        for each in (TextStatistic.U_ALPHA, TextStatistic.U_ALPHA_BINARY)
    }

    if None not in ours.values():
        theirs = ask({"kind": "sections", "length": text.length, "coders": as_lists(text)})
        assert theirs == pytest.approx(ours, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(text=texts())
def test_the_best_alignment_costs_what_pygamma_agreement_says(ask: Ask, text: Continuum) -> None:
    if text.sections:
        theirs = ask({"kind": "gamma", "texts": 1, "coders": as_lists(text)})

        # The package counts in single precision.
        assert theirs["observed"] == pytest.approx(disorder(units_of(text)), abs=1e-4)


@pytest.mark.parametrize(("coders", "sections"), [(2, 1), (2, 6), (2, 15), (3, 6)])
def test_chance_is_that_of_pygamma_agreement_but_for_luck(ask: Ask, coders: int, sections: int) -> None:
    """Both means are of random texts; five times their joint standard error is taken for luck."""
    names = tuple("abc"[:coders])
    marks = [
        Section(coder, 12 + 30 * at + 3 * late, 10 + at % 4, ("access", "money")[at % 3 == 0])
        for late, coder in enumerate(names)
        for at in range(sections)
    ]
    text = Continuum("text", 600, names, tuple(marks))

    ours = disorder_of(text, 1)
    theirs = ask({"kind": "gamma", "texts": 200, "coders": as_lists(text)})

    assert theirs["observed"] == pytest.approx(ours.observed, abs=1e-4)
    error = ours.expected * ours.within / 1.96 * (1 + ours.drawn / 200) ** 0.5
    assert theirs["expected"] == pytest.approx(ours.expected, abs=5 * error)
