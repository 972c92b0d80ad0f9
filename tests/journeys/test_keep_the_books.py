"""The host's finance manager keeps Wendleshire's books for a whole year in the browser, from nothing to an export.

Every figure is one of the worked example: quarterly actuals, what they should come to, the settlement, the account.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pytest

from commonpool.demo.books import _file
from tests.browser import check_page
from tests.journeys import keeping
from tests.journeys.keeping import COUNCIL, DISCHARGE, DISTRICTS, NHS_MINIMUM, NORTH, QUARTERS, SOUTH
from tests.journeys.steps import (
    choose_day,
    clicks_to_entries,
    download,
    follow,
    press,
    row_of,
    rows_of,
    says,
    to_the_pool,
)
from tests.ledger_web.builders import frozen

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Any]

# Line of the plan: what it spent in the year, and how that stands to its plan.
OUTTURN: Final = {
    "1": ["£9,612,480.15", "£237,519.85 under"],
    "2": ["£10,987,214.60", "£537,214.60 over"],
    "3": ["£14,300,000.00", "on plan"],
    "4": ["£6,702,118.33", "£222,118.33 over"],
    "5": ["£1,098,050.00", "£22,450.00 under"],
    "6": ["£4,231,909.12", "£316,658.72 over"],
    "7": ["£4,860,000.00", "on plan"],
    "8": ["£1,876,540.05", "£136,992.55 under"],
    "9": ["£1,250,000.00", "on plan"],
    "10": ["£8,982,906.00", "on plan"],
    "11": ["£2,431,777.90", "£68,222.10 under"],
    "12": ["£4,688,120.42", "£475,327.58 under"],
    "13": ["£702,356.10", "£47,643.90 under"],
    "14": ["£2,145,300.75", "on plan"],
    "15": ["£2,683,015.00", "on plan"],
    "16": ["£2,967,250.00", "£86,750.00 under"],
    "Total": ["£79,519,038.42", "£1,085.67 over"],
}
TO_DATE: Final = {
    NHS_MINIMUM: ["£12,764,442.62", "£26,181,520.68", "£39,598,598.74", "£53,668,312.25"],
    "Additional NHS Contribution": ["£287,500.00", "£600,000.00", "£912,500.00", "£1,250,000.00"],
    "iBCF": ["£2,625,377.30", "£5,479,048.28", "£8,332,719.26", "£11,414,683.90"],
    "Disabled Facilities Grant": ["£808,571.48", "£1,994,476.31", "£3,449,904.97", "£5,390,476.52"],
    "Additional LA Contribution": ["£493,419.17", "£1,029,744.36", "£1,566,069.55", "£2,145,300.75"],
    "Local Authority Discharge Funding": ["£482,942.70", "£1,073,206.00", "£1,878,110.50", "£2,683,015.00"],
    DISCHARGE: ["£534,105.00", "£1,186,900.00", "£2,077,075.00", "£2,967,250.00"],
}
ACCOUNT: Final = [
    ["Opening balance", "£0.00"],
    ["Planned contributions", "£79,517,952.75"],
    [NORTH, "£36,133,093.00"],
    [SOUTH, "£21,160,190.00"],
    [COUNCIL, "£22,224,669.75"],
    ["Year-end contributions from partners", "£679,029.25"],
    [NORTH, "£90,611.72"],
    [SOUTH, "£55,016.09"],
    [COUNCIL, "£533,401.44"],
    ["Total income", "£80,196,982.00"],
    ["Expenditure", "−£79,519,038.42"],
    ["Balance before transfers", "£677,943.58"],
    ["Disabled Facilities Grant carried forward (capital)", "−£522,971.48"],
    *([district, f"−£{pounds}"] for district, pounds in DISTRICTS.items()),
    ["iBCF carried forward", "−£68,222.10"],
    [f"{DISCHARGE} returned to contributors", "−£86,750.00"],
    ["Closing balance", "£0.00"],
]


@pytest.fixture
def site(site_without_books: str) -> str:
    """Where the books are still to be opened."""
    return site_without_books


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """`it_is(date(2024, 7, 9))`: that day, for every page."""
    return lambda day: frozen(monkeypatch, day)


@pytest.fixture
def files(tmp_path: Path) -> dict[int, Path]:
    """The host's file as it stands after each quarter."""
    made = {quarter: tmp_path / f"actuals to q{quarter}.csv" for quarter in QUARTERS}
    for quarter, file in made.items():
        file.write_text("".join(_file(quarter)), encoding="utf-8")
    return made


