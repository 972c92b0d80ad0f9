"""The rounds on the command line, and what changed between two."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from commonpool.policy.description import describe
from commonpool.policy.differences import Kind, differences, not_comparable
from commonpool.policy.reading import load_round, round_ids


def policy(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `commonpool policy ...` as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "commonpool", "policy", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.requirement("S03")
def test_the_list_names_every_round_oldest_first() -> None:
    answer = policy("list", "--format", "json")

    assert answer.returncode == 0
    assert [row["round"] for row in json.loads(answer.stdout)] == list(round_ids())


def test_a_round_is_shown_with_its_sources_and_what_nobody_confirmed() -> None:
    answer = policy("show", "2023-25")

    assert answer.returncode == 0
    assert "NHS_MIN  Minimum NHS Contribution\n" in answer.stdout
    assert "LA_ADD  Additional LA Contribution  [unverified]" in answer.stdout
    assert "Legal basis: NHS Act 2006 section 223GA" in answer.stdout
    assert "ASC_FLOOR  Adult social care, from the NHS minimum  [unverified]" in answer.stdout
    assert "nhs_minimum_uplift" not in answer.stdout, "people read what it is, not its key"
    assert "NOT KNOWN" in answer.stdout


def test_json_says_of_every_row_where_it_is_from_and_whether_it_is_confirmed() -> None:
    answer = policy("show", "2025-26", "--json")

    shown = json.loads(answer.stdout)
    rows = [row for part in shown.values() if isinstance(part, list) for row in part if isinstance(row, dict)]
    assert shown["round"] == "2025-26" and len(shown["digest"]) == 64
    assert all(row["source"] and row["mark"] in ("", "unverified", "invented", "not official") for row in rows)
    assert sum(row["mark"] == "unverified" for row in rows) == shown["unverified"]


@pytest.mark.parametrize("arguments", [("show", "1999"), ("diff", "2023-25", "1999"), ("diff", "1999", "2023-25")])
def test_an_unknown_round_is_wrong_usage_and_says_which_exist(arguments: tuple[str, ...]) -> None:
    answer = policy(*arguments)

    assert answer.returncode == 64
    assert answer.stderr.startswith("There is no round ‘1999’. There are: 2015-16, ")
    assert not answer.stdout


def test_a_missing_argument_is_wrong_usage() -> None:
    assert policy("diff", "2023-25").returncode == 64


@pytest.mark.requirement("S03")
def test_what_changed_for_2025_is_told() -> None:
    answer = policy("diff", "2023-25", "2025-26", "--format", "json")

    changes = {(one["part"], one["code"]): one for one in json.loads(answer.stdout)["changes"]}
    assert changes["income", "IBCF"]["kind"] == "gone"
    assert changes["income", "LABCG"]["kind"] == "new"
    assert changes["floors", "OOH_FLOOR"]["kind"] == "gone"
    assert changes["values", "asc_floor_uplift"]["before"] == "2023-24: 5.66%; 2024-25: 5.66%"
    assert changes["values", "asc_floor_uplift"]["after"] == "2025-26: 3.9%"
    assert changes["values", "asc_floor_uplift"]["mark"] == "unverified"


def test_a_total_that_is_not_known_is_not_called_gone() -> None:
    changes = differences(load_round("2023-25"), load_round("2025-26"))

    (total,) = [one for one in changes if one.code == "national_nhs_minimum"]

    assert total.kind is Kind.NOT_STATED
    assert total.before == "2023-24: £4,759 million; 2024-25: £5,029 million"


def test_parts_that_one_round_does_not_state_are_named_and_not_compared() -> None:
    before, after = load_round("2025-26"), load_round("2026-27")

    assert {"National conditions", "Metrics", "Scheme types", "Floors"} <= set(not_comparable(before, after))
    assert not {one.part for one in differences(before, after)} & {"conditions", "metrics", "scheme_types", "floors"}


def test_the_same_value_in_another_year_is_no_change() -> None:
    changes = differences(load_round("2022-23"), load_round("2023-25"))

    assert not [one for one in changes if one.code == "nhs_minimum_uplift"]


@pytest.mark.parametrize("round_id", round_ids())
def test_a_round_does_not_differ_from_itself(round_id: str) -> None:
    assert differences(load_round(round_id), load_round(round_id)) == ()


@pytest.mark.requirement("S22")
def test_an_invented_round_is_told_in_its_own_money_and_words() -> None:
    answer = policy("show", "norrmark-2031")

    assert "Invented: no government made this round." in answer.stdout
    assert "amounts in SEK" in answer.stdout
    assert "Paid by: region" in answer.stdout and "Paid by: kommun" in answer.stdout
    assert "England" not in answer.stdout and "£" not in answer.stdout


@pytest.mark.parametrize("round_id", round_ids())
def test_every_section_has_a_heading_for_all_that_it_shows(round_id: str) -> None:
    for section in describe(load_round(round_id)).sections:
        keys = {key for key, _ in section.columns}

        assert all(keys <= row.keys() and "mark" in row for row in section.rows), section.name


def test_the_commands_start_neither_django_nor_a_database() -> None:
    code = (
        "import sys; from commonpool.policy import cli; cli.commands(['show', '2025-26'], standalone_mode=False); "
        "sys.exit('django' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.requirement("S06")
def test_pledges_below_a_published_minimum_are_listed_by_area_and_payer_to_the_pound(tmp_path: Path) -> None:
    pledged = tmp_path / "pledged.csv"
    pledged.write_text(
        "area,payer,category,year,pence,source,verified\n"
        "XW01,XN1,NHS_MIN,2025-26,3488309200,pledge,no\n"
        "XW01,XS1,NHS_MIN,2025-26,2116019000,pledge,no\n"
    )

    told = policy("minimums", "2025-26", str(pledged))
    listed = json.loads(policy("minimums", "2025-26", str(pledged), "--json").stdout)

    assert told.returncode == 1
    assert "£34,883,092.00 pledged, £34,883,093.00 required: £1.00 below" in told.stdout
    assert [one["payer"] for one in listed if one["shortfall_pence"]] == ["XN1"]
    assert [one["pledged_pence"] for one in listed if one["category"] == "DFG"] == [None]


def test_pledges_that_cannot_be_read_are_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "pledged.csv").write_text("who,how much\nXN1,12\n")

    answer = policy("minimums", "2025-26", str(tmp_path / "pledged.csv"))

    assert answer.returncode == 64
    assert "lacks the column" in answer.stderr
