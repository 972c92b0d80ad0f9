"""Any project that can be held is written validly and reads back as it was; positions are found in any unit."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.voices.reading.inside.project import _packed
from commonpool.voices.rules.refi.losses import Fate
from commonpool.voices.rules.refi.merging import Verdict, merge
from commonpool.voices.rules.refi.model import (
    Authorship,
    Case,
    Code,
    Coding,
    Link,
    Project,
    Selection,
    Set,
    Source,
    User,
    Value,
    Variable,
)
from commonpool.voices.rules.refi.offsets import ALL, Placed, Reading, Ruler, candidates
from commonpool.voices.rules.refi.reading import Read, read_project
from commonpool.voices.rules.refi.tree import unpacked
from commonpool.voices.rules.refi.writing import Written, write_project
from commonpool.voices.rules.text import Span, normalised
from tests.voices.projects import assert_valid, g

holdable = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
names = st.text(holdable, min_size=1, max_size=12)
words = st.none() | st.text(holdable | st.sampled_from("\n\t"), max_size=20).map(normalised)
texts = st.text(st.sampled_from("ab .\n\téא😀\u0301\u200d"), max_size=60)
moments = st.none() | st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat().rjust(19, "0") + "Z")
VALUES = {
    "TextValue": names,
    "IntegerValue": st.integers(-(10**9), 10**9).map(str),
    "BooleanValue": st.sampled_from(["true", "false"]),
    "FloatValue": st.decimals(-1000, 1000, places=3).map(str),
    "DateValue": st.dates().map(str),
}


@st.composite
def projects(draw) -> Project:
    """A project of any shape: every reference resolves, every id is used once."""
    ids = iter(range(1, 100_000))

    def new() -> str:
        return g(next(ids))

    users = [User(new(), draw(names), draw(st.none() | names)) for _ in range(draw(st.integers(0, 2)))]
    notes = [a_source(draw, new, [], [], [], []) for _ in range(draw(st.integers(0, 2)))]
    note_ids = [note.guid for note in notes]
    codes: list[Code] = []
    for _ in range(draw(st.integers(1, 5))):
        parents = st.sampled_from([None, *(code.guid for code in codes)])
        colour = draw(st.sampled_from([None, "#FF0000", "#abc"]))
        codes.append(
            Code(new(), draw(names), draw(st.booleans()), draw(parents), draw(words), colour, some(draw, note_ids))
        )
    variables = [Variable(new(), draw(names), "Text", draw(words)) for _ in range(draw(st.integers(0, 2)))]
    user_ids, code_ids, variable_ids = ([one.guid for one in many] for many in (users, codes, variables))
    sources = [a_source(draw, new, user_ids, code_ids, note_ids, variable_ids) for _ in range(draw(st.integers(0, 2)))]
    source_ids = [source.guid for source in sources]
    passage_ids = [passage.guid for source in sources for passage in source.selections]
    cases = [
        Case(
            *(new(), draw(names), draw(words), some(draw, code_ids)),
            values=values(draw, variable_ids),
            sources=some(draw, source_ids),
            selections=some(draw, passage_ids),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    anything = st.sampled_from([None, *code_ids, *source_ids, *passage_ids])
    links = [
        Link(new(), draw(names), "OneWay", None, draw(anything), draw(anything), some(draw, note_ids))
        for _ in range(draw(st.integers(0, 2)))
    ]
    sets = [
        Set(new(), draw(names), draw(words), some(draw, code_ids), some(draw, source_ids), some(draw, note_ids))
        for _ in range(draw(st.integers(0, 1)))
    ]
    return Project(
        draw(names),
        "Commonpool",
        draw(words),
        users=tuple(users),
        codes=in_tree_order(codes),
        variables=tuple(variables),
        cases=tuple(cases),
        sources=tuple(sources),
        notes=tuple(notes),
        links=tuple(links),
        sets=tuple(sets),
        note_refs=some(draw, note_ids),
    )


def some(draw, of: list[str]) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(of), unique=True, max_size=2))) if of else ()


def values(draw, variables: list[str]) -> tuple[Value, ...]:
    found = []
    for variable in some(draw, variables):
        element = draw(st.sampled_from(sorted(VALUES)))
        found.append(Value(variable, draw(VALUES[element]), element))
    return tuple(found)


def a_source(draw, new, users, codes, notes, variables) -> Source:
    text = draw(texts)
    who = draw(st.sampled_from([None, *users]))

    def codings() -> tuple[Coding, ...]:
        return tuple(Coding(new(), code, who, draw(moments), some(draw, notes)) for code in some(draw, codes))

    passages = []
    for _ in range(draw(st.integers(0, 3)) if codes else 0):
        start, end = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        span = Span(start, end)
        passages.append(
            Selection(new(), span, draw(st.none() | names), draw(words), Authorship(who), codings(), some(draw, notes))
        )
    return Source(
        new(),
        draw(st.none() | names),
        text,
        description=draw(words),
        authorship=Authorship(who, draw(moments)),
        selections=tuple(passages),
        codings=codings(),
        notes=some(draw, notes),
        values=values(draw, variables),
    )


def in_tree_order(codes: list[Code]) -> tuple[Code, ...]:
    """Each code before those under it, and these before its next neighbour: as a file has them."""

    def below(parent: str | None) -> list[Code]:
        return [one for code in codes if code.parent == parent for one in (code, *below(code.guid))]

    return tuple(below(None))


def read_back(written: Written, offsets: str | None = None) -> Read:
    tree = unpacked(_packed(ElementTree.fromstring(written.xml), 0))
    return read_project(tree, {name.lower(): text for name, text in written.texts.items()}, (), offsets)


@settings(max_examples=150, deadline=None)
@given(projects())
def test_a_project_written_and_read_is_the_same_project(shared_data, project):
    written = write_project(project, "Commonpool")

    again = read_back(written, "code-points")

    assert_valid(shared_data, written.xml.encode())
    assert again.project == project
    assert not len(written.losses)
    assert {loss.fate for loss in again.losses} <= {Fate.CHANGED}


@settings(max_examples=100, deadline=None)
@given(projects(), projects())
def test_bringing_one_into_another_twice_is_as_good_as_once(mine, other):
    once = merge(mine, other)
    twice = merge(once.project, other)

    assert twice.project == once.project
    assert not twice.of(Verdict.ADDED)
    assert not twice.of(Verdict.LEFT_OUT) or once.of(Verdict.LEFT_OUT)


@settings(max_examples=100, deadline=None)
@given(projects())
def test_the_same_project_under_new_ids_adds_nothing(project):
    """As ATLAS.ti writes it: every export has other ids. Objects that nothing tells apart cannot be found again."""
    project = with_names_of_their_own(project)
    renamed = with_new_ids(project)

    merged = merge(project, renamed)

    assert not merged.of(Verdict.ADDED)
    assert merged.project == project


def with_names_of_their_own(project: Project) -> Project:
    """Names and places made different, so that likeness decides."""

    def numbered(items):
        return tuple(replace(item, name=f"{item.name}{number}") for number, item in enumerate(items))

    def apart(number: int, source: Source) -> Source:
        length = len(source.text or "")
        passages = [
            replace(one, span=Span(0, min(n, length))) for n, one in enumerate(source.selections) if n <= length
        ]
        codings = tuple({(one.code, one.coder): one for one in source.codings}.values())
        return replace(source, name=f"{source.name}{number}", selections=tuple(passages), codings=codings)

    return replace(
        project,
        users=numbered(project.users),
        codes=numbered(project.codes),
        variables=numbered(project.variables),
        sources=tuple(apart(number, source) for number, source in enumerate(project.sources)),
        notes=numbered(project.notes),
        sets=numbered(project.sets),
        cases=(),
        links=(),
    )


def with_new_ids(project: Project) -> Project:
    """Every GUID with another ending, wherever it stands."""
    written = write_project(project, "Commonpool")
    ending, other = "-0000-0000-000000000000", "-0000-0000-00000000000A"
    texts = {name.replace(ending, other): text for name, text in written.texts.items()}
    return read_back(Written(written.xml.replace(ending, other), texts, {}, written.losses), "code-points").project


raws = st.lists(st.sampled_from(["a", "word ", "\r\n", "\n", "😀", "e\u0301", "א", ". "]), max_size=30).map("".join)


def slow_places(raw: str, reading: Reading) -> list[int]:
    """Where each code point of the stored text stands in the file's own counting, by counting what stands before it."""
    marks = 1 if raw.startswith("\ufeff") else 0
    plain, places, index = raw[marks:], [], 0
    while index <= len(plain):
        before = plain[:index]
        if not reading.counts_crlf_twice:
            before = before.replace("\r\n", "\n")
        units = len(before.encode("utf-16-le")) // 2 if reading.is_utf16 else len(before)
        places.append(units + (marks if reading.counts_mark else 0))
        index += 2 if plain[index : index + 2] == "\r\n" else 1
    return places