@pytest.mark.requirement("S23", "S31", "S42")
def test_the_host_s_whole_year_is_done_in_the_browser(
    sign_in: SignIn, it_is: Callable[[date], None], files: dict[int, Path]
) -> None:
    it_is(QUARTERS[1][1])
    page = sign_in("finance")
    keeping.open_the_books(page)

    keeping.let_the_grant_fall_due_in_may(page)
    keeping.post_what_fell_due(page, 1)
    keeping.upload(page, files[1], 1)
    keeping.say_how_its_columns_are_read(page)
    keeping.post_the_file(page, 1)
    keeping.correct_a_mistake(page)
    keeping.close_months(page, "Apr", "May", "Jun")
    for quarter in (2, 3, 4):
        it_is(QUARTERS[quarter][1])
        keeping.post_what_fell_due(page, quarter)
        keeping.upload(page, files[quarter], quarter)
        keeping.post_the_file(page, quarter)
    keeping.record_cash_of_the_discharge_fund(page)
    keeping.end_the_year(page)

    the_account_closes_at_nothing(page)
    the_trial_balance_sums_to_nothing(page)
    the_statement_is_the_worked_example(page)
    every_figure_opens_to_its_entries(page)
    a_partner_s_statement_and_its_export_agree(page)


# -- what the books say


def the_account_closes_at_nothing(page: Any) -> None:
    to_the_pool(page, "Memorandum account")
    says(page, "The pool’s year 2024-25 closes at £0.00")
    assert rows_of(page, "Year 2024-25, up to 31 March 2025")[1:] == ACCOUNT


def the_trial_balance_sums_to_nothing(page: Any) -> None:
    to_the_pool(page, "Trial balance by source")
    headers, *sources, total = rows_of(page, "As at 31 March 2025, since the books began")
    assert {row[-1] for row in (*sources, total)} == {"£0.00"}
    assert total[headers.index("50 Scheme expenditure")] == "£79,519,038.42"
    assert total[headers.index("30 Fund balance brought forward")] == "−£591,193.58"


def the_statement_is_the_worked_example(page: Any) -> None:
    to_the_pool(page, "Statement of the year")
    says(page, "Net spend is £1,085.67", "over plan to date", "£1,075,991.65", "£1,074,905.98")
    by_line = {name.partition(" ")[0]: rest for name, *rest in rows_of(page, "Up to 31 March 2025")[1:]}
    assert {number: row[3:] for number, row in by_line.items()} == OUTTURN
    follow(page, "Funding that lines name")
    assert row_of(page, "Up to 31 March 2025", NHS_MINIMUM)[3:] == ["£53,668,312.25", "£679,029.25 over"]
    bridge = row_of(page, "From what lines spent to the money that paid", NHS_MINIMUM)
    assert bridge == ["£52,989,283.00", "£679,029.25", "£53,668,312.25"]
    page.get_by_text("Quarter by quarter, and month by month").click()
    quarters = {name: rest for name, *rest in rows_of(page, "Year to date, quarter by quarter")[1:]}
    assert quarters.pop("Total") == [so_far for _, _, _, so_far in QUARTERS.values()]
    assert quarters == TO_DATE


def every_figure_opens_to_its_entries(page: Any) -> None:
    """One of each column of the statement, its totals, its first sentence and its bridge."""
    statement = page.url
    kinds = ["£1,085.67", "£52,989,283.00", "£53,668,312.25", "£679,029.25 over", "£679,029.25", "£79,519,038.42"]
    for figure in kinds:
        page.goto(statement)
        assert clicks_to_entries(page, page.get_by_role("main").get_by_role("link", name=figure).first) <= 3, figure
    page.get_by_role("table", name="Its parts").locator("tbody").get_by_role("link").first.click()
    says(page, "In the accounts", "Why these sources")


