"""The year settled from the books: Wendleshire's own to the penny, and what keeps a year from settling."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from commonpool.demo.wendleshire import DATA, quarterly_actuals
from commonpool.ledger.rules.events import Kind
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.contracts import in_force_on, terms_of
from commonpool.risk_share.queries.years import books_for, settled, year_variances
from commonpool.risk_share.reading import read_contract, read_variances
from commonpool.risk_share.rules.settling import settle
from tests.ledger_web.builders import frozen, planned_books, spent
from tests.risk_share_web.builders import TEXT, a_draft, agreed, as_, council_lead, offered, text_of, wendleshire

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[2] / "examples" / "risk-share"
AFTER = date(2025, 6, 2)
LOCAL = (DATA / "wendleshire_contract.yaml").read_text("utf-8")
ONE_BEARS = """title: The council bears a first part
partners: {XW01: Council, XN1: North, XS1: South}
parts:
  - name: the pool
    overspend:
      shares: {XW01: 100%}
      caps:
        - {partner: XW01, at_most: "200000.00"}
      unallocated: the partners meet
    underspend: as overspend
"""


def url() -> str:
    return reverse("risk_share:settlement", args=[wendleshire().uuid])


def the_year_spent() -> None:
    """The books of 2024-25 with every line's outturn."""
    ledger = planned_books()
    for actual in quarterly_actuals():
        if actual.outturn_pence:
            spent(ledger, actual.scheme_id, actual.outturn_pence, Kind.ACTUAL, key=f"actual/{actual.scheme_id}")


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode())))


@pytest.fixture
def june(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch, AFTER)


def test_wendleshire_s_year_settles_from_its_books_as_from_its_published_file(june: None) -> None:
    the_year_spent()
    version = agreed(offered(a_draft(LOCAL)))
    by_file = settle(read_contract(EXAMPLES / "wendleshire.yaml"), read_variances(EXAMPLES / "wendleshire.csv"))

    ledger = books_for(version.agreement)
    assert ledger is not None
    found = settled(terms_of(version), year_variances(version.agreement, ledger, AFTER), {})

    called = {"council": "XW01", "icb_n": "XN1", "icb_s": "XS1", "reserves": "reserves"}
    assert found.settlement.bears_pence == {called[code]: pence for code, pence in by_file.bears_pence.items()}
    assert found.settlement.unallocated_pence == 0


def test_the_page_says_what_each_pays_by_which_clause_and_that_it_adds_up(june: None) -> None:
    the_year_spent()
    agreed(offered(a_draft(LOCAL)))
    client = as_(council_lead())

    said = text_of(client.get(url()))
    rows = rows_of(client.get(url(), {"format": "csv"}))

    assert "Who bears the variance of 2024-25?" in said
    assert "The outturn of 16 lines as the books have it" in said
    assert "£1,085.67 over: Wendleshire County Council pays £533,401.44; NHS Northmere ICB pays £36,289.29;" in said
    assert "£591,193.58 goes to the council's earmarked reserves." in said
    assert "They add up to the variance of the year, £1,085.67." in said
    assert rows[0][0] == "clause" and rows[-1][0] == "Total"
    for column in range(1, len(rows[0])):
        assert sum(int(row[column]) for row in rows[1:-1]) == int(rows[-1][column])
    assert sum(map(int, rows[-1][1:])) == 1_085_67


def test_what_nobody_bears_stops_the_settlement(june: None) -> None:
    ledger = planned_books()
    for line in ledger.lines.all():
        pence = 100_000_000_00 if line.line_id == "1" else 1_00
        spent(ledger, line.line_id, pence, Kind.ACTUAL, key=f"actual/{line.line_id}")
    agreed(offered(a_draft(ONE_BEARS)))
    client = as_(council_lead())

    page = client.get(url())

    said = text_of(page)
    # £100,000,015.00 spent, £79,517,952.75 planned, £200,000.00 borne.
    assert "£20,282,062.25 has nobody to bear it: nothing settles until the partners agree who does." in said
    assert "Unallocated" in said
    assert "Download the settlement" not in said
    assert client.get(url(), {"format": "csv"})["Content-Type"].startswith("text/html")


def test_a_year_that_runs_is_settled_on_its_forecast_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)
    ledger = planned_books()
    for line in ledger.lines.all():
        spent(ledger, line.line_id, 1_000_00, Kind.ACTUAL, key=f"actual/{line.line_id}")
    agreed()

    said = text_of(as_(council_lead()).get(url()))

    # £16,000.00 in six of twelve months, £79,517,952.75 planned.
    assert "£79,485,952.75 under, as forecast: Council receives £34,178,959.68;" in said
    assert "as a straight line through what the books have so far" in said


def test_a_measure_without_a_result_is_asked_for(june: None) -> None:
    the_year_spent()
    text = TEXT.replace("parts:", "measures: {quality: the quality score}\nparts:").replace(
        "    underspend:\n",
        "    underspend:\n      slices:\n        - {name: the gain, to: XN1, rate: 50%, measure: quality}\n",
    )
    agreed(offered(a_draft(text)))
    client = as_(council_lead())

    before, after = text_of(client.get(url())), text_of(client.get(url(), {"measure-quality": "80%"}))

    assert "depends on a result that is not given yet: the quality score." in before
    assert "They add up to the variance of the year" in after


def test_a_contract_that_does_not_fit_the_lines_says_which(june: None) -> None:
    the_year_spent()
    agreed(offered(a_draft(TEXT.replace("the pool\n", 'the pool\n    lines: ["1"]\n'))))

    assert "is in no part of the contract." in text_of(as_(council_lead()).get(url()))


def test_each_thing_that_is_missing_is_told_with_where_to_begin(june: None) -> None:
    client = as_(council_lead())
    a_draft()
    without_books = text_of(client.get(url()))

    planned_books()
    without_contract = text_of(client.get(url()))

    assert "no books are open for this fund yet. Open the books first." in without_books
    assert "No contract is in force for this fund" in without_contract


def test_the_contract_of_the_year_settles_it_whatever_was_agreed_since() -> None:
    first = agreed()
    second = agreed(offered(a_draft(TEXT.replace("200,000", "300,000"))))
    ContractVersion.objects.filter(pk=second.pk).update(agreed_at=datetime(2025, 5, 1, tzinfo=UTC))

    in_the_year = in_force_on(first.agreement, date(2025, 3, 31))
    later, before = in_force_on(first.agreement, date(2026, 3, 31)), in_force_on(first.agreement, date(2024, 3, 31))

    assert (in_the_year, later, before) == (first, second, first)
