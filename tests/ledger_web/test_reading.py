"""The pages that read the books, on Wendleshire's year: to the penny, and every figure opens to its entries."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.views.grids import partner_ids
from commonpool.money import pence_from_text
from tests.funds.builders import wendleshire
from tests.ledger.builders import MAIN, NOW, YEAR, posted
from tests.ledger.wendleshire_year import COUNCIL, NORTHMERE, SOUTH, settled, wendleshires_books
from tests.ledger_web.builders import a_reader, a_stranger, as_
from tests.ledger_web.builders_reading import (
    check_figures,
    first_figure,
    kept_for_a_module,
    steps_to_an_entry,
    table,
    tables_of,
    words_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ledger]:
    """Wendleshire's books of 2024-25 as spent: nothing is settled."""
    with kept_for_a_module(django_db_blocker):
        wendleshire()
        yield wendleshires_books()


@pytest.fixture
def client(books: Ledger) -> Client:
    books.refresh_from_db()  # what the test before has posted is gone
    return as_(a_reader())


def opened(client: Client, books: Ledger, name: str = "statement", **asked: str) -> Any:
    return client.get(reverse(f"ledger:{name}", args=[books.uuid]), asked)


def line_page(client: Client, books: Ledger, line_id: str, **asked: str) -> Any:
    return client.get(reverse("ledger:line", args=[books.lines.get(line_id=line_id).uuid]), asked)


def source_page(client: Client, books: Ledger, code: str, **asked: str) -> Any:
    return client.get(reverse("ledger:source", args=[books.sources.get(code=code).uuid]), asked)


def partner_page(client: Client, books: Ledger, code: str, **asked: str) -> Any:
    return client.get(reverse("ledger:partner-statement", args=[books.uuid, partner_ids(books)[code]]), asked)


def file_of(response: Any) -> list[dict[str, str]]:
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


# -- the statement, sections 9.4 and 9.5


def test_the_year_to_date_by_funding_and_quarter_is_that_of_the_worked_example(client: Client, books: Ledger) -> None:
    page = opened(client, books, by="category")

    assert table(page, "Year to date, quarter by quarter") == {
        "Funding that the plan names": [f"To {day}" for day in QUARTERS],
        "Minimum NHS Contribution": ["£12,764,442.62", "£26,181,520.68", "£39,598,598.74", "£53,668,312.25"],
        "Additional NHS Contribution": ["£287,500.00", "£600,000.00", "£912,500.00", "£1,250,000.00"],
        "iBCF": ["£2,625,377.30", "£5,479,048.28", "£8,332,719.26", "£11,414,683.90"],
        "Disabled Facilities Grant": ["£808,571.48", "£1,994,476.31", "£3,449,904.97", "£5,390,476.52"],
        "Additional LA Contribution": ["£493,419.17", "£1,029,744.36", "£1,566,069.55", "£2,145,300.75"],
        "Local Authority Discharge Funding": ["£482,942.70", "£1,073,206.00", "£1,878,110.50", "£2,683,015.00"],
        "ICB Discharge Funding": ["£534,105.00", "£1,186,900.00", "£2,077,075.00", "£2,967,250.00"],
        "Total": ["£17,996,358.27", "£37,544,895.63", "£57,814,978.02", "£79,519,038.42"],
    }


QUARTERS = ("30 June 2024", "30 September 2024", "31 December 2024", "31 March 2025")


def test_each_line_shows_plan_gross_income_net_and_what_differs(client: Client, books: Ledger) -> None:
    page = opened(client, books)

    to_date = table(page, "Up to 31 March 2025")
    assert to_date["4 Step-up / step-down beds"] == [
        "£6,480,000.00",
        "£6,702,118.33",
        "£0.00",
        "£6,702,118.33",
        "£222,118.33 over",
    ]
    assert to_date["Total"] == [
        "£79,517,952.75",
        "£79,519,038.42",
        "£0.00",
        "£79,519,038.42",
        "£1,085.67 over",
    ]
    assert table(page, "The whole of 2024-25")["13 Discretionary adaptations and handyperson"] == [
        "£750,000.00",
        "£0.00",
        "£47,643.90",
        "£47,643.90 under",
    ]