def a_partner_s_statement_and_its_export_agree(page: Any) -> None:
    to_the_pool(page, "Statement of the year")
    page.get_by_role("link", name="Partners", exact=True).click()
    page.get_by_role("link", name=NORTH, exact=True).first.click()
    says(page, "It agreed £36,133,093.00.", "£36,223,704.72", "£36,169,382.29")
    total = rows_of(page, "What it brings, 2024-25")[-1]
    assert total[2:] == ["£36,223,704.72", "£1,912,400.00", "£34,311,304.72", "£36,169,382.29", "£0.00"]
    check_page(page)

    sources = read_csv(download(page, "Download CSV of What it brings"))
    journal = read_csv(download(page, "Download CSV of Journal"))

    assert {row["Source"].partition(",")[0]: row["Spent of it (£)"] for row in sources} == {
        NHS_MINIMUM: "32970693.00",
        "Additional NHS Contribution": "1250000.00",
        DISCHARGE: "1858077.57",
        "Partners’ shares of an overspend": "90611.72",
    }
    assert balance_of(journal, "Contributions to the pooled fund") == Decimal("36169382.29")
    assert balance_of(journal, f"Owed to {COUNCIL} for the pooled fund") == -Decimal("34311304.72")
    assert balance_of(journal, "Bank") == -Decimal("1858077.57")
    assert balance_of(journal, "") == 0


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def balance_of(journal: list[dict[str, str]], account: str) -> Decimal:
    """Debits less credits of one account, or of all."""
    rows = [row for row in journal if account in ("", row["Account"])]
    return sum((Decimal(row["Debit (£)"] or 0) - Decimal(row["Credit (£)"] or 0) for row in rows), Decimal(0))


# -- a virement

NURSING: Final = "3 Two-hour crisis response and community nursing"


@pytest.mark.requirement("S10")
def test_an_icb_s_chief_officer_answers_a_virement_above_the_limit(
    sign_in: SignIn, it_is: Callable[[date], None]
) -> None:
    it_is(date(2024, 7, 9))
    page = sign_in("finance")
    keeping.open_the_books(page)
    set_the_limit_of_finance_managers(page)
    propose(page, "1,200,000")
    says(page, "£1,200,000 is above the sum from which every partner is asked.")
    assert answers(page) == {COUNCIL: "No answer yet", NORTH: "No answer yet", SOUTH: "No answer yet"}

    agree_at_home(page, sign_in, "chief.xn1")

    assert answers(page) == {COUNCIL: "No answer yet", NORTH: "Agreed", SOUTH: "No answer yet"}
    check_page(page)
    agree_at_home(page, sign_in, "chief.xs1")
    agree_at_home(page, sign_in, "chief")
    says(page, "the budget has moved")
    to_the_pool(page, "Statement of the year")
    year = {name: plan for name, plan, *_ in rows_of(page, "The whole of 2024-25")[1:]}
    assert year[NURSING] == "£13,100,000.00"
    assert year["2 Home care packages"] == "£11,650,000.00"


def set_the_limit_of_finance_managers(page: Any) -> None:
    to_the_pool(page, "Virements")
    follow(page, "Delegated limits")
    press(page, "Set a limit")
    page.get_by_label("Role").select_option("Finance manager")
    page.get_by_label("That sum").fill("250,000")
    page.get_by_label("Every partner is asked above").fill("1,000,000")
    choose_day(page, "From which day?", date(2024, 4, 1))
    press(page, "Set the limit")
    says(page, "£250,000", "£1,000,000")


def propose(page: Any, pounds: str) -> None:
    """From community nursing to home care, both paid from the NHS minimum."""
    to_the_pool(page, "Virements")
    press(page, "Propose a virement")
    page.get_by_label("From which line?").select_option(f"{NURSING}: £14,300,000.00")
    page.get_by_label("To which line?").select_option("2 Home care packages: £10,450,000.00")
    page.get_by_label("Amount").fill(pounds)
    choose_day(page, "From which day does it hold?", date(2024, 7, 9))
    page.get_by_label("Why should the budget move?").fill("More people are helped at home than was planned")
    press(page, "Propose it")


def answers(page: Any) -> dict[str, str]:
    return {partner: answer for partner, answer, *_ in rows_of(page, "Answers")[1:]}


def agree_at_home(page: Any, sign_in: SignIn, account: str) -> None:
    """Whoever is asked finds the question on the first page after signing in."""
    press(page, "Sign out")
    sign_in(account)
    follow(page, "A virement of £1,200,000")
    page.get_by_label("Yes, agreed").check()
    press(page, "Give this answer")
    says(page, "is recorded")
