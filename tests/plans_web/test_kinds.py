"""How new an area's money is and what it is for: shares that add up, trends, places it came from, test pots."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from commonpool.figures import recombine
from commonpool.plans.queries.kinds import kinds_page, redirected
from tests.ledger_web.builders_files import as_, text_of
from tests.people.builders import with_second_factor
from tests.plans_web.builders import NOW, a_draft, council_lead, stranger, wendleshire, wendleshire_content

pytestmark = pytest.mark.django_db


def address() -> str:
    return reverse("plans:kinds", args=[wendleshire().uuid])


def a_plan(**first: Any) -> Any:
    """The example's plan, whose first line is changed."""
    content = wendleshire_content()
    lines = (replace(content.lines[0], **first), *content.lines[1:])
    return a_draft(replace(content, lines=lines))


def shown() -> Any:
    return kinds_page(council_lead(), wendleshire(), NOW.date())


@pytest.mark.requirement("S79", "S80")
def test_the_shares_of_each_year_add_up_to_all_of_it_with_what_is_not_said() -> None:
    a_plan(funding_kind=None, purpose_kind=None, redirected_from="")

    page = shown()

    assert page.years and page.novelty_labels[-1] == page.purpose_labels[-1] == "not said"
    for year in page.years:
        for splits in (year.novelty, year.purpose):
            assert sum(split.share.value for split in splits if split and split.share) == 1


@pytest.mark.requirement("S79")
def test_a_line_whose_amount_is_not_known_is_counted_and_is_in_no_share() -> None:
    year = "2024-25"
    a_plan(pence={year: None})

    [found] = [each for each in shown().years if each.year == year]

    assert found.unknown == 1
    assert sum(split.share.value for split in found.novelty if split and split.share) == 1


@pytest.mark.requirement("S80")
def test_every_round_of_the_area_stands_in_the_trend_the_earliest_first() -> None:
    a_draft()
    a_draft(wendleshire_content("2025-26"), round_id="2025-26")

    rounds = [year.round.id for year in shown().years]

    assert rounds == sorted(rounds) and set(rounds) == {"2023-25", "2025-26"}


@pytest.mark.requirement("S79")
def test_redirected_money_says_from_what_and_each_place_opens_to_its_lines() -> None:
    version = a_plan()
    version.scheme_lines.filter(line_id="1").update(redirected_from="the districts’  HOUSING programmes")

    page = shown()

    housing = [each for each in page.redirected if "housing" in each.from_what.casefold()]
    assert sorted(len(each.spend.parts) for each in housing) == [1, 2]
    newest = page.newest
    for each in page.redirected:
        assert redirected(newest.version.uuid, newest.year, each.spend.arguments["like"]) == each.spend
        assert recombine(each.spend) == each.spend.value


@pytest.mark.requirement("S80")
def test_a_test_pot_is_shown_with_its_money_and_its_lines() -> None:
    version = a_plan()
    version.scheme_lines.filter(line_id="1").update(is_test_pot=True)

    page = text_of(as_(with_second_factor(council_lead())).get(address()))

    [part] = shown().test_pot.parts
    assert part.value == shown().test_pot.value
    assert "on 1 line" in page and "No line is ring-fenced" not in page


@pytest.mark.requirement("S79", "S80")
def test_the_page_and_its_download_say_the_same() -> None:
    a_draft()
    client = as_(with_second_factor(council_lead()))

    page, table = client.get(address()), client.get(address(), {"format": "csv"})

    assert "How much is new money, and what is it for?" in text_of(page)
    rows = table.content.decode().splitlines()
    assert rows[0] == "round,version,year,of,kind,planned_pence,lines_without_amount"
    assert len(rows) - 1 == sum(split is not None for year in shown().years for split in (*year.novelty, *year.purpose))


def test_without_a_plan_the_page_says_what_would_be_here_and_a_stranger_sees_none() -> None:
    assert "Here will stand how much" in text_of(as_(with_second_factor(council_lead())).get(address()))
    assert as_(with_second_factor(stranger())).get(address()).status_code == 403
