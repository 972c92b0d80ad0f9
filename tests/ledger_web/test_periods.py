"""Closing periods on the pages: what stands in the way, each step, and the words for the partners' minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.models import Entry, Held, Ledger, Period, PeriodClose
from commonpool.ledger.rules.events import Kind
from tests.ledger.builders import NHS, REABLEMENT, posted
from tests.ledger_web.builders_files import a_reader, a_stranger, as_, due, manager, text_of, the_books

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger() -> Ledger:
    return the_books()


@pytest.fixture
def april(ledger: Ledger) -> Period:
    return ledger.periods.get(starts_on=date(2024, 4, 1))


def address(period: Period, name: str = "period") -> str:
    return reverse(f"ledger:{name}", args=[period.uuid])


def shown(period: Period, who: Any = manager) -> str:
    return text_of(as_(who()).get(address(period)))


def press(period: Period, name: str, **given: str) -> Any:
    return as_(manager()).post(address(period, name), given, follow=True)


def test_the_list_says_how_far_each_period_is_closed(ledger: Ledger, april: Period) -> None:
    press(april, "close")

    page = text_of(as_(manager()).get(reverse("ledger:periods", args=[ledger.uuid])))
    assert "12 periods" in page
    assert "2024-25 Apr 2024 30 April 2024 Closed Closed" in page
    assert "May 2024 31 May 2024 Open none yet" in page


def test_a_period_with_nothing_left_can_be_closed_and_publishes_the_head(ledger: Ledger, april: Period) -> None:
    assert "Apr 2024 can be closed: nothing is left to do." in shown(april)

    page = text_of(press(april, "close"))

    april.refresh_from_db()
    ledger.refresh_from_db()
    assert april.state == Period.State.CLOSED
    assert "Closed for good." in page
    assert f"The ledger then had 1 entries; the hash of the last is {ledger.head_hash}." in page
    steps = list(april.closes.values_list("step", "entry_count", "head_hash"))
    assert steps == [("soft", 1, ledger.head_hash), ("close", 1, ledger.head_hash)]


def test_the_words_for_the_minutes_have_a_page_to_print(ledger: Ledger, april: Period) -> None:
    assert "there is nothing to minute yet" in text_of(as_(manager()).get(address(april, "minutes")))
    press(april, "close")

    page = text_of(as_(manager()).get(address(april, "minutes")))
    assert ledger.entries.get().hash in page
    assert "Every pound spent has a source." in page


def test_what_stands_in_the_way_is_listed_with_its_cure_and_closing_is_refused(ledger: Ledger, april: Period) -> None:
    posted(ledger, Kind.ACTUAL, 1_200_00, line=REABLEMENT, allowed=frozenset({NHS}), on=date(2024, 4, 9))

    page = shown(april)
    assert "1 thing stands in the way of closing Apr 2024." in page
    assert "Spend without a source £200.00 of spend is covered by no source." in page
    assert "Close Apr 2024 for good" not in page
    assert reverse("ledger:year-end", args=[ledger.uuid]) in as_(manager()).get(address(april)).content.decode()

    page = text_of(press(april, "close"))
    april.refresh_from_db()
    assert "Apr 2024 cannot be closed yet. £200.00 of spend is covered by no source." in page
    assert april.state == Period.State.OPEN
    assert PeriodClose.objects.count() == 0


def test_an_earlier_open_period_stands_in_the_way(ledger: Ledger) -> None:
    may = ledger.periods.get(starts_on=date(2024, 5, 1))

    assert "Still open before it: Apr 2024." in shown(may)
    assert "cannot be closed yet. Still open before it: Apr 2024." in text_of(press(may, "close"))


def test_a_period_that_has_not_ended_stays_open(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda value=None, zone=None: date(2024, 4, 15))
    april = ledger.periods.get(starts_on=date(2024, 4, 1))

    assert "Apr 2024 ends on 30 April 2024." in shown(april)


def test_what_wants_a_look_does_not_stand_in_the_way(ledger: Ledger, april: Period) -> None:
    due(ledger, 500_00)

    page = shown(april)
    assert "£500.00 that fell due has not arrived." in page
    assert "Apr 2024 can be closed. 1 thing wants a look first." in page
    press(april, "close")
    april.refresh_from_db()
    assert april.state == Period.State.CLOSED


def test_soft_closing_reverses_accruals_into_the_next_period(ledger: Ledger, april: Period) -> None:
    posted(ledger, Kind.ACCRUE, 40_00, line=REABLEMENT, allowed=frozenset({NHS}), on=date(2024, 4, 30))

    page = text_of(press(april, "soft-close"))

    assert "Apr 2024 is soft-closed. Only adjustments go into it now." in page
    assert Entry.objects.get(kind=Kind.REVERSE).happened_on == date(2024, 5, 1)
    assert Held.objects.get(source__code=NHS).pence == 1_000_00


def test_a_soft_closed_period_is_opened_again_with_a_reason(ledger: Ledger, april: Period) -> None:
    press(april, "soft-close")
    assert "Fill in ‘Why is it opened again?’." in text_of(press(april, "reopen", reason=" "))

    page = text_of(press(april, "reopen", reason="A late invoice of the equipment store"))

    april.refresh_from_db()
    assert april.state == Period.State.OPEN
    assert "Apr 2024 is open again." in page
    assert "A late invoice of the equipment store" in page
    assert "For the partners’ minutes" not in page


def test_a_closed_period_stays_closed(april: Period) -> None:
    press(april, "close")

    page = text_of(press(april, "reopen", reason="A mistake"))

    april.refresh_from_db()
    assert "Only a soft-closed period can be opened again" in page
    assert april.state == Period.State.CLOSED
    assert "is closed already" in text_of(press(april, "close"))
    assert "is closed already" in text_of(press(april, "soft-close"))


def test_who_only_reads_sees_the_list_and_no_button(april: Period) -> None:
    page = shown(april, a_reader)

    assert "Before it is closed" in page
    assert "Close Apr 2024 for good" not in page


@pytest.mark.parametrize("who", [a_reader, a_stranger])
@pytest.mark.parametrize("name", ["soft-close", "close", "reopen"])
def test_who_does_not_keep_the_books_closes_nothing(april: Period, who: Any, name: str) -> None:
    assert as_(who()).post(address(april, name), {"reason": "x"}).status_code == 403
    april.refresh_from_db()
    assert april.state == Period.State.OPEN


def test_a_stranger_does_not_see_the_periods(ledger: Ledger, april: Period) -> None:
    assert as_(a_stranger()).get(address(april)).status_code == 403
    assert as_(a_stranger()).get(reverse("ledger:periods", args=[ledger.uuid])).status_code == 403


def test_a_step_is_taken_by_pressing_its_button_and_never_by_opening_its_address(april: Period) -> None:
    assert as_(manager()).get(address(april, "close")).status_code == 405
    april.refresh_from_db()
    assert april.state == Period.State.OPEN


def test_every_point_of_the_checklist_that_has_a_page_leads_to_it(ledger: Ledger, april: Period) -> None:
    from commonpool.ledger.queries.periods import period_page

    points = period_page(april, date(2024, 6, 1)).points

    assert [point.item.code for point in points if point.item.page and not point.url] == []