def test_a_net_variance_near_zero_does_not_hide_the_lines_under_it(client: Client, books: Ledger) -> None:
    said = words_of(opened(client, books))

    assert (
        "Net spend is £1,085.67 over plan to date: lines over plan come to £1,075,991.65, "
        "lines under it to £1,074,905.98."
    ) in said


def test_what_lines_spent_is_bridged_to_the_money_that_paid(client: Client, books: Ledger) -> None:
    bridge = table(opened(client, books, by="category"), "From what lines spent to the money that paid")

    assert bridge["Minimum NHS Contribution"] == ["£52,989,283.00", "£679,029.25", "£53,668,312.25"]
    assert bridge["Total"] == ["£78,840,009.17", "£679,029.25", "£79,519,038.42"]


@pytest.mark.parametrize("by", ["line", "category", "source", "partner", "pool", "provider"])
def test_every_way_to_look_at_the_statement_has_the_same_total(client: Client, books: Ledger, by: str) -> None:
    page = opened(client, books, by=by)

    assert table(page, "Up to 31 March 2025")["Total"][3] == "£79,519,038.42"


def test_a_forecast_that_nobody_gave_is_not_known_and_never_nothing(client: Client, books: Ledger) -> None:
    page = opened(client, books)

    assert "Nobody has given a forecast of 2024-25, so its outturn is not known." in words_of(page)
    assert {row[-1] for row in table(opened(client, books, "pool"), "What is left").values()} == {
        "Forecast: less what is still expected",
        "not known",
    }
    assert {row["Forecast outturn (£)"] for row in file_of(opened(client, books, download="csv"))} == {""}


def test_the_statement_of_one_partner_s_money_keeps_to_it(client: Client, books: Ledger) -> None:
    page = opened(client, books, by="source", partner=SOUTH)

    assert set(table(page, "Up to 31 March 2025")) == {
        "Source",
        "Minimum NHS Contribution, NHS South Wendle ICB, 2024-25",
        "ICB Discharge Funding, NHS South Wendle ICB, 2024-25",
        "Total",
    }
    assert "money of NHS South Wendle ICB" in words_of(page)
    assert check_figures(page, 5) > 3


# -- the pool


def test_the_pool_says_what_came_in_went_out_and_is_left(client: Client, books: Ledger) -> None:
    assert (
        "By 31 March 2025, £79,517,952.75 had come in for 2024-25 and £79,519,038.42 had gone out. "
        "£677,943.58 is left, and £679,029.25 has been spent that no partner’s money covers."
    ) in words_of(opened(client, books, "pool"))


def test_what_is_left_of_each_ring_fence_is_that_of_the_worked_example(client: Client, books: Ledger) -> None:
    left = table(opened(client, books, "pool"), "What is left of each source")

    assert left["Disabled Facilities Grant, Wendleshire County Council, 2024-25"][:2] == ["£522,971.48"] * 2
    assert left["iBCF, Wendleshire County Council, 2024-25"][:2] == ["£68,222.10"] * 2
    assert left["Minimum NHS Contribution, NHS Northmere ICB, 2024-25"][:2] == ["£0.00"] * 2
    assert left["Covered by no source, Wendleshire County Council, 2024-25"][0] == "−£679,029.25"


def test_the_pool_says_of_each_partner_whose_cash_it_is(client: Client, books: Ledger) -> None:
    said = words_of(opened(client, books, "pool"))

    assert "NHS South Wendle ICB had paid in £32,427.57 more" in said
    assert "pound-days in the year to date" in said
    assert "Wendleshire County Council carries £679,029.25" in said


def test_the_pool_s_picture_has_all_its_money_and_its_table_every_flow(client: Client, books: Ledger) -> None:
    page = opened(client, books, "pool")

    [flows] = [rows for caption, rows in tables_of(page).items() if "took the most" in caption]
    into = [row for row in flows if row[1] == "Wendleshire Better Care Fund"]
    out = [row for row in flows if row[0] == "Wendleshire Better Care Fund"]
    assert sum(pence_from_text(row[2]) for row in into) == sum(pence_from_text(row[2]) for row in out)
    assert ["Wendleshire Better Care Fund", "Not spent yet", "£677,943.58"] in out
    assert len(out) == 17


