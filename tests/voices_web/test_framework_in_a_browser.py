"""What only a browser can tell of the framework: axe, 320 px, finding by typing, and choosing by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.models import Study, TeamMember
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.rules import codebook as rules
from tests.browser import check_page, click_through
from tests.voices_web.builders import NOW, a_code, a_coder, a_coding, a_study, a_transcript, as_member, lead_of
from tests.voices_web.test_framework_pages import a_version, address, guid
from tests.voices_web.test_recoding import merged, split

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def study() -> Study:
    """A small framework after a version, a merge and a split, with passages that wait."""
    study = a_study("Pooling in Wendle")
    coder, text = a_coder(study), a_transcript(study)
    money = a_code(study, "money", is_codable=False, colour="#4C2C92")
    risk = a_code(study, "risk", money, definition="Who bears a loss", colour="#B3421B")
    trust, blame = a_code(study, "trust", colour="#1D70B8"), a_code(study, "blame")
    for words in ("shared the risk", "It took trust", "one place"):
        a_coding(coder, text, risk, words)
    a_coding(coder, text, blame, "first day")
    a_version(study, "v0.1", "From the topic guide.", coder)
    merged(blame, trust)
    split(risk, "losses", "gains")
    change_codebook(actor=coder.person, at=NOW, study=study, changes=[rules.Rename(guid(trust), "confidence")])
    return study


def signed_in(page: Any, site: str, member: TeamMember) -> None:
    session = as_member(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


def test_each_page_passes_in_its_states(page: Any, live_server: Any, study: Study) -> None:
    signed_in(page, live_server.url, lead_of(study))
    trust, risk = study.codes.get(name="confidence"), study.codes.get(name="risk")
    of_study = ["framework", "add-code", "take-codes", "framework-history", "agree-version", "recoding"]
    of_code = ["redefine-code", "move-code", "merge-code", "split-code", "retire-code"]
    urls = [
        address("framework", a_study("Empty")),
        *(address(name, study) for name in of_study),
        *(address(name, trust) for name in of_code),
        address("merge-code", trust) + f"?into={guid(study.codes.get(name='gains'))}",
        address("undo-framework", study) + "?step=6",
        address("framework-versions", study) + "?from=v0.1&to=now",
        address("framework-version", study.codebook_versions.get()),
        address("choose-parts", risk),
    ]
    for url in urls:
        page.goto(live_server.url + url)
        check_page(page)


def test_a_code_is_found_while_typing_and_its_words_open_by_keyboard(page: Any, live_server: Any, study: Study) -> None:
    signed_in(page, live_server.url, a_coder(study))
    page.goto(live_server.url + address("framework", study))

    page.get_by_label("Find a code").fill("trust")
    expect(page.get_by_role("status")).to_have_text("0 codes found")
    page.get_by_label("Find a code").fill("conf")

    expect(page.get_by_role("status")).to_have_text("1 code found")
    expect(page.get_by_text("losses", exact=True)).to_be_hidden()
    page.locator("summary", has_text="confidence").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Change ‘confidence’")).to_be_visible()


def test_parts_are_chosen_by_keyboard_alone(page: Any, live_server: Any, study: Study) -> None:
    coder = a_coder(study)
    signed_in(page, live_server.url, coder)
    page.goto(live_server.url + reverse("voices:choose-parts", args=[study.codes.get(name="risk").uuid]))

    for key in ("1", "j", "1", "2", "j", "0"):
        page.keyboard.press(key)
    click_through(page.get_by_role("button", name="Save"))

    expect(page.get_by_text("3 passages are recoded.")).to_be_visible()
    names = sorted(row.code.name for row in seen_by(coder).select_related("code"))
    assert names == ["blame", "gains", "losses", "losses"]
