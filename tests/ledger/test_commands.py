"""The ledger on the command line: Wendleshire's whole year from its files, and what each command refuses."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from typer.testing import CliRunner

from commonpool.demo.books import _mapping
from commonpool.demo.export import export_wendleshire
from commonpool.ledger.cli import commands
from commonpool.ledger.models import Entry
from commonpool.money import pence_from_pounds
from tests.demo.filled import the_filled_region
from tests.ledger.builders import the_ledger

pytestmark = pytest.mark.django_db
FUND, YEAR, LAST = "Wendleshire Better Care Fund", "2024-25", "2025-03-31"
Run = Callable[..., Any]


def pence(pounds: str) -> int:
    return pence_from_pounds(pounds.replace(",", ""))


@pytest.fixture
def run() -> Run:
    """`run("statement", "--year", YEAR)` gives the result of that command."""
    return lambda *words: CliRunner().invoke(commands, [str(word) for word in words])


@pytest.fixture
def books(run: Run) -> None:
    """Wendleshire's books, opened by command on its agreed plan."""
    the_filled_region(Path(settings.COMMONPOOL_HOME))
    opened = run("open", FUND, "--year", YEAR)
    assert opened.exit_code == 0, opened.output


def asked(run: Run, *words: str) -> list[dict[str, Any]]:
    """The rows of a report as it stands on the year's last day."""
    result = run(*words, "--year", YEAR, "--as-at", LAST, "--format", "json")
    assert result.exit_code == 0, result.output
    rows: list[dict[str, Any]] = json.loads(result.output)["rows"]
    return rows


def quarters_from(path: Path, count: int, target: Path) -> Path:
    """The host's file as it stands after so many quarters."""
    rows = list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig"))))
    kept = [[*row[: count + 1], *[""] * (4 - count)] if number else row[:5] for number, row in enumerate(rows)]
    target.write_text("".join(",".join(row) + "\n" for row in kept if row[0] != "TOTAL"), encoding="utf-8")
    return target


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(yaml.safe_dump(_mapping().as_data()), encoding="utf-8")
    return path


def the_year(run: Run, folder: Path, mapping: Path) -> Iterator[Any]:
    export_wendleshire(folder)
    actuals = next(folder.glob("*actuals*.csv"))
    for number, day in enumerate(("2024-06-30", "2024-09-30", "2024-12-31", LAST), start=1):
        yield run("post", "due", "--on", day)
        file = quarters_from(actuals, number, folder / f"q{number}.csv")
        yield run("import", file, "--partner", "XW01", "--year", YEAR, "--mapping", mapping)


@pytest.mark.requirement("S31", "S42")
def test_wendleshire_s_year_comes_out_to_the_penny_from_files_by_command(
    books: None, run: Run, tmp_path: Path, mapping: Path
) -> None:
    for step in the_year(run, tmp_path / "files", mapping):
        assert step.exit_code == 0, step.output

    by_category = {row["category"]: row for row in asked(run, "statement", "quarters")}
    bridge = {row["category"]: row for row in asked(run, "statement", "bridge")}
    assert by_category["NHS_MIN"]["q4_pence"] == pence("53,668,312.25")
    assert by_category["DFG"]["q3_pence"] == pence("3,449,904.97")
    assert bridge["NHS_MIN"]["from_own_sources_pence"] == pence("52,989,283.00")
    assert bridge["NHS_MIN"]["bridged_pence"] == pence("679,029.25")

    shares = ("XW01=533401.44", "XN1=90611.72", "XS1=55016.09")
    steps = [
        ("post", "cover", "--category", "NHS_MIN", "--on", LAST),
        ("post", "settle", "--category", "NHS_MIN", "--on", LAST, *(w for s in shares for w in ("--share", s))),
        ("post", "carry_forward", "522971.48", "--source", f"DFG:XW01:{YEAR}", "--on", LAST),
        ("post", "carry_forward", "68222.10", "--source", f"IBCF:XW01:{YEAR}", "--on", LAST),
        ("post", "give_back", "54322.43", "--source", f"DISCH_ICB:XN1:{YEAR}", "--on", LAST),
        ("post", "give_back", "32427.57", "--source", f"DISCH_ICB:XS1:{YEAR}", "--on", LAST),
    ]
    for words in steps:
        done = run(*words)
        assert done.exit_code == 0, done.output
    account = {row["row"]: row["amount_pence"] for row in asked(run, "statement", "memorandum")}

    assert account["Planned contributions"] == pence("79,517,952.75")
    assert account["Year-end contributions from partners"] == pence("679,029.25")
    assert account["Total income"] == pence("80,196,982.00")
    assert account["Expenditure"] == -pence("79,519,038.42")
    assert account["Balance before transfers"] == pence("677,943.58")
    assert account["Closing balance"] == 0
    assert all(
        sum(value for name, value in row.items() if name.endswith("_pence")) == 0
        for row in asked(run, "statement", "trial-balance")
    )
    entries = Entry.objects.count()
    again = run("import", tmp_path / "files" / "q4.csv", "--partner", "XW01", "--year", YEAR)
    assert again.exit_code == 0, again.output
    assert Entry.objects.count() == entries
    verified = run("verify")
    assert verified.exit_code == 0, verified.output