def test_what_needs_doing_leads_to_where_it_is_done(client: Client, books: Ledger) -> None:
    page = opened(client, books, "pool").content.decode()

    assert (
        f'href="{reverse("ledger:year-end", args=[books.uuid])}">£679,029.25 of spend is covered by no source' in page
    )


# -- one line, one source, one partner


def test_a_line_says_who_paid_whom_and_by_which_rule(client: Client, books: Ledger) -> None:
    page = line_page(client, books, "8")

    by_source = table(page, "By source of money")
    assert by_source["Covered by no source, Wendleshire County Council, 2024-25"][3] == "£469,135.02"
    assert by_source["Total"][:4] == ["£2,013,532.60", "£1,876,540.05", "£0.00", "£1,876,540.05"]
    said = words_of(page)
    assert "£1,876,540.05 was spent on it up to 31 March 2025: £136,992.55 under its plan to date" in said
    assert "in proportion to what is held of each" in said
    assert table(page, "Month by month")["Sep 2024"] == ["£469,135.01", "£938,270.02"]
    assert len(table(page, "The newest entries")) > 4


def test_a_source_is_followed_to_lines_and_providers(client: Client, books: Ledger) -> None:
    page = source_page(client, books, f"DFG:{COUNCIL}:{YEAR}")

    assert table(page, "What it was spent on") == {
        "Scheme line": ["Provider", "Net spend"],
        "12 Mandatory adaptations (five districts)": ["Local Authority", "£4,688,120.42"],
        "13 Discretionary adaptations and handyperson": ["Local Authority", "£702,356.10"],
        "Total": ["", "£5,390,476.52"],
    }
    said = words_of(page)
    assert "£5,913,448.00 had come in and £5,390,476.52 had been spent. £522,971.48 is held." in said
    assert "No ring-fence is recorded on it" in said


def test_what_no_source_covers_says_that_it_is_a_debt(client: Client, books: Ledger) -> None:
    page = source_page(client, books, f"UNFUNDED:{COUNCIL}:{YEAR}")

    assert "It is a debt to the host" in words_of(page)


def test_a_partner_sees_what_it_brought_and_what_its_money_bought(client: Client, books: Ledger) -> None:
    page = partner_page(client, books, SOUTH)

    assert "£21,160,190.00 had fallen due, £21,160,190.00 was paid in" in words_of(page)
    brings = table(page, "What it brings")
    assert brings["ICB Discharge Funding, NHS South Wendle ICB, 2024-25"][1:] == [
        "£1,141,600.00",
        "£1,141,600.00",
        "£0.00",
        "£1,109,172.43",
        "£32,427.57",
    ]
    bought = table(page, "What its money bought")
    assert bought["Total"] == [brings["Total"][4]]


def test_the_host_s_statement_keeps_its_own_money_and_what_it_carries_apart(client: Client, books: Ledger) -> None:
    page = partner_page(client, books, COUNCIL)

    assert "it carries £679,029.25 that no partner’s money covers" in words_of(page)
    assert table(page, "What its money bought")["Total"] == ["£21,633,476.17"]


def test_a_partner_s_journal_is_a_file_whose_two_sides_are_alike(client: Client, books: Ledger) -> None:
    lines = file_of(partner_page(client, books, NORTHMERE, **{"journal-download": "csv"}))

    debits, credits_ = (sum(Decimal(line[side] or 0) for line in lines) for side in ("Debit (£)", "Credit (£)"))
    assert debits == credits_ == 2 * Decimal("36133093.00")
    assert {line["Account"] for line in lines} == {
        "Contributions to the pooled fund",
        "Owed to Wendleshire County Council for the pooled fund",
        "Bank",
    }


# -- as accountants look at them


