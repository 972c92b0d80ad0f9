"""What only a browser can tell of identities, quotations and suggestions: axe, 320 px, and work by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from commonpool.voices import sentence_model
from commonpool.voices.actions.identities import begin_review, list_name
from commonpool.voices.models import Coding, TeamMember
from commonpool.voices.queries.meaning import reading_sign
from tests.browser import check_page
from tests.voices_web.builders import a_code, a_coder, a_coding, as_member, lead_of
from tests.voices_web.test_identities import WHO, a_named_text
from tests.voices_web.test_meaning import a_coded_study as a_study_of_matters
from tests.voices_web.test_meaning import by_matter
from tests.voices_web.test_quotations import a_heard_study, a_quotation, a_talk
from tests.voices_web.test_suggestions import MONEY, a_coded_study, talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(context: Any, site: str, member: TeamMember) -> None:
    session = as_member(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


def test_identities_are_taken_out_by_keyboard_alone(page: Any, live_server: Any) -> None:
    study = a_heard_study()
    text = a_named_text(study)
    signed_in(page.context, live_server.url, a_coder(study))
    page.goto(f"{live_server.url}/studies/{study.uuid}/identities/")
    check_page(page)

    page.get_by_role("button", name=f"Look through {text.name}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("8 of 8 passages wait for a decision")).to_be_visible()
    check_page(page)
    for box in page.get_by_label("Decision").all():
        box.focus()
        page.keyboard.type("Take out")
    page.get_by_role("button", name="Keep these decisions").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take them out").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("8 passages were taken out, 0 left")).to_be_visible()
    check_page(page)


def test_each_page_passes_in_its_states(page: Any, live_server: Any) -> None:
    study = a_heard_study()
    text = a_talk(study)
    coding = a_coding(a_coder(study), text, a_code(study, "risk"), "We shared the risk and it was not easy.")
    ready = a_quotation(text, coding=coding, edited="We shared the risk …")
    faulty = a_quotation(a_talk(study, "Old Mill began it in March 2016."), "Old Mill began it in March 2016.")
    list_name(**WHO, study=study, words="Old Mill", kind="place", replacement="[place 8]")
    review = begin_review(**WHO, transcript=a_named_text(study))
    coded, _, bare = a_coded_study()
    talk(coded, f"{MONEY} in the third year.")
    signed_in(page.context, live_server.url, lead_of(study))
    assert lead_of(coded).person == lead_of(study).person

    base = f"/studies/{study.uuid}"
    for address in (
        f"{base}/quotations/",
        f"{base}/quotations/?download=csv",
        f"{base}/quotations/choose/?code={coding.code.uuid}",
        f"{base}/quotations/new/?coding={coding.uuid}",
        f"/quotations/{ready.uuid}/",
        f"/quotations/{faulty.uuid}/",
        f"{base}/names/",
        f"{base}/forget-wordings/",
        f"/identity-reviews/{review.uuid}/",
        f"/identity-reviews/{review.uuid}/?one={review.candidates.all()[0].pk}",
        f"/studies/{coded.uuid}/quotations/",
        f"/studies/{coded.uuid}/names/",
        f"/studies/{coded.uuid}/suggestions/",
        f"/transcripts/{bare.uuid}/suggestions/",
        f"/codings/{Coding.objects.filter(study=coded)[0].uuid}/more-like-this/",
    ):
        page.goto(f"{live_server.url}{address}")
        check_page(page)


def test_the_model_is_let_read_by_keyboard_and_pages_say_that_meaning_counts(
    page: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.INTERVIEW_KEYS = tmp_path / "keys"
    study, coder, text = a_study_of_matters()
    address = f"{live_server.url}/studies/{study.uuid}/suggestions/model/"
    signed_in(page.context, live_server.url, coder)
    monkeypatch.setattr(sentence_model, "is_installed", lambda: False)
    page.goto(address)
    check_page(page)
    monkeypatch.setattr(sentence_model, "is_installed", lambda: True)
    monkeypatch.setattr(sentence_model, "encoded", by_matter)
    page.goto(f"{live_server.url}/transcripts/{text.uuid}/suggestions/")
    check_page(page)

    page.get_by_role("link", name="What the model has read").click()
    check_page(page)
    cache.set(reading_sign(study), "reads")
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    check_page(page)
    cache.delete(reading_sign(study))
    page.get_by_role("button", name="Let it read 5 passages").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("The model has read all 5 passages")).to_be_visible()
    page.goto(f"{live_server.url}/transcripts/{text.uuid}/suggestions/")
    expect(page.get_by_text("meaning by the sentence model all-MiniLM-L6-v2")).to_be_visible()
    check_page(page)
