"""A chart of a file or of pasted numbers: every option of the command, all faults at once, and nothing kept."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.people.rules import Role
from commonpool.performance.models import FiguresUpload
from tests.funds.builders import the_council, wendleshire
from tests.performance_web.builders import as_, somebody, text_of

pytestmark = pytest.mark.django_db
DAYS = (410, 425, 398, 431, 417, 405, 440, 422, 409, 428, 415, 436, 391, 384, 372, 388, 379, 395, 381)
CHOSEN = {"improvement": "neutral", "rule_set": "mdc7", "equality": "strict"}
PERIODS = "period,value\n" + "".join(f"2023-{month:02},{value}\n" for month, value in enumerate(DAYS[:12], 1))


def pasted(*values: object) -> str:
    return "\n".join(map(str, values))


def chart(numbers: str = "", file: tuple[str, bytes] | None = None, **chosen: Any) -> Any:
    wendleshire()
    reader = somebody("reader@wendleshire.example", the_council(), Role.READER)
    sent = {"file": SimpleUploadedFile(*file)} if file else {}
    return as_(reader).post(reverse("performance:chart"), {**CHOSEN, "numbers": numbers, **sent, **chosen})


def command(folder: Path, text: str, *options: str) -> Any:
    path = folder / "numbers.csv"
    path.write_text(text, encoding="utf-8")
    asked = [sys.executable, "-m", "commonpool", "performance", "chart", str(path), "--json", *options]
    done = subprocess.run(asked, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_pasted_numbers_make_a_chart_with_icons_in_words_and_its_special_causes() -> None:
    said = text_of(chart(pasted(*DAYS), improvement="decrease", target="430", title="Delayed days"))

    assert "Special cause: improvement. Hits and misses the target at random." in said
    assert "Delayed days: special cause: improvement" in said
    assert "19 381 Part of a run below the mean" in said
    assert "406.632 356.535 456.728" in said
    assert "lag-1 correlation 0.43" in said


def test_nothing_of_it_is_kept_and_the_page_says_so() -> None:
    said = text_of(chart(pasted(*DAYS)))

    assert "makes one chart and is not kept" in said
    assert (
        not FiguresUpload.objects.exists() and not AuditEvent.objects.filter(action__startswith="performance").exists()
    )


def test_its_json_is_the_command_s_with_every_option(tmp_path: Path) -> None:
    text = pasted("value", *DAYS, *DAYS)
    chosen = {"improvement": "increase", "target": "430", "rule_set": "welsh8", "screen": "on", "fix_after": "12"}
    more = {"rebase_at": "20", "equality": "inclusive", "lowest": "0", "highest": "1,000", "as": "json"}
    options = ("--improvement", "increase", "--target", "430", "--rule-set", "welsh8", "--screen", "--fix-after", "12")
    same = ("--rebase-at", "20", "--equality", "inclusive", "--lowest", "0", "--highest", "1000")

    answer = chart(text, **chosen, **more)

    assert json.loads(answer.content) == command(tmp_path, text, *options, *same)
    assert answer["Content-Disposition"] == 'attachment; filename="control-chart.json"'


def test_it_can_be_taken_away_as_table_and_picture() -> None:
    rows = list(csv.DictReader(io.StringIO(chart(pasted(*DAYS, "", 390), **{"as": "csv"}).content.decode())))
    picture = chart(pasted(*DAYS), **{"as": "svg"})

    assert [(row["point"], row["value"], row["label"]) for row in (rows[0], rows[12], rows[19])] == [
        ("1", "410.0", ""),
        ("13", "391.0", "shift_low"),
        ("20", "", ""),
    ]
    assert {row["lower_limit"] for row in rows} == {rows[0]["lower_limit"]}
    assert picture.content.startswith(b"<svg") and picture["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("numbers", "first"),
    [
        (pasted(*DAYS), "value\n410"),
        (pasted("", *DAYS), "value\n410"),
        (pasted(*(f"2023-{n}\t{day}" for n, day in enumerate(DAYS[:12], 1))), "period\tvalue\n2023-1\t410"),
        (pasted(*(f"{n};{day};430" for n, day in enumerate(DAYS, 1))), "period;value;target\n1;410;430"),
        (PERIODS, "period,value\n2023-01,410"),
    ],
)
def test_numbers_without_a_heading_get_one_so_that_rows_are_counted_as_they_stand(numbers: str, first: str) -> None:
    answer = chart(numbers)

    assert answer.context["made"] is not None
    assert str(answer.context["form"]["numbers"].value()).startswith(first)


def test_all_faults_are_told_at_once_with_their_rows_and_what_was_typed_stays() -> None:
    answer = chart(pasted(410, "*", "lots", 12e9, "[c]"), target="four", rebase_at="1, x", fix_after="3", highest="500")
    said = text_of(answer)

    for text in (
        *("4 things are wrong with the rows", "Row 3: ‘*’ marks a value", "Row 4: ‘lots’ is not a number"),
        *("Row 5: 12000000000.0 is above 500", "Row 6: ‘[c]’"),
        *("‘four’ is not a number", "‘1’, ‘x’: not a point", "‘3’ is not a whole number of 12 or more"),
    ):
        assert text in said
    assert answer.context["made"] is None
    assert answer.context["form"]["target"].value() == "four"
    assert "lots" in str(answer.context["form"]["numbers"].value())


def test_a_file_s_text_stands_in_the_box_to_be_corrected_there() -> None:
    answer = chart(file=("own.csv", PERIODS.replace("398", "n/a").encode("cp1252")))

    assert "own.csv, cell B4 (value)" in text_of(answer)
    assert "2023-03,n/a" in str(answer.context["form"]["numbers"].value())


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("book.xlsx", b"PK\x03\x04\x00\x00"), "1 thing is wrong with the rows"),
        (("large.csv", b"value\n" + b"1\n" * 600_000), "has 1.2 MB, and at most 1 MB is charted here"),
        (("long.csv", b"value\n" + b"1\n" * 2_001), "There are 2,001 rows. At most 2,000 are drawn on a page."),
        (("wide.csv", b"value" + b",x" * 30_000 + b"\n1\n"), "more than 20,000 cells"),
        (("quote.csv", b'value\n"' + b"1" * 200_000), "1 thing is wrong with the rows"),
        (("empty.csv", b""), "The file is empty"),
        (("words.csv", b"month,days\nApril,3\n"), "Row 1 has no column called ‘value’. It has: ‘month’, ‘days’."),
    ],
)
def test_a_hostile_or_wrong_file_is_refused_in_words(file: tuple[str, bytes], words: str) -> None:
    assert words in text_of(chart(file=file))


@pytest.mark.parametrize(
    ("numbers", "chosen", "words"),
    [
        ("", {}, "Paste the numbers, or choose a file."),
        ("value,target\n1,2\n2,2\n", {"target": "3"}, "The rows have a column of targets."),
        (pasted(*DAYS), {"rebase_at": "40"}, "40"),
        (pasted(*DAYS), {"lowest": "5", "highest": "1"}, "1 is not above the lowest value, 5."),
        (pasted(*DAYS), {"rule_set": "mine"}, "mine is not one of the available choices"),
        ("5", {"improvement": "increase", "target": "3"}, "Too few values to judge"),
        (pasted(*["7"] * 12), {}, "Common cause"),
    ],
)
def test_what_cannot_be_charted_or_says_little_is_told(numbers: str, chosen: dict[str, str], words: str) -> None:
    assert words in text_of(chart(numbers, **chosen))


def test_a_month_left_out_is_noted() -> None:
    left_out = PERIODS.replace("2023-05,417\n", "")

    assert "Between 2023-04 and 2023-06 months are left out" in text_of(chart(left_out))


def test_the_page_is_for_whoever_has_an_account() -> None:
    assert Client().get(reverse("performance:chart")).status_code == 302