def test_a_look_posts_nothing_and_says_what_would_post(run: Run, tmp_path: Path) -> None:
    the_ledger()
    file, mapping = tmp_path / "q1.csv", tmp_path / "mapping.yaml"
    file.write_text("scheme_id,q1,q2,q3,q4\n1,100.00,,,\n6,50.50,,,\n", encoding="utf-8")
    mapping.write_text(yaml.safe_dump({**_mapping().as_data(), "codes": {"1": "1", "6": "6"}}), encoding="utf-8")
    before = Entry.objects.count()

    look = run("import", file, "--partner", "XW01", "--year", YEAR, "--mapping", mapping, "--look")

    assert look.exit_code == 0, look.output
    assert "2 amounts would post, £150.50 in all" in look.output
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("post", "spend", "1.00", "--on", LAST), 64, "‘spend’ is not posted here. Use one of: invoice"),
        (("post", "invoice", "NaN", "--line", "1", "--on", LAST), 64, "‘NaN’ is not an amount of money"),
        (("post", "invoice", "1e30", "--line", "1", "--on", LAST), 64, "‘1e30’ is not an amount of money"),
        (("post", "invoice", "1.234", "--line", "1", "--on", LAST), 64, "has a fraction of a penny"),
        (("post", "invoice", "0", "--line", "1", "--on", LAST), 64, "‘0’ is not above zero"),
        (("post", "invoice", "£5", "--line", "1", "--on", LAST), 64, "has a currency sign"),
        (("post", "invoice", "5", "--line", "99", "--on", LAST), 64, "‘99’ names no lines of this ledger"),
        (("post", "invoice", "5", "--line", "1", "--on", "31/3/2025"), 64, "is not a date. Write it as 2024-06-30"),
        (("post", "invoice", "5", "--line", "1", "--on", "2031-03-31"), 1, "is outside the years of this ledger"),
        (("post", "invoice", "5", "--line", "1", "--on", "2024-04-30"), 1, "£5.00 short"),
        (("post", "refund", "5", "--of", "x", "--on", LAST), 1, "needs a reason"),
        (("close", "Smarch"), 64, "There is no period ‘Smarch’"),
        (("statement", "--year", "2031-32"), 64, "The year 2031-32 is not open in this ledger. It has: 2024-25"),
        (("trace",), 64, "Say either --source"),
        (("explain", "ledger.nothing"), 64, "There are: ledger.amount"),
        (("import", "nowhere.csv", "--partner", "XX9"), 64, "‘XX9’ is no partner"),
        (("verify", "--fund", "no such fund"), 2, "no such fund"),
    ],
)
def test_what_is_refused_says_what_was_found_and_what_to_do(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    the_ledger()
    before = Entry.objects.count()

    result = run(*words)

    assert result.exit_code == code, result.output
    assert said in result.output
    assert Entry.objects.count() == before
