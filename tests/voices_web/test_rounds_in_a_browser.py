"""What only a browser can tell of coding rounds: axe, 320 px, and settling a passage by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from commonpool.voices.models import CodingRound, Decision
from commonpool.voices.queries.decided import differing_in
from tests.browser import check_page
from tests.voices_web.builders import (
    a_code,
    a_coder,
    a_coding,
    a_round,
    a_study,
    a_transcript,
    as_member,
    finished,
    lead_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def closed(page: Any, live_server: Any) -> CodingRound:
    """A closed round on whose one transcript coders differ twice, another that is open and blind, and the lead here."""
    study = a_study()
    ab, cd = a_coder(study, "AB"), a_coder(study, "CD")
    text = a_transcript(study, name="T01")
    held = a_round(study, (text, ab), (text, cd), name="Double")
    risk = a_code(study, "risk")
    a_coding(ab, text, risk)
    a_coding(cd, text, risk, "the risk from the first day")
    a_coding(ab, text, risk, "one place")
    finished(held)
    a_round(study, (a_transcript(study, name="T02"), lead_of(study)), name="Blind")
    session = as_member(lead_of(study)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": str(live_server.url)}])
    return held


def test_each_page_passes(page: Any, live_server: Any, closed: CodingRound) -> None:
    row = differing_in(closed)[0]
    urls = [reverse(f"voices:{name}", args=[closed.study.uuid]) for name in ("rounds", "open-round", "study-agreement")]
    urls += [reverse("voices:round", args=[each.uuid]) for each in CodingRound.objects.all()]
    urls += [reverse(f"voices:{name}", args=[closed.uuid]) for name in ("agreement", "disagreements")]

    for url in [*urls, reverse("voices:disagreement", args=[closed.uuid, row.key])]:
        page.goto(f"{live_server.url}{url}")
        check_page(page)


def test_a_passage_is_settled_by_keyboard_and_the_next_comes(page: Any, live_server: Any, closed: CodingRound) -> None:
    page.goto(f"{live_server.url}{reverse('voices:disagreements', args=[closed.uuid])}")
    page.get_by_role("button", name="Settle the next").press("Enter")
    page.get_by_role("radio", name="As AB").press("Space")
    page.get_by_label("Why?").press_sequentially("Nearer to the words.")
    page.get_by_role("button", name="Settle", exact=True).press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("T01: missed by CD")
    expect(page.get_by_text("1 of 2 passages is settled so far.")).to_be_visible()
    [made] = Decision.objects.all()
    assert made.kept == a_coder(closed.study, "AB") and made.note == "Nearer to the words."