def test_the_trial_balance_has_every_source_and_sums_to_nothing(client: Client, books: Ledger) -> None:
    page = opened(client, books, "trial-balance")

    balance = table(page, "As at 31 March 2025")
    assert {row[-1] for label, row in balance.items() if label != "Source"} == {"£0.00"}
    assert balance["Source"] == [
        "11 Pool cash",
        "20 Provider payable",
        "40 Contribution",
        "50 Scheme expenditure",
        "Sum",
    ]
    assert balance["Covered by no source, Wendleshire County Council, 2024-25"] == [
        "–",
        "−£679,029.25",
        "–",
        "£679,029.25",
        "£0.00",
    ]
    assert "Every one of 10 sources balances to £0.00." in words_of(page)


def test_the_trial_balance_of_a_settled_year_says_why_what_no_source_covered_still_stands(
    client: Client, books: Ledger
) -> None:
    why = "others bear what was spent on it by now"
    assert why not in words_of(opened(client, books, "trial-balance"))
    settled(books)

    page = opened(client, books, "trial-balance")

    assert f"Covered by no source, Wendleshire County Council, 2024-25: {why}." in words_of(page)


def test_the_memorandum_account_of_a_settled_year_closes_at_nothing(client: Client, books: Ledger) -> None:
    settled(books)

    page = opened(client, books, "memorandum")

    account = {label: cells[0] for label, cells in table(page, "Year 2024-25").items()}
    assert list(account.items()) == [
        ("Row", "Amount"),
        ("Opening balance", "£0.00"),
        ("Planned contributions", "£79,517,952.75"),
        ("NHS Northmere ICB", "£90,611.72"),
        ("NHS South Wendle ICB", "£55,016.09"),
        ("Wendleshire County Council", "£533,401.44"),
        ("Year-end contributions from partners", "£679,029.25"),
        ("Total income", "£80,196,982.00"),
        ("Expenditure", "−£79,519,038.42"),
        ("Balance before transfers", "£677,943.58"),
        ("Disabled Facilities Grant carried forward (capital)", "−£522,971.48"),
        ("Ashby Vale", "−£102,660.80"),
        ("Calder Moor", "−£81,421.23"),
        ("Fenwick", "−£136,667.95"),
        ("Harbourne", "−£88,853.50"),
        ("Tarnside", "−£113,368.00"),
        ("iBCF carried forward", "−£68,222.10"),
        ("ICB Discharge Funding returned to contributors", "−£86,750.00"),
        ("Closing balance", "£0.00"),
    ]
    assert "closes at £0.00" in words_of(page)
    assert check_figures(page) == 21
    assert check_figures(opened(client, books, "pool"), 3) > 10
    assert check_figures(partner_page(client, books, NORTHMERE), 2) > 10


def test_debtor_and_creditor_agree_and_open_to_what_is_owed(client: Client, books: Ledger) -> None:
    day = date(2024, 4, 2)
    posted(books, Kind.DUE, 5_000_00, source=f"NHS_ADD:{NORTHMERE}:{YEAR}", on=day)
    posted(books, Kind.CASH, 2_000_00, source=f"NHS_ADD:{NORTHMERE}:{YEAR}", on=day)

    page = opened(client, books, "balances")

    assert table(page, "As at 31 March 2025")["NHS Northmere ICB"] == ["£3,000.00", "£3,000.00", "£0.00"]
    assert check_figures(page) == 2
    assert "Debtor and creditor agree to the penny for each of 2 partners." in words_of(page)


# -- every figure opens


@pytest.mark.requirement("S42")
@pytest.mark.parametrize(
    ("name", "asked", "every"),
    [
        ("pool", {}, 2),
        ("statement", {"by": "line"}, 11),
        ("statement", {"by": "category"}, 3),
        ("statement", {"by": "source", "as_at": "2024-11-15"}, 7),
        ("statement", {"by": "partner"}, 3),
        ("statement", {"by": "pool"}, 3),
        ("statement", {"by": "provider"}, 9),
        ("trial-balance", {}, 3),
        ("trial-balance", {"book": "budget"}, 3),
        ("memorandum", {"as_at": "2024-12-31"}, 1),
        ("outside", {}, 1),
        ("balances", {}, 1),
    ],
)
def test_every_figure_of_a_page_is_what_its_link_says_and_its_parts_make_it(
    client: Client, books: Ledger, name: str, asked: dict[str, str], every: int
) -> None:
    assert check_figures(opened(client, books, name, **asked), every) > 0


