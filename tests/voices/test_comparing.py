"""Comparing coders of some texts in every way at once, and taking that to the command and back."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.voices.rules.agreement import Statistic, TextStatistic
from commonpool.voices.rules.agreement.by_code import by_code
from commonpool.voices.rules.agreement.comparing import (
    Asked,
    Stretches,
    Unit,
    compare,
    ratings_by_code,
    rows_of_ratings,
    rows_of_sections,
    with_those_above,
)
from commonpool.voices.rules.agreement.positions import Stretch
from commonpool.voices.rules.agreement.sections import Continuum, Section

CODES = ("money", "risk, shared", "=trust")
LENGTH = 400


def texts(many: int = 5, *, seed: int = 3, coders: tuple[str, ...] = ("AB", "CD")) -> list[Continuum]:
    """Texts of two coders who mostly agree, the second a little off."""
    chance = Random(seed)
    return [Continuum(f"T{at:02}", LENGTH, coders, tuple(_sections(chance, coders, at))) for at in range(1, many + 1)]


def _sections(chance: Random, coders: tuple[str, ...], at: int) -> list[Section]:
    made = []
    for start in range(0, LENGTH - 60, 40):
        code = chance.choice(CODES)
        for coder in coders:
            if chance.random() < 0.85:
                moved = chance.randint(0, 6)
                used = code if chance.random() < 0.85 else chance.choice(CODES)
                made.append(Section(coder, start + moved, 30 + at, used))
    return made


def sentences_of(every: list[Continuum]) -> Stretches:
    """A sentence every ten positions, a turn every forty."""
    return {text.name: [Stretch(at, at + 10, f"turn {at // 40}") for at in range(0, text.length, 10)] for text in every}


@pytest.mark.requirement("S130")
@pytest.mark.parametrize("unit", [Unit.CHARACTER, Unit.SENTENCE])
@pytest.mark.parametrize("statistic", [Statistic.KRIPPENDORFF_ALPHA, Statistic.COHEN_KAPPA, Statistic.GWET_AC1])
def test_the_command_gives_the_same_figure_from_what_is_downloaded(
    statistic: Statistic, unit: Unit, tmp_path: Path
) -> None:
    every = texts()
    asked = Asked(statistic, unit, draws=200)

    found = compare(every, asked, sentences_of(every)).whole

    rows = rows_of_ratings(ratings_by_code(every, unit, sentences_of(every)))
    told = by_command(tmp_path, rows, "--statistic", str(statistic), "--draws", "200")
    assert told == {"value": found.value, "interval": list(found.interval or ()), "units": found.units}


@pytest.mark.requirement("S130")
@pytest.mark.parametrize("statistic", [TextStatistic.UNITIZING_ALPHA])
def test_the_command_gives_the_same_figure_of_sections(statistic: TextStatistic, tmp_path: Path) -> None:
    every = [*texts(), Continuum("T09", 50, ("AB", "CD"), (Section("AB", 3, 9, "money"),))]

    found = compare(every, Asked(statistic, Unit.SECTION, draws=200)).whole

    told = by_command(tmp_path, rows_of_sections(every), "--draws", "200", as_sections=True)
    assert told == {"value": found.value, "interval": list(found.interval or ()), "units": found.units}


def by_command(tmp_path: Path, rows: object, *options: str, as_sections: bool = False) -> dict[str, object]:
    """Value, interval and units as the command says of such a file."""
    from commonpool.sheets import csv_lines

    file = tmp_path / "file.csv"
    file.write_text("".join(csv_lines(rows)), encoding="utf-8")  # type: ignore[arg-type]
    given = ["--units", str(file)] if as_sections else [str(file)]
    answer = CliRunner().invoke(app, ["voices", "agreement", *given, *options, "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    return {name: found[name] for name in ("value", "interval", "units")}


def test_codes_come_worst_first_with_what_each_coder_marked() -> None:
    text = Continuum(
        "T01",
        100,
        ("AB", "CD"),
        (
            Section("AB", 0, 10, "good"),
            Section("CD", 0, 10, "good"),
            Section("AB", 20, 10, "bad"),
            Section("AB", 25, 10, "bad"),
            Section("CD", 90, 10, "bad"),
        ),
    )

    found = compare([text], Asked(draws=0))

    assert [each.code for each in found.codes] == ["bad", "good"]
    assert found.codes[0].sections == {"AB": 1, "CD": 1}, "sections that overlap are one"
    assert [each.presence.value for each in found.codes] == [0.0, 1.0]


def test_a_text_of_one_coder_is_not_compared() -> None:
    pair, alone = texts(2)[0], Continuum("T08", 10, ("AB",), (Section("AB", 0, 5, "money"),))

    assert compare([pair, alone], Asked(draws=0)).whole == compare([pair], Asked(draws=0)).whole


def test_pooled_figures_are_those_of_the_rules() -> None:
    every = texts()

    found = compare(every, Asked(Statistic.GWET_AC1, Unit.SENTENCE, draws=50), sentences_of(every))

    expected = by_code(ratings_by_code(every, Unit.SENTENCE, sentences_of(every)), Statistic.GWET_AC1, draws=50)
    assert found.whole == expected.pooled
    assert {each.code: each.found for each in found.codes} == expected.codes
    assert found.transcripts == expected.transcripts


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 20), st.integers(1, 9)), max_size=12))
def test_codes_above_count_what_stands_beneath_them(marks: list[tuple[str, int, int]]) -> None:
    parents = {"a": None, "b": "a", "c": "b", "d": None}
    sections = [Section("AB", start, length, code) for code, start, length in marks]

    found = list(with_those_above(sections, parents))

    above = {"a": ("a",), "b": ("b", "a"), "c": ("c", "b", "a"), "d": ("d",)}
    slowly = [Section("AB", each.start, each.length, code) for each in sections for code in above[each.code]]
    assert found == slowly


def test_rows_that_stand_for_many_units_count_as_many(tmp_path: Path) -> None:
    short = "unit,coder,value,repeats\na,AB,x,3\na,CD,x,3\nb,AB,x,1\nb,CD,y,1\nc,AB,y,2\nc,CD,y,2\n"
    rows = list(csv.DictReader(StringIO(short)))
    long = [("unit", "coder", "value")] + [
        (f"{row['unit']}{at}", row["coder"], row["value"]) for row in rows for at in range(int(row["repeats"]))
    ]

    told = by_command(tmp_path, list(csv.reader(StringIO(short))), "--draws", "0")

    assert told["value"] == pytest.approx(by_command(tmp_path, long, "--draws", "0")["value"])
    assert told["units"] == 6


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("a,AB,x,0\na,CD,x,0\n", "‘0’ is no number of units"),
        ("a,AB,x,\n", "repeats is empty"),
        ("a,AB,x,2\na,CD,x,3\n", "unit a stands for ‘2’ units in row 2, and for ‘3’ here"),
    ],
)
def test_a_wrong_number_of_repeats_is_told_with_its_row(tmp_path: Path, rows: str, wrong: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text(f"unit,coder,value,repeats\n{rows}", encoding="utf-8")

    answer = CliRunner().invoke(app, ["voices", "agreement", str(file)])

    assert answer.exit_code == 2
    assert wrong in answer.output
