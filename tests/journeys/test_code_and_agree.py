"""Two coders code one interview blind, the lead settles where they differ, and the framework, matrix and report follow.

One of the coders has no mouse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, expect

from commonpool.voices.actions.transcripts import Who
from commonpool.voices.models import Study, TeamMember
from tests.browser import check_nothing_is_clipped, check_page, fresh_page
from tests.journeys.steps import download, follow, press, says
from tests.voices_web.builders import (
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_interview,
    as_member,
    lead_of,
)
from tests.voices_web.test_framework_pages import a_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
Enter = Callable[[TeamMember], Any]
ROUND: Final = "Double coding 1"
MOST_STEPS: Final = 80


@pytest.fixture
def enter(chromium: Any, live_server: Any) -> Iterator[Enter]:
    """`enter(member)` is a browser of their own on their study's overview."""
    with ExitStack() as open_browsers:

        def signed_in(member: TeamMember) -> Any:
            page = open_browsers.enter_context(fresh_page(chromium))
            session = as_member(member).cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page.goto(f"{live_server.url}/studies/{member.study.uuid}/")
            return page

        yield signed_in


@pytest.fixture
def study() -> Study:
    """Two sites with one interview each, a framework agreed as v1, and the second interview coded by AB already."""
    study = a_study("Pooling in Wendle")
    texts = [interviewed(study, *each) for each in (("Ashby", "P01", "T01"), ("Millbrook", "P02", "T02"))]
    risk = a_code(study, "risk", definition="Who bears a loss or keeps a gain")
    for name in ("trust", "data"):
        a_code(study, name)
    a_version(study, "v1", "From the topic guide.", lead_of(study))
    a_coding(a_coder(study, "AB"), texts[1], risk)
    return study


def interviewed(study: Study, site_name: str, pseudonym: str, name: str) -> Any:
    site = a_site(study, site_name)
    anna = a_participant(study, pseudonym, site=site, role_group="Manager", organisation_type="Council")
    who = Who({"Anna": anna}, frozenset({"Interviewer"}))
    return a_transcript(study, who=who, interview=an_interview(study, anna, site=site), name=name)


# --- what each of them does ------------------------------------------------------------------------------------------


def opens_a_blind_round(page: Any) -> None:
    follow(page, "Coding rounds")
    press(page, "Open a round")
    check_page(page)
    page.get_by_label("Name", exact=True).fill(ROUND)
    for choice in ("Double coding", "No, it is blind"):
        page.get_by_label(choice, exact=True).check()
    page.get_by_label("Which version of the framework?").select_option(label="v1")
    page.get_by_label("T01").check()
    for initials in ("AB", "CD"):
        page.get_by_label(re.compile(f"^{initials}")).check()
    press(page, "Open the round")
    says(page, "No: until it closes everybody, the lead as well, sees only their own codings")
    check_page(page)


def codes_with_the_mouse(page: Any) -> None:
    """AB: two codes on words of turn 2."""
    follow(page, "Coding rounds")
    says(page, "1 transcript waits for you to code.")
    follow(page, "T01")
    press(page, "Go on reading")
    follow(page, "Turn 2: code it")
    for number, (words, code) in enumerate((("shared the risk", "risk"), ("It took trust.", "trust")), 1):
        panel = page.get_by_role("complementary", name="The passage")
        panel.get_by_label("Which words of the turn?").fill(words)
        panel.get_by_role("combobox", name="Code").fill(code)
        panel.get_by_role("option", name=code).click()
        expect(codings_on(page)).to_have_count(number)
        expect(panel.get_by_label("Which words of the turn?")).to_have_value("")
    check_page(page)
    follow(page, "Close")
    press(page, "Mark as done")
    expect(page.get_by_role("button", name="Not done after all")).to_be_visible()


