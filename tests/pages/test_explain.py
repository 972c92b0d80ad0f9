from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from http import HTTPStatus
from uuid import UUID

import pytest

from commonpool import figures
from commonpool.figures import Fact, Figure, Hidden, How, question, total
from commonpool.pages.explanations import read_arguments, sentence

AREA = UUID(int=7)
OTHER = UUID(int=8)


@pytest.fixture(autouse=True)
def questions(monkeypatch):
    monkeypatch.setattr(figures, "_QUESTIONS", {})

    @question("plan.income", may_ask=lambda person, area, year, as_at=None: area != OTHER)
    def income(area: UUID, year: str, as_at: date | None = None) -> Figure:
        parts = [
            Fact("NHS minimum", 500_000_00, "pence", "Income, cell C4", link="/cell/"),
            Fact("DFG <script>", 50_000_01, "pence", "Allocation table, row 9", verified=False),
            Fact("Council", None, "pence", "Income, cell C6"),
            Hidden("Another body", None, "pence"),
            Figure("Openable", 1, "pence", How.SUM, question="plan.income",
                   arguments={"area": str(AREA), "year": year}, unknown=2),
            Figure("Not yours", 2, "pence", How.SUM, question="plan.income",
                   arguments={"area": str(OTHER), "year": year}),
            Figure("Made here", 3, "pence", How.DIFFERENCE, (Fact("Small", 3, "pence", "Row 1"),)),
        ]  # fmt: skip
        return total("Income", parts, question="plan.income", arguments={"area": str(area), "year": year}, as_at=as_at)


def ask(gallery, **asked):
    return gallery.get("/explain/", {"question": "plan.income", "area": str(AREA), "year": "2031-32", **asked})


def test_a_figure_is_a_sentence_and_parts_that_sum(gallery):
    page = ask(gallery, as_at="2031-03-31").content.decode()

    assert "Income: £550,000.07 is the sum of 7 parts." in page
    assert "4 parts are not known, so this is what the others come to." in page
    assert "As at 31 March 2031" in page
    assert "Income, cell C4" in page
    assert "unverified" in page
    assert "<script>ICB" not in page
    assert "DFG <script>" not in page


def test_a_part_opens_only_for_whom_it_may(gallery):
    page = ask(gallery).content.decode()

    assert f'href="?question=plan.income&amp;area={AREA}&amp;year=2031-32">Openable</a>' in page
    assert "Not yours</a>" not in page
    assert page.count("not yours to see") == 2
    assert ">Small<" in page


def test_a_figure_that_is_not_yours_does_not_open(gallery):
    assert ask(gallery, area=str(OTHER)).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"question": "no.such"}, "There is no question ‘no.such’."),
        ({"question": ""}, "There is no question ‘’."),
        ({"area": "seven"}, "‘seven’ cannot be read as ‘area’."),
        ({"colour": "red"}, "takes no ‘colour’."),
        ({"as_at": "yesterday"}, "‘yesterday’ cannot be read as ‘as_at’."),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(gallery, asked, said):
    answer = ask(gallery, **asked)

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert said in answer.content.decode()


def test_a_link_without_an_argument_says_so(gallery):
    answer = gallery.get("/explain/", {"question": "plan.income"})

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "is asked differently" in answer.content.decode()


def test_the_parts_download_with_their_levels_and_what_is_hidden(gallery):
    text = ask(gallery, format="csv").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Level"] for row in rows] == ["0", "1", "1", "1", "1", "1", "1", "1", "2"]
    assert rows[0]["Amount"] == "55000007"
    assert rows[4]["Note"] == "not yours to see"


def test_dates_that_an_answer_does_not_take_are_left_out():
    @question("plain", may_ask=lambda person: True)
    def plain() -> Figure:
        return Figure("Plain", 1, "people", How.LOOKUP)

    asked = figures.find_question("plain")
    assert read_arguments(asked, {"as_at": "2031-03-31", "known_at": "2031-03-31T10:00:00+00:00"}) == {}


def test_a_moment_is_read_with_its_zone():
    @question("known", may_ask=lambda person, known_at: True)
    def known(known_at: datetime) -> Figure:
        return Figure("Known", 1, "people", How.LOOKUP)

    arguments = read_arguments(figures.find_question("known"), {"known_at": "2031-03-31T10:00:00+00:00"})
    assert arguments == {"known_at": datetime(2031, 3, 31, 10, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (How.DIFFERENCE, "Headroom: £1.00 is ‘a’ less ‘b’ and ‘c’."),
        (How.PRODUCT, "Headroom: £1.00 is ‘a’ times ‘b’ times ‘c’."),
        (How.RATIO, "Headroom: £1.00 is ‘a’ divided by ‘b’ and ‘c’."),
        (How.LARGEST, "Headroom: £1.00 is the largest of 3 parts."),
        (How.LOOKUP, "Headroom: £1.00 was looked up."),
        (How.RULE, "Headroom: £1.00 follows from 3 parts by a rule."),
    ],
)
def test_the_sentence_says_how_the_parts_make_the_value(how, words):
    parts = tuple(Fact(label, 1, "pence", "x") for label in "abc")

    assert sentence(Figure("Headroom", 100, "pence", how, parts)) == words