def test_so_do_those_of_a_line_a_source_and_a_partner(client: Client, books: Ledger) -> None:
    assert check_figures(line_page(client, books, "4"), 2) > 8
    assert check_figures(source_page(client, books, f"NHS_MIN:{SOUTH}:{YEAR}"), 2) > 5
    assert check_figures(partner_page(client, books, SOUTH), 2) > 8


@pytest.mark.requirement("S42")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pool", "£79,517,952.75"),
        ("pool", "£79,519,038.42"),
        ("pool", "£677,943.58"),
        ("pool", "£679,029.25"),
        ("pool", "£32,427.57 more"),
        ("pool", "£522,971.48"),
        ("statement", "£1,085.67"),
        ("statement", "£79,519,038.42"),
        ("statement", "£222,118.33 over"),
        ("statement", "£6,702,118.33"),
        ("trial-balance", "−£32,970,693.00"),
        ("memorandum", "£36,133,093.00"),
        ("outside", "£469,135.02"),
    ],
)
def test_a_figure_opens_to_its_entries_in_at_most_three_steps(
    client: Client, books: Ledger, name: str, text: str
) -> None:
    page = opened(client, books, name)

    assert steps_to_an_entry(client, first_figure(page, text)) <= 3


# -- two dates


def test_a_page_says_both_dates_and_its_links_keep_them(client: Client, books: Ledger) -> None:
    known_at = (NOW + timedelta(days=1)).isoformat()

    page = opened(client, books, as_at="2024-09-30", known_at=known_at)

    assert "As at 30 September 2024, counting what was recorded up to 2 October 2024, 10:30." in words_of(page)
    assert table(page, "Up to 30 September 2024")["Total"][3] == "£37,544,895.63"
    link = reverse("ledger:line", args=[books.lines.get(line_id="1").uuid])
    assert (
        f"{link}?year=2024-25&amp;as_at=2024-09-30&amp;known_at=2024-10-02T09%3A30%3A00%2B00%3A00"
        in page.content.decode()
    )


def test_what_was_recorded_later_is_not_in_what_was_known_before(client: Client, books: Ledger) -> None:
    later = NOW + timedelta(hours=1)
    posted(books, Kind.ACTUAL, 500_00, line="2023-25/12", source=f"DFG:{COUNCIL}:{YEAR}", at=later, on=date(2025, 3, 1))

    now, before = opened(client, books), opened(client, books, known_at=NOW.isoformat())

    assert table(now, "Up to 31 March 2025")["Total"][3] == "£79,519,538.42"
    assert table(before, "Up to 31 March 2025")["Total"][3] == "£79,519,038.42"