@given(raws, st.booleans(), st.sampled_from(ALL))
def test_a_position_in_any_unit_is_the_code_point_that_it_means(raw, has_mark, reading):
    raw = ("\ufeff" if has_mark else "") + raw
    ruler = Ruler(raw, reading)

    places = slow_places(raw, reading)

    assert [ruler.place(place) for place in places] == list(range(len(normalised(raw)) + 1))
    assert ruler.place(places[-1] + 1) is None
    assert ruler.place(-1) is None


@given(raws, st.sampled_from(ALL))
def test_the_unit_that_was_used_is_among_those_that_fit(raw, reading):
    places = slow_places(raw, reading)
    spans = tuple((places[n], places[-1]) for n in range(0, len(places), 3))

    found = candidates([Placed(raw, spans)])

    expected = [normalised(raw)[n:] for n in range(0, len(places), 3)]
    fits = [[Ruler(raw, one.reading).span(*span) for span in spans] for one in found]
    assert expected in [[span.of(normalised(raw)) for span in one if span] for one in fits]


def a_project(text: str = "Trust grew slowly.", **more: object) -> Project:
    passages = (Selection(g(5), Span(0, 5), codings=(Coding(g(6), g(2), g(1)),)),)
    sources = (Source(g(3), "P01", text, selections=passages),)
    return replace(Project("study", users=(User(g(1), "A"),), codes=(Code(g(2), "trust"),), sources=sources), **more)