def codes_with_keys_alone(page: Any) -> None:
    """CD: a code on each sentence of turn 2, and no call of the mouse."""
    keys = page.keyboard
    goes_to(page, page.get_by_role("region", name="Study").get_by_role("link", name="Coding rounds", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Coding rounds")
    goes_to(page, page.get_by_role("main").get_by_role("link", name="T01"))
    expect(page.get_by_role("dialog", name="Coding by keyboard")).to_be_visible()
    keys.press("Enter")
    text = page.get_by_role("group", name="Text of T01")
    expect(text).to_be_focused()

    for key in ("ArrowDown", "ArrowDown", "s"):
        keys.press(key)
    for number, code in enumerate(("risk", "trust"), 1):
        keys.press("Enter")
        finder = page.get_by_role("combobox", name="Code")
        expect(finder).to_be_focused()
        keys.type(code)
        offered = page.get_by_role("listbox", name="Codes").get_by_role("option", name=code)
        expect(offered).to_have_attribute("aria-selected", "true")
        keys.press("Enter")
        expect(codings_on(page)).to_have_count(number)
        # The box is a fresh one by now, ready for another code on the same words.
        expect(finder).to_have_value("")
        expect(finder).to_be_focused()
        keys.press("Escape")
        expect(text).to_be_focused()
        keys.press(".")
    check_page(page)

    goes_to(page, page.get_by_role("button", name="Mark as done"), "Shift+Tab")
    expect(page.get_by_role("button", name="Not done after all")).to_be_visible()


def goes_to(page: Any, control: Locator, step: str = "Tab") -> None:
    """Press Tab (or `step`) until the control has the focus, then Enter."""
    for _ in range(MOST_STEPS):
        if control.evaluate("each => each === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press(step)
    raise AssertionError(f"{MOST_STEPS} times {step} do not reach {control}")


def codings_on(page: Any) -> Any:
    """The codings beside the text, as links."""
    return page.get_by_role("group", name="Text of T01").get_by_role("listitem").get_by_role("listitem")


def sees_only(page: Any, initials: str, other: str) -> None:
    """After a reload nothing of the text, and nothing under Passages, is the other coder's."""
    page.reload()
    expect(codings_on(page)).to_have_count(2)
    for each in codings_on(page).all():
        expect(each).to_contain_text(initials)
        expect(each).not_to_contain_text(other)
    follow(page, "Passages")
    follow(page, "trust")
    expect(page.get_by_role("row", name=re.compile("It took trust"))).to_have_count(1)
    page.go_back()
    page.go_back()


def sees_nothing(page: Any) -> None:
    """The lead, who codes nothing in the round, learns who has finished and nothing else."""
    follow(page, "Coding rounds")
    says(page, "2 of 2")
    follow(page, ROUND)
    follow(page, "T01")
    press(page, "Go on reading")
    says(page, "Nothing that you may see is coded here yet.")
    expect(codings_on(page)).to_have_count(0)


def closes_and_reads_how_far_they_agree(page: Any) -> None:
    follow(page, "Coding rounds")
    follow(page, ROUND)
    press(page, "Close the round")
    says(page, "The round is closed, and everybody sees what was coded in it.")
    press(page, "See how far coders agree")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"AB and CD agree with .+ of 0\.\d+.*2 codes pooled"))
    check_page(page)
    check_nothing_is_clipped(page)


def settles(page: Any) -> None:
    press(page, "Settle the 1 passage where coders differ")
    press(page, "Settle the next")
    check_page(page)
    page.get_by_role("radio", name=re.compile("^As AB")).check()
    page.get_by_label("Why?").fill("Nearer to the words.")
    press(page, "Settle")
    says(page, "1 of 1 passage on which coders differ is settled.")
    check_page(page)


def splits_a_code_and_agrees_v2(page: Any) -> None:
    follow(page, "Framework")
    check_page(page)
    follow(page, "Split ‘risk’")
    for number, name in enumerate(("losses", "gains"), 1):
        page.get_by_role("group", name=f"Part {number}").get_by_label("Name").fill(name)
    page.get_by_label("Why?").fill("After double coding of T01.")
    press(page, "Split")
    says(page, "‘risk’ was split into ‘losses’, ‘gains’")
    follow(page, "Framework")
    follow(page, "Versions")
    follow(page, "Agree the framework as it stands")
    page.get_by_label("Version", exact=True).fill("v2")
    page.get_by_label("Why?").fill("Losses and gains are spoken of apart.")
    for initials in ("AB", "CD"):
        page.get_by_label(re.compile(f"^{initials}")).check()
    press(page, "Agree")
    says(page, "v2")
    check_page(page)


def recodes_by_choice(page: Any) -> None:
    """AB: one passage of each interview, each sent on to losses."""
    follow(page, "Framework")
    follow(page, "Recode what waits (2)")
    check_page(page)
    follow(page, "Choose for 2 passages")
    losses = page.get_by_label("1. losses")
    expect(losses).to_have_count(2)
    for each in losses.all():
        each.check()
    press(page, "Save")
    says(page, "2 passages are recoded.", "Nothing of yours waits.")


def writes_a_cell(page: Any) -> None:
    follow(page, "Matrix")
    follow(page, "Make a matrix")
    page.get_by_label("Name", exact=True).fill("Risk by site")
    for code in ("losses", "gains"):
        page.get_by_label(code, exact=True).check()
    press(page, "Make it")
    says(page, "0 of 4 cells are written")
    follow(page, "Write: Ashby, losses")
    page.get_by_label(re.compile("^The summary rests on it")).first.check()
    page.get_by_label("What does the case say of it?").fill("They shared every loss from the first day.")
    check_page(page)
    press(page, "Save")
    says(page, "Ashby, losses: saved.")
    follow(page, "Matrix")
    says(page, "1 of 4 cells is written", "They shared every loss from the first day.")
    check_page(page)


def takes_the_reports(page: Any) -> None:
    follow(page, "Reports")
    check_page(page)
    assert "Manager" in download(page, "CSV of Table 1, for the team")
    follow(page, "Methods paragraph")
    says(page, "blind to one another")
    check_page(page)


@pytest.mark.requirement("S130")
def test_two_code_blind_settle_split_a_code_recode_and_report(enter: Enter, study: Study) -> None:
    lead, ab, cd = (enter(each) for each in (lead_of(study), a_coder(study, "AB"), a_coder(study, "CD")))
    opens_a_blind_round(lead)
    codes_with_the_mouse(ab)
    codes_with_keys_alone(cd)

    sees_only(ab, "AB", "CD")
    sees_only(cd, "CD", "AB")
    sees_nothing(lead)

    closes_and_reads_how_far_they_agree(lead)
    ab.reload()
    expect(codings_on(ab)).to_have_count(4)

    settles(lead)
    splits_a_code_and_agrees_v2(lead)
    recodes_by_choice(ab)
    writes_a_cell(ab)
    takes_the_reports(lead)