def test_the_day_may_be_typed_in_three_boxes(client: Client, books: Ledger) -> None:
    page = opened(client, books, as_at_day="30", as_at_month="6", as_at_year="2024")

    assert table(page, "Up to 30 June 2024")["Total"][3] == "£17,996,358.27"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"as_at": "2026-05-01"}, "1 May 2026 is not in a year of these books. Choose a day from 1 April 2024 to"),
        ({"as_at": "2023-05-01", "year": YEAR}, "1 May 2023 is not in 2024-25. Choose a day from 1 April 2024 to"),
        ({"as_at": "yesterday"}, "Enter a valid date"),
        ({"as_at_day": "3", "as_at_month": "", "as_at_year": "2024"}, "The date has no month."),
        ({"known_at": "noon"}, "‘noon’ is not a moment. Write a day and a time, for example 2031-04-10T17:00."),
        ({"known_at": "0001-01-01T00:00:00+14:00"}, "is not a moment"),
        ({"known_at": "\x00"}, "is not a moment"),
        ({"year": "2031-32"}, "These books have no year ‘2031-32’. They have: 2024-25."),
    ],
)
def test_a_date_that_cannot_be_is_told_and_the_usual_one_is_shown(
    client: Client, books: Ledger, asked: dict[str, str], said: str
) -> None:
    for name in ("statement", "pool", "memorandum"):
        page = opened(client, books, name, **asked)

        assert said in words_of(page)
        assert "There is a problem" in words_of(page)
        assert "As at 31 March 2025" in words_of(page)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("statement", {"by": "colour"}),
        ("statement", {"by": "all"}),
        ("statement", {"partner": "XX9"}),
        ("statement", {"stream": "not-an-id"}),
        ("pool", {"stream": "00000000-0000-0000-0000-000000000001"}),
        ("trial-balance", {"book": "cook"}),
    ],
)
def test_an_address_that_names_what_is_not_there_is_not_found(
    client: Client, books: Ledger, name: str, asked: dict[str, str]
) -> None:
    assert opened(client, books, name, **asked).status_code == 404


def test_a_body_whose_money_the_books_do_not_know_has_no_statement(client: Client, books: Ledger) -> None:
    elsewhere = a_stranger().memberships.get().organisation.uuid

    assert client.get(reverse("ledger:partner-statement", args=[books.uuid, elsewhere])).status_code == 404


# -- who, and as a file


def test_somebody_of_another_area_reads_none_of_it(books: Ledger) -> None:
    client = as_(a_stranger())
    pages = [opened(client, books, name) for name in ("pool", "statement", "trial-balance", "memorandum", "balances")]
    pages += [opened(client, books, name) for name in ("movement", "outside")]
    pages += [line_page(client, books, "1"), source_page(client, books, f"DFG:{COUNCIL}:{YEAR}")]
    pages.append(partner_page(client, books, SOUTH))

    assert {page.status_code for page in pages} == {403}
    assert opened(Client(), books).status_code == 302


def test_the_statement_s_file_has_every_column_and_the_months(client: Client, books: Ledger) -> None:
    rows = file_of(opened(client, books, download="csv"))

    assert len(rows) == 16
    assert sum(Decimal(row["Net spend (£)"]) for row in rows) == Decimal("79519038.42")
    assert sum(Decimal(row["Jun 2024 (£)"]) for row in rows) == Decimal("17996358.27")
    assert sum(Decimal(row["Plan of the year (£)"]) for row in rows) == Decimal("79517952.75")
    assert {row["Data"] for row in rows} == {"invented"}


@pytest.mark.parametrize("name", ["pool", "statement", "trial-balance", "memorandum", "balances", "outside"])
def test_every_page_is_a_workbook_too(client: Client, books: Ledger, name: str) -> None:
    response = opened(client, books, name, download="xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet.max_row > 1


def test_a_sorted_statement_keeps_its_day(client: Client, books: Ledger) -> None:
    page = opened(client, books, sort="-variance", as_at="2024-06-30", year=YEAR)

    links = [line for line in page.content.decode().split('"') if line.startswith("?") and "sort=" in line]
    assert links and all("as_at=2024-06-30" in link and "year=2024-25" in link for link in links)


# -- as many statements of SQL, however much there is


@pytest.mark.parametrize(
    ("name", "most"),
    [("statement", 30), ("pool", 50), ("trial-balance", 30), ("memorandum", 40), ("outside", 35), ("balances", 45)],
)
def test_a_page_asks_as_often_whatever_the_books_hold(
    client: Client, books: Ledger, name: str, most: int, django_assert_max_num_queries: Any
) -> None:
    opened(client, books, name)  # what is read once for all pages, such as planning rounds, is read now

    with django_assert_max_num_queries(most) as few:
        opened(client, books, name)
    for number in range(30):
        line = f"2023-25/{number % 16 + 1}"
        posted(books, Kind.ACTUAL, 100, pool=MAIN, line=line, on=date(2024, 4, 1) + timedelta(days=11 * number))
    with django_assert_max_num_queries(len(few)):
        opened(client, books, name)
