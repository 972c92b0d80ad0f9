"""What only a browser can tell of reading and coding: keys alone, two people at once, emoji, axe at 320 px."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from commonpool.voices.models import Coding, TeamMember, Transcript
from commonpool.voices.queries.texts import text_of
from tests.browser import check_page, fresh_page
from tests.voices_web.builders import a_code, a_coder, a_coding, a_round, a_study, a_transcript, as_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CAFE, DOCTOR, PEACE = "cafe\u0301", "\U0001f469\U0001f3fd\u200d\U0001f52c", "\u05e9\u05dc\u05d5\u05dd"
EMOJI = f"B: \U0001f600\U0001f600 It is a {CAFE} {DOCTOR} talk, {PEACE}. Then more."


def opened(page: Any, site: str, member: TeamMember, text: Transcript, *, hints: bool = False) -> None:
    """The reading view as this member finds it, with the hints seen before unless asked for."""
    session = as_member(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    if not hints:
        page.add_init_script("localStorage.setItem('voices-hints-seen', '1')")
    page.goto(f"{site}/transcripts/{text.uuid}/")
    page.wait_for_selector("html[data-reading-ready]")


def words_of(coding: Coding) -> str:
    return text_of(coding.version)[coding.start : coding.end]


def test_by_keyboard_alone_from_opening_to_a_code_with_a_memo_and_on_to_the_next_turn(
    page: Any, live_server: Any
) -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    for name in ("money in one place", "trust between leaders", "risk share"):
        a_code(study, name)
    opened(page, live_server.url, ann, text, hints=True)
    expect(page.get_by_role("dialog", name="Coding by keyboard")).to_be_visible()
    check_page(page)

    page.keyboard.press("Enter")  # the hints close, and the text has the focus
    for key in ("ArrowDown", "ArrowDown", "S", ".", "Enter"):
        page.keyboard.press(key)
    finder = page.get_by_role("complementary", name="The passage").get_by_role("combobox")
    expect(finder).to_be_focused()
    page.keyboard.type("tru lead")
    options = page.get_by_role("listbox", name="Codes").get_by_role("option")
    expect(options).to_have_text(["trust between leaders"])
    expect(options).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Memo (optional)")).to_be_focused()
    page.keyboard.type("Says why it lasted.")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#turn-2 .v-chip")).to_contain_text("trust between leaders")
    made = Coding.objects.get()
    assert (words_of(made), made.memo) == ("It took trust.", "Says why it lasted.")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name=f"Text of {text.name}")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("[data-live]")).to_contain_text("Turn 3: And the trust?")
    page.keyboard.press("u")
    expect(page.locator("#turn-2 .v-chip")).to_have_count(0)
    assert Coding.objects.get().removed_at is not None


def test_a_panel_left_while_it_is_fetched_again_stays_closed(page: Any, live_server: Any) -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    a_code(study, "trust between leaders")
    opened(page, live_server.url, ann, text)
    text_group = page.get_by_role("group", name=f"Text of {text.name}")
    text_group.focus()
    for key in ("ArrowDown", "ArrowDown", "c"):
        page.keyboard.press(key)
    expect(page.get_by_role("combobox", name="Code")).to_be_focused()
    held: list[Any] = []
    page.route("**/panel/**", lambda route: held.append(route))

    page.keyboard.type("trust")
    page.keyboard.press("Enter")  # codes it, and asks for the panel again
    expect(page.locator("#turn-2 .v-chip")).to_have_count(1)
    page.wait_for_timeout(200)
    page.keyboard.press("Escape")  # empties the finder
    page.keyboard.press("Escape")  # leaves it
    expect(text_group).to_be_focused()
    assert len(held) == 1, "the panel was asked for again, and is not here yet"
    held[0].continue_()
    page.wait_for_timeout(500)

    expect(text_group).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator("#turn-2 .v-chip")).to_have_count(0)


def test_behind_the_end_of_a_turn_its_own_words_are_selected_and_the_code_named_so_comes_first(
    page: Any, live_server: Any
) -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    for name in ("trust between leaders", "trust"):
        a_code(study, name)
    opened(page, live_server.url, ann, text)
    box = page.locator("#turn-2 .v-words").bounding_box()

    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    for key in ("t", "c"):
        page.keyboard.press(key)
    expect(page.get_by_role("combobox", name="Code")).to_be_focused()
    page.keyboard.type("trust")

    options = page.get_by_role("listbox", name="Codes").get_by_role("option")
    expect(options).to_have_text(["trust", "trust between leaders"])
    page.keyboard.press("Enter")
    expect(page.locator("#turn-2 .v-chip")).to_contain_text("trust")


def test_two_people_code_the_same_words_at_once_and_each_sees_both(page: Any, chromium: Any, live_server: Any) -> None:
    study = a_study()
    text, ann, ben, trust = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD"), a_code(study, "trust")
    opened(page, live_server.url, ann, text)
    with fresh_page(chromium) as other:
        opened(other, live_server.url, ben, text)
        for each in (page, other):
            each.get_by_role("group", name=f"Text of {text.name}").focus()
            for key in ("ArrowDown", "ArrowDown", "c"):
                each.keyboard.press(key)
        for each in (page, other):
            expect(each.get_by_role("combobox", name="Code")).to_be_focused()
            each.keyboard.type("trust")
            each.keyboard.press("Enter")

        for each in (page, other):
            # The page asks every eight seconds what others did.
            expect(each.locator("#turn-2 .v-chip")).to_have_count(2, timeout=30_000)

    assert set(Coding.objects.values_list("coder", flat=True)) == {ann.pk, ben.pk}
    assert set(Coding.objects.values_list("code", flat=True)) == {trust.pk}


def test_emoji_and_accents_are_counted_as_the_server_counts_them(page: Any, live_server: Any) -> None:
    study = a_study()
    text, ann = a_transcript(study, "A: One.", EMOJI, "A: Two.", "B: Three."), a_coder(study)
    a_code(study, "talk")
    opened(page, live_server.url, ann, text)

    converted = page.evaluate(
        """async (text) => {
            const { codePoints, units, snapped } = await import("/static/voices/positions.js");
            const back = [...Array([...text].length + 1).keys()].map((at) => codePoints(text, units(text, at)));
            return [codePoints(text, text.length), back, snapped("cafe\\u0301", 4, "end"), codePoints("\\u{1f600}", 1)];
        }""",
        EMOJI,
    )
    assert converted == [len(EMOJI), list(range(len(EMOJI) + 1)), 5, 0]

    words = f"{CAFE} {DOCTOR} talk"
    page.evaluate(
        """([words]) => {
            const pre = document.querySelector("#turn-2 .v-words"), node = pre.firstChild;
            const at = node.data.indexOf(words);
            getSelection().setBaseAndExtent(node, at, node, at + words.length);
            document.querySelector("[data-text]").focus();
        }""",
        [words],
    )
    page.keyboard.press("c")
    expect(page.get_by_role("combobox", name="Code")).to_be_focused()
    page.keyboard.type("talk")
    page.keyboard.press("Enter")
    expect(page.locator("#turn-2 .v-chip")).to_have_count(1)
    assert words_of(Coding.objects.get()) == words


def test_every_page_passes_in_its_states_with_forty_codes_on_one_passage(page: Any, live_server: Any) -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    codes = [a_code(study) for _ in range(40)]
    for code in codes:
        a_coding(ann, text, code, "shared the risk from the first day", memo="A memo.")
    opened(page, live_server.url, ann, text)
    check_page(page)
    page.locator("#turn-2 .v-chip").first.click()
    expect(page.get_by_role("heading", name="Passage in turn 2")).to_be_focused()
    check_page(page)

    studies = f"{live_server.url}/studies/{study.uuid}"
    for address in (
        f"{live_server.url}/transcripts/{text.uuid}/?turn=2",
        f"{studies}/passages/",
        f"{studies}/passages/?of={codes[0].uuid}",
        f"{studies}/search/?q=trust",
        f"{studies}/search/?q=(&how=expression",
        f"{studies}/memos/",
        f"{studies}/memos/write/",
    ):
        assert page.goto(address).status == 200
        check_page(page)


def test_a_passage_is_coded_with_no_script_at_all(chromium: Any, live_server: Any) -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    a_code(study, "trust")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    session = as_member(ann).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/transcripts/{text.uuid}/")

    page.get_by_role("link", name="Turn 2: code it").click()
    page.get_by_label("Which words of the turn?").fill("shared the risk")
    page.get_by_label("trust").check()
    page.get_by_role("button", name="Code it").click()

    expect(page.get_by_text("Coded ‘trust’.")).to_be_visible()
    assert words_of(Coding.objects.get()) == "shared the risk"
    context.close()


def test_what_is_taken_away_can_be_put_back_where_one_is(page: Any, live_server: Any) -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    a_coding(ann, text, a_code(study, "trust"))
    sent = {"version": text.newest.uuid, "turn": 2, "name": "look again"}
    as_member(ann).post(f"/transcripts/{text.uuid}/tag/", sent)
    opened(page, live_server.url, ann, text)
    page.get_by_role("link", name="Turn 2: code it").click()
    panel = page.get_by_role("complementary", name="The passage")

    panel.get_by_role("button", name="Take off the tag look again").click()
    expect(panel.get_by_text("The tag ‘look again’ was taken off.")).to_be_visible()
    check_page(page)
    panel.get_by_role("button", name="Put back").click()
    expect(panel.get_by_role("button", name="Take off the tag look again")).to_be_visible()
    expect(panel.get_by_role("button", name="Put back")).to_have_count(0)

    page.keyboard.press("Escape")
    page.locator("#turn-2 .v-chip").focus()
    page.keyboard.press("Delete")
    expect(page.locator("#turn-2 .v-chip")).to_have_count(0)
    expect(page.locator("[data-live]")).to_contain_text("The button “Put back” is above the text.")
    page.get_by_role("button", name="Put back").first.press("Enter")
    expect(page.locator("#turn-2 .v-chip")).to_contain_text("trust")
    expect(page.get_by_role("group", name=f"Text of {text.name}")).to_be_focused()


def test_a_text_is_read_to_its_end_and_left_for_the_next_one_by_keyboard(page: Any, live_server: Any) -> None:
    study = a_study()
    text, second, ann = a_transcript(study, name="T01"), a_transcript(study, name="T02"), a_coder(study)
    a_round(study, (text, ann), (second, ann), name="Double")
    opened(page, live_server.url, ann, text)
    page.get_by_role("group", name="Text of T01").focus()
    end = page.get_by_role("button", name="Done with this text")

    page.keyboard.press("ArrowDown")
    for turn in range(1, 5):
        expect(end).to_have_count(0)
        page.keyboard.press("r")
        expect(page.locator(f"#turn-{turn}[data-read]")).to_have_count(1)
    expect(end).to_be_visible()
    expect(page.locator("[data-live]")).to_have_text(
        "You have coded or read every turn. Press D when you are done with this text."
    )
    check_page(page)
    page.get_by_role("group", name="Text of T01").press("d")

    expect(page.get_by_text("You are done with this text.")).to_be_visible()
    check_page(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="T02", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("T02")
