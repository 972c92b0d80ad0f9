"""`commonpool performance chart`: answers for people and programs, and every fault of a file at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.performance.cli.answers import as_text, chart_as_json
from commonpool.performance.rules.xmr import xmr_chart
from commonpool.performance.series_files import read_series
from commonpool.sheets import Unreadable

CASES = json.loads((Path(__file__).parent / "spc_cases.json").read_text(encoding="utf-8"))["cases"]
KEYS = {
    "phases",
    "special_causes",
    "variation_icon",
    "assurance_icon",
    "trial_limits_warning",
    "lag1",
    "rule_set",
}


@pytest.fixture
def ask(tmp_path):
    def run(content: str | bytes, *options: str):
        file = tmp_path / "series.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return CliRunner().invoke(app, ["performance", "chart", str(file), *options])

    return run


def column(values) -> str:
    return "value\n" + "".join(f"{'' if value is None else value}\n" for value in values)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_reference_case_is_answered_in_json(ask, case):
    asked, expected = case["options"], case["expected"]
    rebase = ["--rebase-at", str(asked["rebase_at_point"])] if asked["rebase_at_point"] else []

    answer = ask(
        column(case["series"]),
        *("--improvement", asked["improvement"], "--target", str(asked["target"]), *rebase, "--json"),
    )

    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert found.keys() >= KEYS
    for phase, want in zip(found["phases"], expected["phases"], strict=True):
        assert phase == pytest.approx(want, abs=1e-6)
    assert {key: found[key] for key in KEYS - {"phases", "lag1", "rule_set"}} == {
        key: expected[key] for key in KEYS - {"phases", "lag1", "rule_set"}
    }
    assert found["rule_set"] == "mdc7"
    assert found["lag1"] < 1


def test_both_spellings_of_json_are_the_same(ask):
    content = column(CASES[1]["series"])

    assert ask(content, "--json").stdout == ask(content, "--format", "json").stdout


def test_people_read_icons_limits_and_flags_in_words(ask):
    answer = ask(column(CASES[1]["series"]), "--improvement", "decrease", "--target", "430")

    assert "Variation: special cause: improvement" in answer.stdout
    assert "Assurance: hits and misses the target at random" in answer.stdout
    assert "shift_low  part of a run below the mean" in answer.stdout
    assert "Rule set mdc7 (shift 7 points, trend 7 points)" in answer.stdout
    assert "lag-1 correlation 0.43, above 0.3" in answer.stdout


def test_phases_may_begin_at_several_points_counted_over_the_whole_file(ask):
    answer = ask(column([*range(1, 13), *range(1, 13), 5]), "--rebase-at", "25", "--rebase-at", "13", "--json")

    phases = json.loads(answer.stdout)["phases"]
    assert [(phase["first_point"], phase["points"]) for phase in phases] == [(1, 12), (13, 12), (25, 1)]
    assert (phases[2]["mean"], phases[2]["lpl"], phases[2]["upl"]) == (None, None, None)


def test_a_blank_value_is_a_gap_that_keeps_its_number(ask):
    series = CASES[1]["series"]
    found = json.loads(ask(column([*series[:2], None, *series[2:]]), "--json").stdout)

    assert list(found["special_causes"]) == [str(point) for point in range(14, 21)]
    assert found["phases"][0]["points"] == 19


def test_the_options_change_what_is_flagged(ask):
    series = CASES[1]["series"]

    six, eight = (json.loads(ask(column(series), "--rule-set", name, "--json").stdout) for name in ("mdc6", "welsh8"))
    fixed = json.loads(ask(column([*series, 900]), "--fix-after", "12", "--screen", "--json").stdout)

    assert len(six["special_causes"]) == 13
    assert eight["special_causes"] == {}
    assert fixed["special_causes"]["20"] == "outside_high"
    assert (fixed["screened"], fixed["fixed_after"]) == (True, 12)


def test_a_column_of_targets_is_a_trajectory(ask):
    rows = "".join(f"{value},{60 - point}\n" for point, value in enumerate(CASES[0]["series"]))
    answer = ask(f"value,target\n{rows}", "--improvement", "increase", "--json")

    found = json.loads(answer.stdout)
    assert found["target"] == 37
    assert found["assurance_icon"] == "consistent_pass"
    assert "The target changes over time" in " ".join(found["notes"])


def test_thousands_separators_and_other_delimiters_are_read(ask):
    assert json.loads(ask('value\n"1,000"\n"1,200"\n900\n', "--json").stdout)["phases"][0]["points"] == 3
    assert json.loads(ask("period;value\na;1.5\nb;2\n", "--json").stdout)["phases"][0]["mean"] == 1.75


def test_months_that_are_left_out_are_told(ask):
    months = [f"2024-{month:02d}" for month in (1, 2, 3, 4, 6, 7, 8)]
    answer = ask("period,value\n" + "".join(f"{month},5\n" for month in months))

    assert "Between 2024-04 and 2024-06 months are left out" in answer.stdout


def test_a_picture_is_drawn_on_request(ask, tmp_path):
    picture = tmp_path / "chart.svg"
    both = ("--svg", str(picture), "--png", str(tmp_path / "chart.png"))
    answer = ask(column(CASES[1]["series"]), "--improvement", "decrease", *both)

    assert answer.exit_code == 0
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert ask(column([1, 2]), "--png", str(tmp_path / "x.svg")).exit_code != 0
    assert "special cause: improvement" in picture.read_text(encoding="utf-8")
    assert ask(column([1, 2]), "--svg", str(tmp_path / "x.png")).exit_code != 0
    assert ask(column([1, 2]), "--svg", str(tmp_path / "no" / "x.svg")).exit_code != 0


def test_the_command_starts_neither_django_nor_a_database(tmp_path):
    file = tmp_path / "series.csv"
    file.write_text(column(CASES[0]["series"]), encoding="utf-8")
    script = (
        "import sys; sys.argv = ['commonpool', 'performance', 'chart', sys.argv[1], '--json']\n"
        "from commonpool.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0, end.code\n"
        "assert not any(name.partition('.')[0] in ('django', 'altair') for name in sys.modules)\n"
    )

    done = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


# -- files that cannot be charted: exit 2, nothing on standard output, each fault with its row


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        *((mark, f"‘{mark}’ marks a value that is suppressed or not known. It is not 0.") for mark in
          ("-", "–", "*", "..", ".", ":", "[c]", "[x]", "[low]", "c", "NA", "n/a", "nan", "<5", "suppressed")),
        *((text, f"‘{text}’ is not a number.") for text in ("12k", "1.2.3", "1_000", "£5", "5%", "१२", "0x10", "1,23")),
        *((text, f"‘{text}’ is infinite or too large") for text in ("inf", "-Infinity", "1e400", "1e999", "#DIV/0!")),
    ],
)  # fmt: skip
def test_what_is_no_value_is_named_by_its_row(ask, mark, said):
    answer = ask(f'period,value\na,1\nb,"{mark}"\nc,3\n', "--json")

    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert f"cell B3 (value): Row 3: {said}" in answer.stderr


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_rows(ask):
    answer = ask("period,value\n2024-01,5\n2024-01,6\n2024-02,*\n2024-03,12k\n2023-12,inf\nx,[c]\n,4\n2024-06,1,234\n")

    rows = [line.split("Row ")[1].partition(":")[0].partition(" ")[0] for line in answer.stderr.splitlines()]
    assert answer.exit_code == 2
    assert rows == ["3", "4", "5", "6", "6", "7", "7", "8", "9"]
    assert "stands in row 2 already, with the value 5 there and 6 here" in answer.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty (0 bytes)"),
        ("value\n", "has no value below its header"),
        ("value\n\n\n", "has no value below its header"),
        ("period,value\na,\nb,\n", "has no value below its header"),
        ("count\n1\n2\n", "Row 1 has no column called ‘value’. It has: ‘count’."),
        ("1\n2\n3\n", "Row 1 has no column called ‘value’. It has: ‘1’."),
        ("value,value\n1,2\n", "Row 1 has 2 columns called ‘value’"),
        ("period,value\n2024-05,1\n2024-04,2\n", "but before it in time"),
        (b"PK\x03\x04 not a csv", "not a CSV file"),
        (b"value\n1\0\n", "not a CSV file"),
        ('value\n"1' + "x" * 200_000, "Look for a quotation mark"),
    ],
)
def test_a_file_that_is_no_series_says_why(ask, content, said):
    answer = ask(content, "--json")

    assert answer.exit_code == 2
    assert said in answer.stderr
    assert answer.stdout == ""


def test_a_file_that_is_not_there_says_so():
    answer = CliRunner().invoke(app, ["performance", "chart", "no-such-file.csv"])

    assert answer.exit_code == 2
    assert "cannot be opened" in answer.stderr


def test_a_value_that_cannot_occur_is_a_fault(ask):
    content = "value\n5\n-1\n101\n"

    answer = ask(content, "--lowest", "0", "--highest", "100")

    assert answer.exit_code == 2
    assert "Row 3: -1 is below 0, which you said cannot occur" in answer.stderr
    assert "Row 4: 101 is above 100, which you said cannot occur" in answer.stderr
    assert ask(content).exit_code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rebase-at", "99"], "No phase can begin at point 99"),
        (["--rebase-at", "0"], "counted from 1"),
        (["--fix-after", "11"], "12 points or more, not 11"),
        (["--target", "nan"], "not a number to compare with"),
        (["--lowest", "5", "--highest", "5"], "is not below the highest"),
        (["--rule-set", "nelson"], "nelson"),
        (["--improvement", "sideways"], "sideways"),
    ],
)
def test_wrong_usage_is_refused_with_the_reason(tmp_path, options, said):
    file = tmp_path / "series.csv"
    file.write_text(column([5] * 24), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "commonpool", "performance", "chart", str(file), *options],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 64
    assert said in " ".join(done.stderr.split())


def test_a_target_and_a_column_of_targets_contradict_each_other(ask):
    answer = ask("value,target\n1,2\n3,4\n", "--target", "5")

    assert answer.exit_code != 0
    assert "Leave out --target" in " ".join(answer.stderr.split())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.sampled_from(["", "value\n", "period,value\n", "period,value,target\n"]),
    body=st.one_of(st.text(max_size=60), st.text("0123456789,.-*\n\"' =einf", max_size=60)),
)
def test_any_text_is_charted_or_refused_with_findings(tmp_path, header, body):
    file = tmp_path / "any.csv"
    file.write_text(header + body, encoding="utf-8", newline="")
    try:
        series = read_series(file)
    except Unreadable as refused:
        assert all(str(finding).rstrip().endswith(".") for finding in refused.findings)
        return

    chart = xmr_chart(series.values, target=series.targets)
    json.dumps(chart_as_json(chart, series), allow_nan=False)
    assert list(as_text(chart, series))


def test_formulas_in_a_file_are_no_numbers_and_run_nowhere(ask):
    answer = ask('value\n"=1+1"\n"@SUM(A1)"\n')

    assert answer.exit_code == 2
    assert "‘=1+1’ is not a number" in answer.stderr