def test_a_text_that_was_edited_here_keeps_its_words_and_takes_the_passages_that_fit():
    mine = a_project("I: Hm.\nTrust grew slowly.", sources=(Source(g(3), "P01", "I: Hm.\nTrust grew slowly."),))

    merged = merge(mine, a_project())

    [passage] = merged.project.codings()
    assert (passage.words, passage.source.text) == ("Trust", "I: Hm.\nTrust grew slowly.")
    assert [note.what for note in merged.of(Verdict.DIFFERS)] == ["its text"]


def test_a_passage_whose_words_are_not_here_is_left_out_and_named():
    mine = a_project(sources=(Source(g(3), "P01", "[word] grew slowly."),))

    merged = merge(mine, a_project())

    assert not list(merged.project.codings())
    assert [note.what for note in merged.of(Verdict.LEFT_OUT)] == ["“Trust” is not in the text here"]


def test_what_differs_is_kept_as_it_is_here_and_named():
    other = a_project(codes=(Code(g(2), "confidence", description="of people"),))

    merged = merge(a_project(), other)

    [code] = merged.project.codes
    assert (code.name, code.description) == ("trust", "of people")
    assert [note.what for note in merged.of(Verdict.DIFFERS)] == ["its name: 'trust' here, 'confidence' there"]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ufffe"])
def test_a_character_that_xml_cannot_hold_is_replaced_and_named(shared_data, character):
    written = write_project(a_project(codes=(Code(g(2), f"tr{character}ust"),)), "Commonpool")

    assert_valid(shared_data, written.xml.encode())
    assert "tr\ufffdust" in written.xml
    assert [loss.what for loss in written.losses] == ["control characters in its words"]
