"""After an edit of the text, what no edit touches keeps its words exactly, in whatever script they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.span_maps import Edit, SpanMap, map_between, move
from commonpool.voices.rules.text import Span, cuts_a_character, normalised

PIECES = [
    "a",
    "word ",
    "\n",
    "é",
    "e\u0301",
    "😀",
    "👩\u200d⚕️",
    "👍🏽",
    "שלום ",
    "قال ",
    "\u200f",
    "क्षि",
    ". ",
    " ",
    "\u0308",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join).map(normalised)


@st.composite
def edited(draw):
    """(old text, new text, the edits between them as (start, end, replacement), spans in the old text)."""
    old = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(old)), max_size=8)))
    edits = [(a, b, draw(texts.map(lambda text: text[:12]))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    new, position = "", 0
    for start, end, replacement in edits:
        new += old[position:start] + replacement
        position = end
    ends = st.integers(0, len(old))
    spans = draw(st.lists(st.tuples(ends, ends).map(lambda pair: Span(min(pair), max(pair))), max_size=10))
    return old, new + old[position:], edits, spans


def is_reached(span: Span, edits) -> bool:
    """Whether any code point of the span is replaced, or anything is put between two of them: looked at one by one."""
    replaced = {place for start, end, _ in edits for place in range(start, end)}
    put_between = {start for start, end, _ in edits if start == end}
    return bool(replaced & set(range(span.start, span.end)) or put_between & set(range(span.start + 1, span.end)))


@given(edited())
def test_a_span_that_no_edit_reaches_keeps_its_words(case):
    old, new, edits, spans = case
    changes = SpanMap(tuple(Edit(start, end, len(text)) for start, end, text in edits))

    for span in spans:
        moved = changes.moved(span)

        if span.start < span.end:
            assert moved.is_touched == is_reached(span, edits)
        if not moved.is_touched:
            assert moved.span.of(new) == span.of(old)


@given(edited())
def test_between_any_two_versions_each_span_keeps_its_words_or_is_listed(case):
    old, new, _, spans = case

    for span, moved in zip(spans, move(spans, old, new, map_between(old, new)), strict=True):
        assert 0 <= moved.span.start <= moved.span.end <= len(new)
        assert moved.is_touched or moved.span.of(new) == span.of(old)
        if not moved.is_touched:
            for was, now in ((span.start, moved.span.start), (span.end, moved.span.end)):
                assert cuts_a_character(old, was) or not cuts_a_character(new, now)


@given(edited())
def test_a_map_leads_from_one_version_to_the_other_and_back(case):
    old, new, _, _ = case
    changes = map_between(old, new)

    assert applied(old, new, changes) == new
    assert applied(new, old, changes.reversed()) == old


def applied(old: str, new: str, changes: SpanMap) -> str:
    """The new text built from the old one and from what the map says was put in."""
    made, position, shift = "", 0, 0
    for edit in changes.edits:
        made += old[position : edit.start] + new[edit.start + shift : edit.start + shift + edit.length]
        shift += edit.length - (edit.end - edit.start)
        position = edit.end
    return made + old[position:]


@given(texts)
def test_the_same_text_again_moves_nothing(text):
    assert map_between(text, text).edits == ()


def test_a_name_replaced_before_a_passage_moves_it_and_leaves_its_words():
    old = "P01: Anna Smith said that trust grew slowly."
    new = "P01: [person 1] said that trust grew slowly."
    passage, name = Span(25, 35), Span(5, 15)

    moved, touched = move([passage, name], old, new, map_between(old, new))

    assert (moved.span.of(new), moved.is_touched) == (passage.of(old), False)
    assert (touched.span.of(new), touched.is_touched) == ("[person 1]", True)


def test_words_put_in_at_the_border_of_a_passage_do_not_touch_it():
    old, new = "one two three", "one and two or three"

    [moved] = move([Span(4, 7)], old, new, map_between(old, new))

    assert (moved.span.of(new), moved.is_touched) == ("two", False)


def test_an_accent_put_behind_the_last_letter_of_a_passage_touches_it():
    old, new = "cafe bar", "cafe\u0301 bar"
    changes = SpanMap((Edit(4, 4, 1),))

    [moved] = move([Span(0, 4)], old, new, changes)

    assert moved.is_touched


def test_a_long_transcript_rewritten_from_end_to_end_is_compared_in_reasonable_time():
    old = "".join(f"I: question number {number}\nP01: answer {number * 7}\n" for number in range(3000))
    new = old.replace("question", "query").replace("answer 7\n", "")

    changes = map_between(old, new)

    assert applied(old, new, changes) == new
