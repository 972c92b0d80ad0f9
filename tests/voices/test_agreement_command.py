"""`commonpool voices agreement`: figures for programs and people, and every fault of a file at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from commonpool.cli import app, main

KEYS = {"statistic", "level", "value", "interval", "units", "coders", "pairable", "undefined_because"}
RATINGS = "unit,coder,value\n" + "".join(
    f"{unit},{coder},{value}\n"
    for unit, pair in enumerate(["aa", "ab", "bb", "aa", "ba", "bb"], start=1)
    for coder, value in zip(("Ann", "Ben"), pair, strict=True)
)
SECTIONS = """coder,start,length,value
i,75,70,c
i,220,30,c
j,70,80,c
j,205,20,c
j,250,20,c
i,30,60,k
i,150,50,k
j,30,60,k
j,150,50,k
"""
Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path) -> Ask:
    def run(content: str | bytes | None, *options: str, as_sections: bool = False) -> Result:
        file = tmp_path / "file.csv"
        given = []
        if content is not None:
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            given = ["--units", str(file)] if as_sections else [str(file)]
        return CliRunner().invoke(app, ["voices", "agreement", *given, *options])

    return run


def test_json_has_eight_facts(ask: Ask) -> None:
    answer = ask(RATINGS, "--statistic", "cohen_kappa", "--format", "json")

    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert found.keys() == KEYS
    assert found["value"] == pytest.approx(1 / 3)
    assert (found["units"], found["coders"], found["pairable"]) == (6, 2, 12)
    low, high = found["interval"]
    assert low < found["value"] < high
    assert found["undefined_because"] is None


def test_programs_are_warned_beside_the_answer_that_few_were_drawn(ask: Ask) -> None:
    answer = ask(RATINGS, "--json")

    assert answer.stderr.startswith("Indicative: 6 units are few, and the interval is too narrow.")


def test_people_read_figure_interval_units_and_what_it_is_worth(ask: Ask) -> None:
    answer = ask(RATINGS, "--statistic", "cohen_kappa")

    assert answer.stdout.startswith("file.csv: Cohen's kappa (nominal): 0.333 (95% interval ")
    assert ", indicative)" in answer.stdout
    assert "6 units, 2 coders, 12 values in units that two coders or more gave one." in answer.stdout
    assert "With one unit left out at a time it is 0.167 to 0.615." in answer.stdout
    assert "2,000 draws of 6 units, seed 1" in answer.stdout
    assert "The most that these coders' habits allow is 1.000." in answer.stdout
    assert "add a column cluster" in answer.stdout


def test_the_seed_and_the_draws_are_the_askers(ask: Ask) -> None:
    longer = RATINGS + "".join(
        f"{at},{coder},{at % 7 // (4 + (coder == 'Ben'))}\n" for at in range(7, 60) for coder in ("Ann", "Ben")
    )
    first, again, other = (ask(longer, "--draws", "200", "--seed", seed, "--json").stdout for seed in "778")

    assert first == again
    assert first != other
    assert json.loads(ask(RATINGS, "--draws", "0", "--json").stdout)["interval"] is None


def test_an_undefined_figure_is_null_with_its_reason_and_no_failure(ask: Ask) -> None:
    same = "unit,coder,value\n1,a,x\n1,b,x\n2,a,x\n2,b,x\n"

    answer = ask(same, "--json")

    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert (found["value"], found["interval"]) == (None, None)
    assert found["undefined_because"].startswith("Every value that can be compared is ‘x’")
    assert "Krippendorff's alpha (nominal): undefined\nEvery value" in ask(same).stdout
    assert json.loads(ask(same, "--statistic", "percent_agreement", "--json").stdout)["value"] == 1


def test_transcripts_are_drawn_whole_and_have_figures_of_their_own(ask: Ask) -> None:
    rows = RATINGS.splitlines()
    doubled = [f"{row},{name}" for name in ("T01", "T02") for row in rows[1:]]

    answer = ask("\n".join([f"{rows[0]},cluster", *doubled]), "--details", "--json")

    details = json.loads(answer.stdout)["details"]
    assert details["spread"]["drawn"] == "transcripts"
    assert details["spread"]["is_indicative"] is True
    assert details["by_transcript"].keys() == {"T01", "T02"}
    assert details["mean_of_transcripts"]["of"] == 2


def test_overlapping_codes_are_compared_code_by_code_and_pooled(ask: Ask) -> None:
    marks = {("access", "a"): "1100", ("access", "b"): "1000", ("money", "a"): "1010", ("money", "b"): "1010"}
    rows = [f"{at},{coder},{code},{mark}" for (code, coder), each in marks.items() for at, mark in enumerate(each)]

    answer = ask("\n".join(["unit,coder,code,value", *rows]), "--statistic", "cohen_kappa", "--details", "--json")

    found = json.loads(answer.stdout)
    assert {code: each["value"] for code, each in found["details"]["by_code"].items()} == {"access": 0.5, "money": 1}
    assert found["value"] == pytest.approx(1 - 0.125 / 0.5)
    text = ask("\n".join(["unit,coder,code,value", *rows]), "--statistic", "cohen_kappa").stdout
    assert "Observed and expected agreement were averaged over the codes first (pooled)." in text
    assert "Mean of codes: 0.750 unweighted" in text


def test_nominal_values_are_text_and_others_numbers(ask: Ask) -> None:
    rows = "unit,coder,value\n1,a,1\n1,b,1.0\n2,a,2\n2,b,2\n3,a,3\n3,b,3\n"

    nominal, ordinal = (
        json.loads(ask(rows, "--statistic", "percent_agreement", "--level", each, "--json").stdout)["value"]
        for each in ("nominal", "ordinal")
    )

    assert (nominal, ordinal) == (pytest.approx(2 / 3), 1)


def test_two_of_several_coders_can_be_chosen(ask: Ask) -> None:
    three = RATINGS + "1,Cy,a\n2,Cy,a\n"

    refused = json.loads(ask(three, "--statistic", "cohen_kappa", "--json").stdout)
    chosen = ask(three, "--statistic", "cohen_kappa", "--coder", "Ann", "--coder", "Ben", "--json")

    assert refused["undefined_because"].startswith("Cohen's kappa compares two coders and 3 are here.")
    assert json.loads(chosen.stdout)["value"] == pytest.approx(1 / 3)


def test_sections_have_their_alpha_of_all_codes_and_of_each(ask: Ask) -> None:
    answer = ask(SECTIONS, "--continuum", "300", "--details", "--json", as_sections=True)

    found = json.loads(answer.stdout)
    assert found["statistic"] == "unitizing_alpha"
    assert found["value"] == pytest.approx(0.8587, abs=5e-5)
    assert (found["units"], found["coders"], found["pairable"], found["interval"]) == (9, 2, 600, None)
    assert found["details"]["by_code"]["c"]["value"] == pytest.approx(0.7286, abs=5e-5)
    assert found["details"]["spread"]["no_interval_because"] == (
        "There is one transcript only: nothing can be drawn again."
    )


def test_sections_asked_for_krippendorffs_alpha_have_the_same(ask: Ask) -> None:
    asked = ask(SECTIONS, "--continuum", "300", "--statistic", "krippendorff_alpha", "--json", as_sections=True)

    assert json.loads(asked.stdout)["value"] == pytest.approx(0.8587, abs=5e-5)


def test_texts_of_several_lengths_and_a_coder_who_marked_nothing(ask: Ask) -> None:
    rows = [
        "cluster,continuum,coder,start,length,value",
        "T01,100,a,0,10,x",
        "T01,100,b,2,10,x",
        "T01,100,b,8,10,x",
        "T02,50,a,0,10,x",
        "T02,50,b,,,",
        "T03,50,a,0,10,x",
    ]

    answer = ask("\n".join(rows), as_sections=True)

    assert "4 sections, 2 coders, 300 positions, one for each coder of a text." not in answer.stdout
    assert "3 sections, 2 coders, 300 positions, one for each coder of a text." in answer.stdout
    assert "1 section of one coder and code overlapped another and went into it." in answer.stdout
    assert "Left out, with one coder only: T03." in answer.stdout
    assert "Indicative: 2 transcripts are few" in answer.stdout


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("unit,value\n1,x\n", [], ["The column ‘coder’ is missing. The first row needs unit, coder, value."]),
        (
            "unit,coder,value,score,unit\n1,a,x,3,2\n",
            [],
            ["cell D1: ‘score’ is not known here.", "cell E1: The column ‘unit’ stands twice."],
        ),
        ("unit,coder,value\n", [], ["There is no row below the header."]),
        ("", [], ["‘file.csv’ is empty (0 bytes)."]),
        ("x\n1\n", [], ["The column ‘unit’ is", "The column ‘coder’ is", "The column ‘value’ is", "‘x’ is not known"]),
        (
            "unit,coder,value\n1,a,x\n1,a,y\n,b,x\n2,,x\n",
            [],
            [
                "cell A3 (unit): Row 3: coder a has a value for unit 1 in row 2 already (‘x’ there, ‘y’ here).",
                "cell A4 (unit): Row 4: unit is empty.",
                "cell B5 (coder): Row 5: coder is empty.",
            ],
        ),
        (
            "unit,coder,value\n1,a,high\n1,b,1e99\n2,a,nan\n2,b,٣\n",
            ["--level", "interval"],
            ["Row 2: ‘high’ is not a number", "Row 3: ‘1e99’", "Row 4: ‘nan’", "Row 5: ‘٣’"],
        ),
        ("unit,coder,value\n1,a,-1\n1,b,2\n", ["--level", "ratio"], ["Row 2: -1 is below 0"]),
        (
            "unit,coder,value,cluster,turn\n1,a,x,T1,4\n1,b,x,T1,5\n2,a,x,,4\n",
            [],
            ["Row 3: unit 1 is in turn ‘4’ in row 2.", "Row 4: cluster is empty."],
        ),
        (RATINGS, ["--coder", "Zoe"], ["There is no coder ‘Zoe’. Name some of: Ann, Ben."]),
        (b"PK\x03\x04 no table", [], ["file.csv"]),
    ],
)
def test_every_fault_of_a_file_is_told_at_once(
    ask: Ask, content: str | bytes, options: list[str], said: list[str]
) -> None:
    answer = ask(content, *options)

    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == len(said)
    for each in said:
        assert each in answer.stderr


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("coder,start,length,value\na,0,5,x\n", [], ["Give --continuum N or a column continuum."]),
        (
            "coder,start,length,value\na,8,5,x\na,-1,0,\n,x,2.5,y\n",
            ["--continuum", "10"],
            [
                "Row 2: the section from 8 to 13 ends beyond the text's 10 positions.",
                "Row 3: ‘-1’ is no start.",
                "Row 3: ‘0’ is no length. Write a whole number of positions, 1 or more.",
                "Row 3: value is empty.",
                "Row 4: coder is empty.",
                "Row 4: ‘x’ is no start.",
                "Row 4: ‘2.5’ is no length.",
            ],
        ),
        (
            "cluster,continuum,coder,start,length,value\nT1,9,a,0,5,x\nT1,8,b,0,5,x\n",
            [],
            ["the text T1 has 8 positions here and 9 in row 2."],
        ),
    ],
)
def test_every_fault_of_sections_is_told_at_once(ask: Ask, content: str, options: list[str], said: list[str]) -> None:
    answer = ask(content, *options, as_sections=True)

    assert answer.exit_code == 2
    assert len(answer.stderr.strip().splitlines()) == len(said)
    for each in said:
        assert each in answer.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["{ratings}", "--statistic", "kendall"],
        ["{ratings}", "--statistic", "unitizing_alpha"],
        ["{ratings}", "--continuum", "9"],
        ["{ratings}", "--units", "{sections}"],
        ["--units", "{sections}", "--continuum", "300", "--statistic", "cohen_kappa"],
        ["--units", "{sections}", "--continuum", "300", "--level", "ordinal"],
        ["--units", "{sections}", "--continuum", "0"],
        ["{ratings}", "--draws", "-1"],
        ["no-such-file.csv"],
        [],
    ],
)
def test_wrong_usage_ends_with_64(arguments: list[str], tmp_path, monkeypatch) -> None:
    files = {"ratings": tmp_path / "r.csv", "sections": tmp_path / "s.csv"}
    files["ratings"].write_text(RATINGS)
    files["sections"].write_text(SECTIONS)

    named = [each.format(**files) for each in arguments]
    monkeypatch.setattr(sys, "argv", ["commonpool", "voices", "agreement", *named])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 64


def test_the_command_starts_neither_django_nor_a_database(tmp_path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text(RATINGS)
    hide = "import sys; sys.modules['django'] = None; from commonpool.cli import main; "
    run = f"sys.argv = ['commonpool', 'voices', 'agreement', {str(file)!r}]; main()"

    done = subprocess.run([sys.executable, "-c", hide + run], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Krippendorff's alpha" in done.stdout
