"""The reading pages on other books: empty, with streams, several pools, two years, more lines than can be drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonpool.ledger.actions import spending
from commonpool.ledger.actions.drawing import set_fence, set_policy
from commonpool.ledger.actions.opening import ensure_line, open_ledger
from commonpool.ledger.models import Ledger, LedgerLine
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.flow_picture import MOST_LINES, NOT_SPENT, flow_picture, streams
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.views.grids import partner_ids
from tests.funds.builders import the_fund_with_partners, wendleshire
from tests.ledger.builders import CARE, COUNCIL, EQUIPMENT_LINE, GRANT, NHS, NOW, REABLEMENT, YEAR, opened, posted
from tests.ledger.builders import the_ledger as empty_books
from tests.ledger.test_outside import an_agreement
from tests.ledger.test_statements import a_budget, a_forecast
from tests.ledger.test_streams import Mode, happen, own_budget, stream_of_a_larger_pool
from tests.ledger.test_years import NEXT, NHS_NEXT, _budget_next_year, spent, two_years
from tests.ledger_web.builders import a_reader, as_, manager
from tests.ledger_web.builders import planned_books as from_an_agreed_plan
from tests.ledger_web.builders_reading import check_figures, figures_of, table, tables_of, words_of

pytestmark = pytest.mark.django_db
YEAR_END = "2025-03-31"
HAPPENINGS = [("receive", 0, 1_000_00, 0), ("budget", 0, 900_00, 0), ("actual", 0, 700_00, 30), ("order", 0, 50_00, 40)]


@pytest.fixture
def client() -> Client:
    wendleshire()
    return as_(a_reader())


def page_of(client: Client, ledger: Ledger, name: str = "pool", **asked: str) -> Any:
    return client.get(reverse(f"ledger:{name}", args=[ledger.uuid]), asked)


def line_of(client: Client, line: LedgerLine) -> Any:
    return client.get(reverse("ledger:line", args=[line.uuid]))


# -- nothing yet


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pool", "Nothing has come in or gone out in 2024-25"),
        ("statement", "Nothing is planned or spent in 2024-25."),
        ("trial-balance", "Nothing stands in this book yet."),
        ("memorandum", "closes at £0.00"),
        ("movement", "2024-25 is the first year of these books, so there is no year to hold it against."),
        ("outside", "No agreement of this fund is recorded, so what was spent before one was signed is not known."),
    ],
)
def test_empty_books_say_what_would_be_here_and_how_to_get_it(client: Client, name: str, said: str) -> None:
    assert said in words_of(page_of(client, empty_books(), name))


def test_whoever_keeps_empty_books_is_shown_the_next_step() -> None:
    wendleshire()
    with_lines = empty_books()
    shown = words_of(page_of(as_(manager()), with_lines))

    assert "First post what has fallen due and import what was spent." in shown


def test_whoever_keeps_books_without_lines_first_takes_the_plan_s_figures() -> None:
    wendleshire()
    without_lines = open_ledger(actor=None, at=NOW, fund=the_fund_with_partners(), year=YEAR)
    shown = words_of(page_of(as_(manager()), without_lines))

    assert "First take the plan’s figures, then post what has fallen due and import what was spent." in shown


def test_a_line_a_source_and_a_partner_without_money_say_so(client: Client) -> None:
    ledger = empty_books()

    assert "It has no money in 2024-25" in words_of(line_of(client, ledger.lines.get(code=CARE)))
    source = client.get(reverse("ledger:source", args=[ledger.sources.get(code=NHS).uuid]))
    assert "Nothing of it has been spent yet." in words_of(source)
    council = client.get(reverse("ledger:partner-statement", args=[ledger.uuid, partner_ids(ledger)["XW01"]]))
    assert "Nothing has passed between this partner and the host yet" in words_of(council)


# -- the plan behind a line


def test_a_line_s_plan_facts_stand_with_it_and_lead_to_the_plan(client: Client) -> None:
    ledger = from_an_agreed_plan()
    line = ledger.lines.get(line_id="4")

    page = line_of(client, line)

    said = words_of(page)
    assert "Scheme type Bed based intermediate care services" in said
    assert "Funding that the plan names Minimum NHS Contribution" in said
    assert reverse("plans:line", args=[line.plan_line]) in page.content.decode()


# -- what the books know of drawing


def test_a_line_says_which_policy_was_agreed_for_it(client: Client) -> None:
    ledger = empty_books()
    line = ledger.lines.get(code=REABLEMENT)
    text, since = f"{GRANT}>{NHS}", date(2024, 4, 1)
    set_policy(actor=None, at=NOW, ledger=ledger, line=line, text=text, starts_on=since, reason="As the board agreed.")

    said = words_of(line_of(client, line))

    assert said.index("From LBCG") < said.index("From Minimum NHS Contribution, NHS Northmere ICB, 2024-25 Agreed")
    assert "Agreed from 1 April 2024, version 1: As the board agreed." in said


def test_a_source_says_what_its_ring_fence_allows(client: Client) -> None:
    ledger = empty_books()
    terms = {"applies_to": "NHS_MIN", "starts_on": "2024-04-01", "revenue_only": True, "spend_by": YEAR_END}
    set_fence(actor=None, at=NOW, ledger=ledger, terms=terms)

    said = words_of(client.get(reverse("ledger:source", args=[ledger.sources.get(code=NHS).uuid])))

    assert "It may be spent on revenue only. It must be spent by 31 March 2025." in said


# -- gross, income, orders and forecast


def test_income_orders_and_forecast_stand_in_columns_of_their_own(client: Client) -> None:
    ledger = empty_books()
    opened(ledger, nhs=1_000_00)
    a_budget(ledger, REABLEMENT, nhs=900_00)
    a_budget(ledger, EQUIPMENT_LINE, nhs=100_00)
    posted(ledger, Kind.ACTUAL, 500_00, line=REABLEMENT, source=NHS)
    said = {"actor": None, "at": NOW, "ledger": ledger, "pool": ledger.pools.get(code="MAIN"), "on": date(2024, 5, 1)}
    spending.client_income(pence=20_00, line=ledger.lines.get(code=REABLEMENT), reference="C1", **said)
    a_forecast(ledger, REABLEMENT, 930_00)

    page = page_of(client, ledger, "statement", as_at=YEAR_END)

    assert table(page, "Up to")["1 Line 1"][1:4] == ["£500.00", "£20.00", "£480.00"]
    year = table(page, "The whole of 2024-25")
    assert year["1 Line 1"][4:] == ["£930.00", "£30.00 over"]
    assert year["6 Line 6"][4:] == ["not known", "not known"]
    assert year["Total"][4:] == ["£930.00 1 part not known", "not known"]
    assert check_figures(page) > 50
    memorandum = table(page_of(client, ledger, "memorandum", as_at=YEAR_END), "Year")
    assert (memorandum["Gross expenditure"], memorandum["Income of schemes"]) == (["−£500.00"], ["£20.00"])


# -- several pools, and money that moves between them


def test_several_pools_stand_side_by_side_and_money_is_where_it_ended_up(client: Client) -> None:
    ledger = empty_books()
    opened(ledger, nhs=1_000_00)
    posted(ledger, Kind.TRANSFER, 300_00, to_pool="EQUIPMENT", source=NHS)
    posted(ledger, Kind.ACTUAL, 120_00, pool="EQUIPMENT", line=EQUIPMENT_LINE, source=NHS)

    page = page_of(client, ledger, as_at=YEAR_END)

    pools = table(page, "Plan, spend and holding of each pool")
    assert pools["Equipment"] == ["£0.00", "£120.00", "£180.00"]
    assert pools["Wendleshire Better Care Fund"] == ["£0.00", "£0.00", "£700.00"]
    [flows] = [rows for caption, rows in tables_of(page).items() if "went to 6 Line 6" in caption]
    assert ["Minimum NHS Contribution, NHS Northmere ICB, 2024-25", "Equipment", "£300.00"] in flows
    source = client.get(reverse("ledger:source", args=[ledger.sources.get(code=NHS).uuid]))
    assert table(source, "Pool by pool")["Equipment"] == ["£0.00", "£300.00", "£0.00", "£120.00", "£180.00"]
    assert check_figures(page) > 10


# -- streams


def of_stream(client: Client, mode: Mode, name: str, **asked: str) -> Any:
    more = {"stream": str(mode.stream)} if mode.stream else {}
    return page_of(client, mode.ledger, name, as_at=YEAR_END, **asked, **more)


@pytest.mark.requirement("S30")
def test_the_bcf_as_a_stream_and_by_itself_shows_the_same_totals(client: Client) -> None:
    own, larger = own_budget(), stream_of_a_larger_pool()
    for mode in (own, larger):
        happen(mode, HAPPENINGS)

    for by in ("line", "category", "source", "partner"):
        pages = [of_stream(client, mode, "statement", by=by) for mode in (own, larger)]
        assert table(pages[0], "Up to") == table(pages[1], "Up to")
        assert table(pages[0], "The whole of") == table(pages[1], "The whole of")
    [one, other] = [table(of_stream(client, mode, "memorandum"), "Year") for mode in (own, larger)]
    assert one == other
    bcf = "Minimum NHS Contribution, NHS Northmere ICB, 2024-25"
    assert table(of_stream(client, larger, "pool"), "What is left")[bcf][:2] == ["£300.00", "£250.00"]


@pytest.mark.requirement("S30")
def test_the_pool_can_be_looked_at_whole_or_stream_by_stream(client: Client) -> None:
    larger = stream_of_a_larger_pool()
    happen(larger, HAPPENINGS)

    whole, stream = page_of(client, larger.ledger, as_at=YEAR_END), of_stream(client, larger, "pool")

    assert f"?year={YEAR}&amp;as_at={YEAR_END}&amp;stream={larger.stream}" in whole.content.decode()
    assert "£3,350.00 had gone out" in words_of(whole)
    assert "£700.00 had gone out. £300.00 is left." in words_of(stream)
    assert check_figures(stream) > 8
    assert check_figures(of_stream(client, larger, "memorandum")) == 8
    assert check_figures(of_stream(client, larger, "trial-balance")) == 4


# -- more lines than a picture holds


def test_the_smallest_lines_are_drawn_as_one_and_the_table_has_each(client: Client) -> None:
    ledger = empty_books()
    opened(ledger, nhs=10_000_00)
    for number in range(30):
        line = ensure_line(ledger, "2023-25", f"9{number:02}", name=f"Small {number}", category="NHS_MIN")
        posted(ledger, Kind.ACTUAL, 100_00 + number, line=line.code, source=NHS)

    report = Report(ledger, YEAR, AsAt(date(2025, 3, 31)))
    chart = flow_picture(report, streams(report))

    assert chart is not None
    assert "6 other lines" in chart.svg and "Small 0" not in chart.svg and "Small 6" in chart.svg
    assert chart.svg.count("Small ") >= MOST_LINES - 1
    assert {f"9{number:02} Small {number}" for number in range(30)} <= {row[1] for row in chart.table.rows}
    assert "The 6 smallest lines are drawn as one; the table has each of them." in chart.note


def test_money_that_came_in_and_is_not_spent_is_drawn_too(client: Client) -> None:
    ledger = empty_books()
    opened(ledger, council=40_00)

    page = page_of(client, ledger, as_at=YEAR_END)

    [flows] = [rows for caption, rows in tables_of(page).items() if "nothing was spent" in caption]
    assert ["Wendleshire Better Care Fund", NOT_SPENT, "£40.00"] in flows


# -- who is paid


def test_a_provider_that_is_a_registered_organisation_is_called_by_its_name(client: Client) -> None:
    ledger = empty_books()
    opened(ledger, nhs=100_00)
    posted(ledger, Kind.ACTUAL, 60_00, line=REABLEMENT, source=NHS, provider="XW01")

    assert "Wendleshire County Council" in table(page_of(client, ledger, "statement", by="provider"), "Up to")


# -- two years


@pytest.mark.requirement("S33")
def test_money_moved_from_and_to_sums_to_the_contribution(client: Client) -> None:
    ledger = two_years()
    a_budget(ledger, REABLEMENT, nhs=700_00)
    a_budget(ledger, EQUIPMENT_LINE, nhs=300_00)
    _budget_next_year(ledger, {REABLEMENT: 600_00, CARE: 450_00})

    page = page_of(client, ledger, "movement", year=NEXT)

    assert "The budget went from £1,000.00 to £1,050.00: £50.00 more." in words_of(page)
    assert tables_of(page)["Money moved from, and to"][1:] == [
        ["Minimum NHS Contribution, NHS Northmere ICB", "6 Line 6", "10 Line 10", "£300.00"],
        ["Minimum NHS Contribution, NHS Northmere ICB", "1 Line 1", "10 Line 10", "£100.00"],
        ["Minimum NHS Contribution, NHS Northmere ICB", "New money", "10 Line 10", "£50.00"],
        ["Total", "", "", "£450.00"],
    ]
    assert "£600.00 pays for what it paid for before." in words_of(page)
    assert check_figures(page) > 3


@pytest.mark.requirement("S42")
def test_the_movement_of_spend_sums_to_the_difference_of_two_years(client: Client) -> None:
    ledger = two_years()
    spent(ledger, REABLEMENT, 1_000_00, date(2024, 6, 1), NHS)
    spent(ledger, EQUIPMENT_LINE, 300_00, date(2024, 6, 1), NHS)
    spent(ledger, REABLEMENT, 1_100_00, date(2025, 6, 1), NHS_NEXT)
    spent(ledger, CARE, 50_00, date(2025, 6, 1), NHS_NEXT)

    page = page_of(client, ledger, "movement", year=NEXT, of="net")

    assert "Spend went from £1,300.00 to £1,150.00: £150.00 less." in words_of(page)
    causes = tables_of(page)["Cause by cause"]
    assert {tuple(row[index] for index in (0, 1, 5)) for row in causes[1:-1]} == {
        ("Changed", "1 Line 1", "£100.00"),
        ("Stopped", "6 Line 6", "−£300.00"),
        ("New", "10 Line 10", "£50.00"),
    }
    assert causes[-1][-1] == "−£150.00"
    assert check_figures(page) > 3


def test_lines_of_two_plans_with_one_name_are_taken_for_one(client: Client) -> None:
    ledger = two_years()
    again = ensure_line(ledger, NEXT, "7", name="LINE 1", category="NHS_MIN")
    a_budget(ledger, REABLEMENT, nhs=700_00)
    _budget_next_year(ledger, {again.code: 650_00})

    page = page_of(client, ledger, "movement", year=NEXT)

    said = words_of(page)
    assert "1 line of the new plan has the name of a line of the old one, and is taken for it." in said
    assert table(page, "Cause by cause")["Changed"][2:] == ["£700.00", "£650.00", "−£50.00"]
    assert check_figures(page) == 4


def test_a_year_can_be_chosen_and_its_books_end_with_it(client: Client) -> None:
    ledger = two_years()
    spent(ledger, REABLEMENT, 1_000_00, date(2024, 6, 1), NHS)
    spent(ledger, REABLEMENT, 1_100_00, date(2025, 6, 1), NHS_NEXT)

    before, after = (page_of(client, ledger, "statement", year=year) for year in (YEAR, NEXT))

    assert table(before, "Up to 31 March 2025")["Total"][3] == "£1,000.00"
    assert table(after, "Up to 31 March 2026")["Total"][3] == "£1,100.00"
    assert "was held from before" not in words_of(page_of(client, ledger, year=NEXT))


def test_a_day_alone_says_which_year_is_meant(client: Client) -> None:
    ledger = two_years()

    assert "Statement, 2024-25" in words_of(page_of(client, ledger, "statement", as_at="2024-07-01"))


# -- outside the agreement


@pytest.mark.requirement("S09")
def test_spend_outside_the_plan_is_shown_and_is_something_to_do(client: Client) -> None:
    ledger = empty_books()
    opened(ledger, nhs=1_000_00, grant=50_00)
    a_budget(ledger, REABLEMENT, nhs=1_000_00)
    posted(ledger, Kind.ACTUAL, 600_00, line=REABLEMENT, source=NHS)
    posted(ledger, Kind.ACTUAL, 50_00, line=CARE, source=GRANT)

    page, pool = page_of(client, ledger, "outside"), page_of(client, ledger)

    assert table(page, "In 2024-25")["10 Line 10"] == ["The line has no budget", "£50.00"]
    assert "£50.00 was spent on a line that has no budget in 2024-25" in words_of(pool)
    assert check_figures(page) == 1


def test_spend_before_the_agreement_was_signed_is_one_statement_for_each(client: Client) -> None:
    ledger = empty_books()
    opened(ledger, nhs=1_000_00)
    an_agreement(ledger, 1, date(2024, 6, 10))
    posted(ledger, Kind.ACTUAL, 100_00, line=REABLEMENT, source=NHS, on=date(2024, 6, 9))
    posted(ledger, Kind.ACTUAL, 7_00, line=REABLEMENT, source=NHS, on=date(2024, 6, 10))

    page = page_of(client, ledger, "outside")

    early = table(page, "Section 75 agreement, version 1: spent from 1 April 2024 to 9 June 2024")
    assert early["1 Line 1"] == early["Total"] == ["£100.00"]
    assert "1 agreement began before it was signed." in words_of(page)
    asked = {opened_.query["question"]: opened_.figure.value for opened_ in figures_of(page)}
    assert asked["ledger.before_signed"] == 100_00
    assert check_figures(page) > 1


# -- cash


def test_a_partner_that_pays_late_is_carried_and_it_is_said_by_whom(client: Client) -> None:
    ledger = empty_books()
    posted(ledger, Kind.RECEIVE, 500_00, source=COUNCIL, on=date(2024, 4, 1))
    posted(ledger, Kind.DUE, 100_00, source=NHS, on=date(2024, 4, 1))
    posted(ledger, Kind.ACTUAL, 100_00, line=REABLEMENT, source=NHS, on=date(2024, 4, 11))

    page = page_of(client, ledger, as_at="2024-04-30")

    said = words_of(page)
    assert "NHS Northmere ICB had paid in £100.00 less than what was spent from its money by 30 April 2024." in said
    assert "It was carried for 2,000 pound-days in the year to date." in said
    assert "Wendleshire County Council’s money carried £100.00 for NHS Northmere ICB." in said
