"""How the host's finance manager keeps Wendleshire's books in the browser: each step, and what the page says to it.

Amounts are those of the worked example: quarterly actuals, settlement, what each district keeps.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

from commonpool.demo.wendleshire import quarterly_actuals
from tests.browser import check_page
from tests.journeys.steps import choose_day, follow, press, rows_of, says, to_the_pool

FUND: Final = "Wendleshire Better Care Fund"
COUNCIL, NORTH, SOUTH = "Wendleshire County Council", "NHS Northmere ICB", "NHS South Wendle ICB"
BEDS: Final = "4 Step-up / step-down beds"
NHS_MINIMUM: Final = "Minimum NHS Contribution"
DISCHARGE: Final = "ICB Discharge Funding"
# Quarter: its last day, the day on which the books are kept, what the host's file adds, what has been spent by then.
QUARTERS: Final = {
    1: (date(2024, 6, 30), date(2024, 7, 9), "£17,996,358.27", "£17,996,358.27"),
    2: (date(2024, 9, 30), date(2024, 10, 9), "£19,548,537.36", "£37,544,895.63"),
    3: (date(2024, 12, 31), date(2025, 1, 9), "£20,270,082.39", "£57,814,978.02"),
    4: (date(2025, 3, 31), date(2025, 4, 9), "£21,704,060.40", "£79,519,038.42"),
}
SHARES: Final = {COUNCIL: "533,401.44", NORTH: "90,611.72", SOUTH: "55,016.09"}
DISTRICTS: Final = {
    "Ashby Vale": "102,660.80",
    "Calder Moor": "81,421.23",
    "Fenwick": "136,667.95",
    "Harbourne": "88,853.50",
    "Tarnside": "113,368.00",
}
GIVEN_BACK: Final = {NORTH: "£54,322.43", SOUTH: "£32,427.57"}


def open_the_books(page: Any) -> None:
    page.get_by_role("link", name="Wendleshire", exact=True).click()
    to_the_pool(page)
    press(page, f"Open the books of {FUND}")
    page.get_by_label("First financial year").select_option("2024-25")
    page.get_by_label("The agreed plan for 2023-24 and 2024-25").check()
    press(page, "Open the books")
    says(page, "are open for 2024-25", "Nothing has come in or gone out in 2024-25")


# -- a quarter


def let_the_grant_fall_due_in_may(page: Any) -> None:
    """The ministry pays the Disabled Facilities Grant in one sum; the others pay month by month."""
    to_the_pool(page, "Contributions")
    row_of_grant = page.get_by_role("row").filter(has_text="Disabled Facilities Grant").first
    row_of_grant.get_by_role("link", name="In twelve monthly parts").click()
    page.get_by_label("Once a year").check()
    press(page, "Continue")
    page.get_by_label("Month", exact=True).select_option("May")
    press(page, "Set when it falls due")
    grant = next(row for row in rows_of(page, "Contributions, 2024-25") if row[1] == "Disabled Facilities Grant")
    assert grant[2:5] == ["£5,913,448.00", "In one sum on the first day of May", "£5,913,448.00"]
    assert rows_of(page, "Contributions, 2024-25")[-1][2] == "£79,517,952.75"


def post_what_fell_due(page: Any, quarter: int) -> None:
    to_the_pool(page, "Contributions")
    press(page, "Post what has fallen due")
    choose_day(page, "Up to and including", QUARTERS[quarter][0])
    press(page, "Post")
    # One sum for the grant, and three months of eight other contributions.
    says(page, "25 instalments are posted" if quarter == 1 else "24 instalments are posted")


def upload(page: Any, file: Path, quarter: int) -> None:
    to_the_pool(page)
    press(page, "Import a file")
    page.get_by_label("Whose export is it?").select_option(COUNCIL)
    page.get_by_label("Export of the partner’s ledger").set_input_files(file)
    press(page, "Upload and look")
    says(page, f"Nothing stands in the way. Posting writes 16 amounts, {QUARTERS[quarter][2]} in all.")


def say_how_its_columns_are_read(page: Any) -> None:
    """The first file of a partner: its column of numbers is taken for cost centres, each of which pays for a line."""
    press(page, "Say how its columns are read")
    page.get_by_label("Scheme line", exact=True).select_option("Not in the file")
    page.get_by_label("Cost centre", exact=True).select_option("A: scheme_id")
    for letter, quarter in zip("BCDE", QUARTERS, strict=True):
        page.get_by_label(f"{letter}: q{quarter}").fill(f"Q{quarter} 2024-25")
    press(page, "Save and read the file again")
    says(page, "1 error stands in the way", "is not among the mapping’s cost centres, nor are 15 others")

    press(page, "Say how its columns are read")
    for actual in quarterly_actuals():
        page.get_by_label(f"Scheme line of {actual.scheme_id}", exact=True).select_option(actual.scheme_id)
    press(page, "Save and read the file again")
    says(page, "Nothing stands in the way. Posting writes 16 amounts, £17,996,358.27 in all.", "taken for cost centre")
    check_page(page)


def post_the_file(page: Any, quarter: int) -> None:
    _, _, added, so_far = QUARTERS[quarter]
    press(page, "Post")
    says(page, "is posted", f"16 amounts were posted, {added} in all.")
    assert rows_of(page, "The file and the books")[1:] == [
        ["Posted by this file", added, added, "Yes, to the penny"],
        ["Year to date", so_far, so_far, "Yes, to the penny"],
    ]
    posted = [row[2].partition(" ")[0] for row in rows_of(page, "Entries of this file")[1:]]
    assert posted == [str(line) for line in range(1, 17)]


def correct_a_mistake(page: Any) -> None:
    """An invoice that the file has already is entered again, found, and taken back."""
    to_the_pool(page)
    press(page, "Post to the books")
    page.get_by_label("An invoice came").check()
    press(page, "Continue")
    page.get_by_label("Scheme line").select_option(BEDS)
    page.get_by_label("Amount").fill("1,234.56")
    choose_day(page, "Day that it concerns", date(2024, 6, 15))
    press(page, "Post it")
    says(page, f"£768.16 from {NHS_MINIMUM}, {NORTH}, 2024-25 and £466.40 from {NHS_MINIMUM}, {SOUTH}, 2024-25.")

    assert entries_on_beds(page) == [["Invoice", "£1,234.56"], ["Spend from an export", "£1,541,487.22"]]
    page.get_by_role("row").filter(has_text="£1,234.56").get_by_role("link").click()
    press(page, "Credit or reverse it")
    page.get_by_label("Reason").fill("The host’s file has this invoice already")
    press(page, "Take it back")
    says(page, "The entry itself stays as it was.", "The host’s file has this invoice already", "It follows entry")
    says(page, "It is in proportion to what still stood of each source’s part.")

    assert entries_on_beds(page) == [
        ["Credit or reversal", "£1,234.56"],
        ["Invoice", "£1,234.56"],
        ["Spend from an export", "£1,541,487.22"],
    ]


def entries_on_beds(page: Any) -> list[list[str]]:
    """What was posted on the line in June, and how much."""
    to_the_pool(page, "Every entry of the books")
    page.get_by_label("Scheme line").select_option(BEDS)
    page.get_by_label("Month").select_option("Jun 2024")
    press(page, "Filter")
    return [[row[2], row[5]] for row in rows_of(page, "Entries")[1:]]


def close_months(page: Any, *months: str) -> None:
    for month in months:
        to_the_pool(page, "Periods: close a month")
        follow(page, f"{month} 2024")
        press(page, f"Soft-close {month} 2024")
        says(page, f"{month} 2024 is soft-closed.")
        press(page, f"Close {month} 2024 for good")
        says(page, f"{month} 2024 is closed. Put the words below into the partners’ minutes.")
    follow(page, "A page of it to print")
    says(page, f"{FUND}: Jun 2024 was closed on", "the hash of the last is", "Every pound spent has a source.")


# -- the end of the year


def record_cash_of_the_discharge_fund(page: Any) -> None:
    """What the two ICBs paid in of it, so that the rest can go back."""
    for body, pounds in ((NORTH, "1,912,400.00"), (SOUTH, "1,141,600.00")):
        to_the_pool(page, "Contributions")
        press(page, "Record cash that came")
        page.get_by_label("Whose money came?").select_option(f"{DISCHARGE}, {body}, 2024-25")
        page.get_by_label("Amount").fill(pounds)
        choose_day(page, "Day on which it arrived", date(2025, 3, 20))
        press(page, "Record it")
        says(page, f"£{pounds} of {DISCHARGE}, {body}, 2024-25 is recorded as arrived.")


def end_the_year(page: Any) -> None:
    to_the_pool(page, "The end of the year")
    says(page, "6 things are left to do.")
    follow(page, f"Let the host’s advance carry {NHS_MINIMUM}")
    page.get_by_label("The agreement lets the pool overspend on these lines").check()
    press(page, "Let the advance carry it")
    says(page, "The host’s advance now carries £679,029.25")
    enter_the_shares(page)
    carry_forward(page)
    give_back(page)
    says(page, "1 thing is left to do.", "Open 2025-26")


def enter_the_shares(page: Any) -> None:
    """A slip of the pen is refused with what it makes wrong, and what was typed stays."""
    follow(page, f"Enter each partner’s share of {NHS_MINIMUM}")
    for partner, pounds in SHARES.items():
        page.get_by_label(partner).fill(pounds)
    page.get_by_label(SOUTH).fill("55,016.90")
    press(page, "Post the shares")
    says(page, "The shares sum to £679,030.06, not to £679,029.25: £0.81 is too much.")
    page.get_by_label(SOUTH).fill(SHARES[SOUTH])
    press(page, "Post the shares")
    says(page, "3 shares are posted and fall due; the host’s advance is repaid.")


def carry_forward(page: Any) -> None:
    follow(page, "Carry forward: Disabled Facilities Grant")
    for district, pounds in DISTRICTS.items():
        page.get_by_label(district).fill(pounds)
    press(page, "Carry it forward")
    says(page, "£522,971.48 of Disabled Facilities Grant")
    follow(page, "Carry forward: iBCF")
    press(page, "Carry it forward")
    says(page, "£68,222.10 of iBCF")


def give_back(page: Any) -> None:
    for body, pounds in GIVEN_BACK.items():
        follow(page, f"Give back: {DISCHARGE}, {body}")
        press(page, "It must go back")
        says(page, f"{pounds} of {DISCHARGE}, {body}, 2024-25 must go back.")
    for body, pounds in GIVEN_BACK.items():
        follow(page, f"Pay back {DISCHARGE}, {body}")
        press(page, "Enter the payment")
        says(page, f"{pounds} of {DISCHARGE}, {body}, 2024-25 is entered as paid back.")
