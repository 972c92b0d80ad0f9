"""A first file of a partner: its cost centres, which nobody has mapped yet, are one fault with one way on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.models import Import
from tests.ledger_web.builders_files import a_reader, as_, manager, sent, text_of, the_books

# Tasks are told of when the transaction ends, as they are on a site.
pytestmark = pytest.mark.django_db(transaction=True)
SIXTEEN = "cost centre,Apr-24,May-24\n" + "".join(f"C{number},1.00,\n" for number in range(1, 17))


@pytest.fixture
def held(settings: Any, tmp_path: Path) -> Import:
    settings.COMMONPOOL_HOME = tmp_path
    return sent(the_books(), SIXTEEN)


def page_of(held: Import, name: str = "import") -> Any:
    return as_(manager()).get(reverse(f"ledger:{name}", args=[held.uuid]))


def test_sixteen_unknown_cost_centres_are_one_finding_that_leads_to_where_they_are_mapped(held: Import) -> None:
    page = page_of(held)

    said = text_of(page)
    assert "1 error stands in the way." in said
    assert "‘C1’ is not among the mapping’s cost centres, nor are 15 others: ‘C2’ (A3), ‘C3’ (A4)," in said
    assert "and ‘C16’ (A17). None is known." in said
    assert "Say what the 16 unknown cost centres pay for" in said
    assert f'href="{reverse("ledger:mapping", args=[held.uuid])}#cost-centres"' in page.content.decode()


def test_the_page_of_the_mapping_asks_for_every_one_of_them(held: Import) -> None:
    page = page_of(held, "mapping")

    assert 'id="cost-centres"' in page.content.decode()
    assert [row["code"].value() for row in page.context["codes"].forms] == [f"C{number}" for number in range(1, 17)]


def test_one_who_may_only_read_is_not_led_to_the_mapping(held: Import) -> None:
    page = as_(a_reader()).get(reverse("ledger:import", args=[held.uuid]))

    assert "‘C1’ is not among the mapping’s cost centres" in text_of(page)
    assert "#cost-centres" not in page.content.decode()
