from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.template import engines

import commonpool
from commonpool.pages.glossary import GlossaryError, abbreviations, find_word, words
from commonpool.pages.words import explain_abbreviations
from commonpool.policy.reading import load_round, round_ids

pytestmark = pytest.mark.usefixtures("gallery")


@pytest.mark.requirement("S70")
def test_an_abbreviation_in_text_opens_its_meaning_where_it_stands():
    html = explain_abbreviations("<p>The ICB pays.</p>")

    assert '<button type="button" class="cp-abbr" popovertarget="meaning-icb">ICB</button>' in html
    assert '<div popover id="meaning-icb"' in html
    assert "integrated care board" in html


@pytest.mark.requirement("S70")
def test_an_abbreviation_in_a_link_is_listed_at_the_end_of_the_page():
    html = explain_abbreviations('<a href="/DFG/?x=DFG">The DFG</a>')

    assert '<a href="/DFG/?x=DFG">The <abbr title="Disabled Facilities Grant">DFG</abbr></a>' in html
    assert "<dt>DFG</dt>" in html


def test_the_keyboard_stops_once_in_each_part_of_a_page():
    html = explain_abbreviations("<h2>BCF</h2><p>BCF and BCF</p><h2>More</h2><p>BCF</p>")

    stops = re.findall(r"<button[^>]*>BCF", html)
    assert ['tabindex="-1"' in stop for stop in stops] == [False, True, True, False]


def test_a_plural_keeps_its_ending_and_a_longer_word_is_not_taken_apart():
    html = explain_abbreviations("<p>ICBs, not ICBX, XICB or ICB@example.org</p>")

    assert html.count("cp-abbr") == 1
    assert ">ICBs</button>" in html


def test_an_abbreviation_with_a_sign_that_html_escapes_is_known():
    assert ">C&amp;D</button>" in explain_abbreviations("<p>A C&amp;D plan</p>")
    assert "<abbr" in explain_abbreviations("<a>C&amp;D</a>")


@pytest.mark.parametrize("element", ["textarea", "script", "svg", "code", "select"])
def test_what_is_data_is_left_as_it_is(element):
    html = f"<{element}>ICB</{element}>"

    assert explain_abbreviations(html) == html


def test_attributes_and_comments_are_left_as_they_are():
    html = "<!-- ICB > --><input value=\"a > ICB\"><p title='ICB'>x</p>"

    assert explain_abbreviations(html) == html


def test_text_that_people_typed_stays_escaped():
    html = (
        engines["django"]
        .from_string("{% load pages %}{% abbreviations %}<p>{{ typed }}</p>{% endabbreviations %}")
        .render({"typed": "<script>ICB</script>"})
    )

    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_the_tag_refuses_an_abbreviation_that_nobody_has_explained():
    with pytest.raises(GlossaryError, match="QQQ"):
        engines["django"].from_string("{% load pages %}{% abbr 'QQQ' %}").render({})


@pytest.mark.requirement("S70")
def test_every_word_says_what_it_means_and_whose_it_is():
    for word in words():
        assert word.meaning.endswith("."), word.term
        assert word.used_by in ("health", "council", "both"), word.term
        assert word.source or not word.verified, word.term


def test_every_word_has_its_own_place_on_the_page():
    anchors = [word.anchor for word in words()]

    assert len(set(anchors)) == len(anchors)
    assert find_word("IBCF") is find_word("iBCF")


@pytest.mark.requirement("S70")
def test_the_explanations_use_no_abbreviation_that_is_not_explained():
    for word in words():
        capitals = set(re.findall(r"\b[A-Z]{2,}\b", f"{word.meaning} {word.full} {word.other_side}"))
        assert capitals <= set(abbreviations()), word.term


def test_the_glossary_is_a_page(gallery):
    page = gallery.get("/glossary/").content.decode()

    assert "Local Authority Better Care Grant" in page
    assert "unverified" in page


# What looks like an abbreviation and is a code, a site's name, or stands for a word in a command.
NOT_ABBREVIATIONS = {"OWN", "NEW", "GOV", "UK", "PLN", "NC", "FILE", "FOLDER", "DIR", "AREA", "ROUND"}
NOT_WORDS = r"{%.*?%}|{{.*?}}|{#.*?#}|<code.*?</code>|<pre.*?</pre>|<[^>]*>"
# Keys of a round whose values are shown to people as sentences and labels.
SHOWN = {
    "label",
    "title",
    "text",
    "summary",
    "numerator",
    "denominator",
    "unit",
    "legal_basis",
    "permitted_use",
    "goal",
}


def capitals(text: str) -> set[str]:
    words = re.findall(r"(?<![\w/_-])([A-Z][A-Za-z&]*[A-Z]|[a-z][A-Z]{2,})(?=s?(?![\w_-]))", text)
    return set(words) - NOT_ABBREVIATIONS


def shown_texts(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from shown_texts(inner, str(name))
    elif isinstance(value, str) and key in SHOWN:
        yield value


@pytest.mark.requirement("S70")
@pytest.mark.parametrize("round_id", round_ids())
def test_every_abbreviation_in_the_words_of_a_round_is_explained(round_id):
    texts = " ".join(shown_texts(load_round(round_id).resolved))

    assert capitals(texts) <= set(abbreviations())


@pytest.mark.requirement("S70")
def test_every_abbreviation_in_a_template_is_explained():
    unexplained = {}
    for template in Path(commonpool.__file__).parent.rglob("templates/**/*.html"):
        text = re.sub(NOT_WORDS, " ", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        if missing := capitals(text) - set(abbreviations()):
            unexplained[template.name] = missing
    assert unexplained == {}, "Spell it out, or add it to commonpool/pages/glossary.yaml."
