"""Contributions on a page: what falls due when, what has fallen due, what has arrived, and each partner's calendar."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.urls import reverse

from commonpool.ledger.actions.budgeting import set_amount
from commonpool.ledger.actions.contributing import post_due
from commonpool.ledger.instalments import current_schedules, outstanding
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.budgets import budgeted
from commonpool.ledger.queries.contributing import Stands, contributions, words_of
from commonpool.ledger.rules.phasing import Profile, Spread
from tests.funds.builders import NOW
from tests.ledger_web.builders import (
    NHS_NORTH,
    OCTOBER,
    YEAR,
    a_reader,
    as_,
    frozen,
    main_of,
    manager,
    paid_books,
    planned_books,
    spent,
    text_of,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    frozen(monkeypatch)
    return planned_books()


def page_of(ledger: Ledger, query: str = "") -> str:
    return reverse("ledger:contributions", args=[ledger.uuid]) + query


def calendar_of(ledger: Ledger, query: str = "", code: str = NHS_NORTH) -> str:
    return reverse("ledger:schedule", args=[ledger.sources.get(code=code).uuid, YEAR]) + query


def test_each_source_is_shown_with_what_is_agreed_due_arrived_and_outstanding(ledger: Ledger) -> None:
    shown = contributions(ledger, YEAR, OCTOBER)
    north = next(promise for promise in shown.promises if promise.source.code == NHS_NORTH)

    assert (north.agreed_pence, north.due_pence, north.arrived_pence) == (32_970_693_00, 19_232_904_25, 0)
    assert north.outstanding_pence == 19_232_904_25
    assert north.words == "In twelve monthly parts, on the first day of each month"
    page = text_of(as_(manager()).get(page_of(ledger)))
    assert "£0.00 of the £46,385,472.40 that has fallen due has arrived." in page
    assert "63 instalments have fallen due and are not in the books: £46,385,472.40 in all." in page


def test_what_fell_due_is_posted_once(ledger: Ledger) -> None:
    url = reverse("ledger:post-due", args=[ledger.uuid])

    first = as_(manager()).post(url, typed(date(2024, 6, 30), "up_to"), follow=True)
    again = as_(manager()).post(url, typed(date(2024, 6, 30), "up_to"), follow=True)

    assert "27 instalments are posted, £19,879,488.18 in all." in text_of(first)
    assert "Nothing more had fallen due by 30 June 2024." in text_of(again)
    stands = {each.due_on: each.stands for each in contributions(ledger, YEAR, OCTOBER).instalments}
    assert stands[date(2024, 6, 1)] is Stands.IN_BOOKS
    assert stands[date(2024, 7, 1)] is Stands.NOT_POSTED
    assert stands[date(2024, 11, 1)] is Stands.TO_COME


def test_what_was_posted_ahead_is_left_alone_by_an_earlier_day(ledger: Ledger) -> None:
    post_due(actor=None, at=NOW, ledger=ledger, up_to=date(2025, 3, 31))

    assert outstanding(ledger, date(2024, 6, 30)) == []


def test_two_instalments_that_count_on_one_day_are_two_entries(ledger: Ledger) -> None:
    profile = Profile(Spread.QUARTERS, is_in_arrears=True, day=20)
    source = ledger.sources.get(code=NHS_NORTH)
    set_amount(ledger, source, main_of(ledger), YEAR, 4_00, "", NOW, profile={"spread": "quarters", "day": 92})
    post_due(actor=None, at=NOW, ledger=ledger, up_to=date(2025, 3, 31))
    assert words_of(profile) == "In four quarterly parts, on day 20 of the next quarter"

    set_amount(
        ledger, source, main_of(ledger), YEAR, 8_00, "", NOW, profile={"spread": "quarters", "is_in_arrears": True}
    )
    post_due(actor=None, at=NOW, ledger=ledger, up_to=date(2025, 4, 30))

    shown = contributions(ledger, YEAR, date(2025, 4, 30))
    assert next(each for each in shown.promises if each.source == source).posted_pence == 8_00
    assert outstanding(ledger, date(2025, 4, 30)) == []


def test_cash_that_came_is_recorded_and_the_same_remittance_twice_is_once(ledger: Ledger) -> None:
    url = reverse("ledger:cash", args=[ledger.uuid])
    source = ledger.sources.get(code=NHS_NORTH)
    given = {
        "source": source.uuid,
        "pence": "1,000,000.50",
        "pool": main_of(ledger).uuid,
        "reference": "BACS 17",
        **typed(date(2024, 9, 30)),
    }

    as_(manager()).post(url, given)
    page = text_of(as_(manager()).post(url, given, follow=True))

    shown = contributions(ledger, YEAR, OCTOBER)
    assert "£1,000,000.50 of Minimum NHS Contribution, NHS Northmere ICB, 2024-25 is recorded as arrived." in page
    assert next(each for each in shown.promises if each.source == source).arrived_pence == 1_000_000_50


def test_cash_sent_twice_by_mistake_without_a_number_is_one_entry(ledger: Ledger) -> None:
    url = reverse("ledger:cash", args=[ledger.uuid])
    once = as_(manager()).get(url).context["form"]["once"].value()
    source = ledger.sources.get(code=NHS_NORTH).uuid
    given = {"once": once, "source": source, "pence": "5.00", "pool": main_of(ledger).uuid, **typed(date(2024, 9, 1))}

    as_(manager()).post(url, given)
    as_(manager()).post(url, given)
    as_(manager()).post(url, {**given, "pence": "6.00"})

    assert ledger.entries.filter(kind="cash").count() == 2, "the same is once, another sum another"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pence": "12k"}, "‘12k’ is not an amount of money"),
        ({"pence": "-5"}, "‘-5’ is not above zero"),
        ({"pence": "0"}, "‘0’ is not above zero"),
        ({"pence": "1.005"}, "has a fraction of a penny"),
        ({"on_month": "13"}, "‘1 13 2024’ is not a date"),
        ({"on_day": ""}, "The date has no day"),
        ({"source": ""}, "Choose an answer to ‘Whose money came?’."),
        ({"on_year": "2031"}, "1 September 2031 is outside the years of this ledger"),
    ],
)
def test_what_is_wrong_with_cash_is_said_and_what_was_typed_stays(
    ledger: Ledger, wrong: dict[str, str], said: str
) -> None:
    url = reverse("ledger:cash", args=[ledger.uuid])
    source = ledger.sources.get(code=NHS_NORTH).uuid
    given = {"source": source, "pence": "77.00", "pool": main_of(ledger).uuid, "reference": "REF 9"}

    response = as_(manager()).post(url, {**given, **typed(date(2024, 9, 1)), **wrong})

    assert said in text_of(response)
    assert 'value="REF 9"' in response.content.decode()
    assert not ledger.entries.filter(kind="cash").exists()


def test_what_a_partner_paid_itself_has_arrived_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from commonpool.ledger.rules.events import Kind

    frozen(monkeypatch)
    ledger = paid_books()

    spent(ledger, "9", 100_000_00, Kind.PAY_DIRECT)

    shown = contributions(ledger, YEAR, OCTOBER)
    added = next(each for each in shown.promises if each.source.code == "NHS_ADD:XN1:2024-25")
    assert (added.arrived_pence, added.outstanding_pence) == (100_000_00, 729_166_66 - 100_000_00)


# -- calendars


def test_a_calendar_is_asked_one_thing_at_a_time(ledger: Ledger) -> None:
    first = text_of(as_(manager()).get(calendar_of(ledger)))
    unknown = text_of(as_(manager()).get(calendar_of(ledger, "?spread=weekly")))
    second = text_of(as_(manager()).get(calendar_of(ledger, "?spread=quarters")))

    assert "How is it paid?" in first and "Day of the" not in first
    assert "How is it paid?" in unknown and "There is a problem" in unknown
    assert "Day of the quarter" in second and "paid in arrears: in the quarter after it" in second


def test_a_calendar_in_equal_parts_is_set(ledger: Ledger) -> None:
    given = {"day": "15", "is_in_arrears": "on"}

    page = text_of(as_(manager()).post(calendar_of(ledger, "?spread=quarters"), given, follow=True))

    source = ledger.sources.get(code=NHS_NORTH)
    held = current_schedules(ledger, YEAR)[source.pk]
    assert held.profile == {"spread": "quarters", "is_in_arrears": True, "day": 15}
    assert held.pence == 32_970_693_00, "the amount stays the plan's"
    assert "It now falls due: in four quarterly parts, on day 15 of the next quarter." in page


def test_a_year_in_one_sum_has_its_month(ledger: Ledger) -> None:
    as_(manager()).post(calendar_of(ledger, "?spread=whole_year"), {"day": "1", "month": "10"})

    held = current_schedules(ledger, YEAR)[ledger.sources.get(code=NHS_NORTH).pk]
    assert held.profile == {"spread": "whole_year", "is_in_arrears": False, "day": 1, "month": 10}


def test_a_day_that_no_period_has_is_refused(ledger: Ledger) -> None:
    page = text_of(as_(manager()).post(calendar_of(ledger, "?spread=twelfths"), {"day": "93"}))

    assert "There is a problem" in page


def by_hand(*rows: tuple[date | None, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for number, (day, pounds) in enumerate(rows, start=1):
        given |= {f"pence_{number}": pounds}
        given |= typed(day, f"on_{number}") if day else {}
    return given


def test_amounts_entered_by_hand_make_the_year(ledger: Ledger) -> None:
    given = by_hand((date(2024, 4, 20), "30,000,000.00"), (None, ""), (date(2025, 1, 15), "2970693"))

    as_(manager()).post(calendar_of(ledger, "?spread=by_hand"), given)

    held = current_schedules(ledger, YEAR)[ledger.sources.get(code=NHS_NORTH).pk]
    assert held.profile["amounts"] == [["2024-04-20", 30_000_000_00], ["2025-01-15", 2_970_693_00]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(date(2024, 4, 20), "30,000,000.00")], "The amounts entered for 2024-25 are £2,970,693.00 short of"),
        ([(date(2024, 4, 20), "")], "Instalment 1 has a date and no amount."),
        ([(None, "5.00")], "Instalment 1 has an amount and no date."),
        ([(date(2024, 4, 20), "lots")], "‘lots’ is not an amount of money"),
        ([(None, "")], "Enter at least one date with its amount."),
    ],
)
def test_what_is_wrong_by_hand_is_said_at_its_row_and_every_row_stays(
    ledger: Ledger, rows: list[tuple[date | None, str]], said: str
) -> None:
    before = current_schedules(ledger, YEAR)[ledger.sources.get(code=NHS_NORTH).pk]

    response = as_(manager()).post(calendar_of(ledger, "?spread=by_hand"), by_hand(*rows))

    assert said in text_of(response)
    for _, pounds in rows:
        assert not pounds or f'value="{pounds}"' in response.content.decode()
    assert current_schedules(ledger, YEAR)[before.source_id] == before


def test_amounts_by_hand_that_no_longer_make_the_year_are_told_and_the_page_still_opens(ledger: Ledger) -> None:
    source, pool = ledger.sources.get(code=NHS_NORTH), main_of(ledger)
    profile = {"spread": "by_hand", "amounts": [["2024-04-20", 10_00]]}
    set_amount(ledger, source, pool, YEAR, 10_00, "", NOW, profile=profile)
    set_amount(ledger, source, pool, YEAR, 12_00, "", NOW)

    page = text_of(as_(manager()).get(page_of(ledger)))
    refused = text_of(as_(manager()).post(reverse("ledger:post-due", args=[ledger.uuid]), typed(OCTOBER, "up_to")))

    assert "The amounts entered for 2024-25 are £2.00 short of" in page
    assert "NHS_MIN:XN1" not in page, "people are told names, not codes"
    assert "What has fallen due is not known of every source." in page
    assert "falls due in 2024-25 must be set again. The amounts entered for 2024-25 are £2.00 short" in refused
    again = as_(manager()).get(calendar_of(ledger, "?spread=by_hand")).content.decode()
    assert 'value="10.00"' in again


def test_a_source_without_a_schedule_has_no_calendar(ledger: Ledger) -> None:
    uncovered = ledger.sources.get(may_go_below_zero=True)

    assert as_(manager()).get(reverse("ledger:schedule", args=[uncovered.uuid, YEAR])).status_code == 404


# -- lists


def test_lists_are_filtered_and_downloaded(ledger: Ledger) -> None:
    client = as_(a_reader())

    filtered = client.get(page_of(ledger, "?category=iBCF")).context["listing"].matching
    csv = client.get(page_of(ledger, "?download=csv"))
    dues = client.get(page_of(ledger, "?due-category=iBCF&due-download=csv"))

    assert [row.source.code for row in filtered] == ["IBCF:XW01:2024-25"]
    assert b"NHS Northmere ICB,Minimum NHS Contribution,32970693.00" in csv.content
    assert dues.content.count(b"\r\n") == 13, "a header and twelve months"


def test_one_who_reads_finds_no_button_that_would_refuse(ledger: Ledger) -> None:
    page = as_(a_reader()).get(page_of(ledger)).content.decode()

    for name in ("post-due", "cash"):
        assert reverse(f"ledger:{name}", args=[ledger.uuid]) not in page
    assert "/schedule/" not in page


def test_a_year_that_is_not_open_is_not_found(ledger: Ledger) -> None:
    assert as_(a_reader()).get(page_of(ledger, "?year=2031-32")).status_code == 404


def test_a_plan_that_spends_all_that_comes_in_plans_each_contribution_to_the_penny(ledger: Ledger) -> None:
    planned: Counter[str] = Counter()
    for (_, source), pence in budgeted(ledger, YEAR).items():
        planned[source] += pence

    assert planned == {row.source.code: row.pence for row in current_schedules(ledger, YEAR).values()}


def test_a_click_on_a_heading_or_a_filter_keeps_the_year_that_is_looked_at(ledger: Ledger) -> None:
    page = as_(a_reader()).get(page_of(ledger, f"?year={YEAR}")).content.decode()

    assert f"?year={YEAR}&amp;sort=agreed" in page
    assert f"?year={YEAR}&amp;due-sort=amount" in page
    assert page.count(f'<input type="hidden" name="year" value="{YEAR}">') == 2, "in the filters of both lists"
