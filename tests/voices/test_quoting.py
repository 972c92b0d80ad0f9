"""A quotation is what was said, with cuts and brackets that show; its label and its words give nobody away."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.attribution import Breadth, Speaker, attribution_of
from commonpool.voices.rules.identities import Gazetteer, Kind, Listed
from commonpool.voices.rules.quoting import (
    Unfaithful,
    balance_of,
    checked,
    names_in,
    numbers_in,
    pieces_of,
    proposed,
)
from commonpool.voices.rules.text import Span

SAID = "We shared the risk from the first day, and it was not easy.\nThe council in Northmere took most of it."


def is_faithful(original: str, edited: str) -> bool:
    try:
        pieces_of(original, edited)
    except Unfaithful:
        return False
    return True


@pytest.mark.parametrize(
    "edited",
    [
        SAID,
        "We shared the risk from the first day, and it was not easy. The council in Northmere took most of it.",
        "We shared the risk … and it was not easy. The council in [place] took most of it.",
        "… it was not easy. …",
        "[…] it was not easy. [...]",
        "We shared the risk from the first day, and it was not easy. The council … took most of it.",
        "[It] was not easy. …",
        "…, and it was not easy. [They] took most of it.",
        "[W]e shared the risk …",
        "We shared the risk [that is, losses] from the first day, and it was not easy. …",
    ],
)
def test_cuts_that_show_and_brackets_are_faithful(edited: str) -> None:
    assert is_faithful(SAID, edited)


@pytest.mark.parametrize(
    ("edited", "why"),
    [
        (
            "We shared the costs from the first day …",
            "After ‘We shared the’ the original goes on ‘risk from the first’",
        ),
        ("We shared the risk.", "After ‘We shared the’ the original goes on ‘risk from the first’"),
        ("shared the risk …", "does not stand there in the original. Show cuts by …, also at the beginning"),
        ("… it was easy. …", "the original goes on ‘not easy. The council’"),
        ("… not easy …, and it was …", "does not stand there"),
        ("… hared the risk …", "A cut takes out whole words"),
        ("We shared … the risk …", "and at least one of them"),
        ("… …", "Nothing of what was said is left"),
        ("We shared the [risk …", "bracket is open"),
        ("We shared [] …", "empty"),
        (f"We shared [{'word ' * 20}] …", "more than a few words"),
    ],
)
def test_whatever_else_is_changed_is_refused_with_its_place(edited: str, why: str) -> None:
    with pytest.raises(Unfaithful) as refused:
        pieces_of(SAID, edited)

    assert why in str(refused.value)


def test_the_pieces_say_what_cuts_and_brackets_stand_for() -> None:
    pieces = pieces_of(SAID, "We shared the risk … easy. The council in [place] took most of it.")

    assert [(each.printed, each.stands_for) for each in pieces if not each.is_own] == [
        ("…", "from the first day, and it was not"),
        ("[place]", "Northmere"),
    ]


WORDS = st.lists(st.sampled_from(["a", "b", "ab", "not", "so,", "we.", "x…", "[p]"]), min_size=1, max_size=9)


@given(WORDS, st.integers(0, 10**6))
def test_any_original_with_cuts_and_brackets_of_ours_is_faithful(words: list[str], seed: int) -> None:
    random = Random(seed)
    kept, edited = False, []
    at = 0
    while at < len(words):
        length = random.randint(1, 3)
        chance = random.random()
        if chance < 0.3:
            edited.append("…")
        elif chance < 0.5:
            edited.append("[y]")
        else:
            edited += words[at : at + length]
            kept = kept or any(word not in ("[p]",) for word in words[at : at + length])
        at += length

    assert is_faithful(" ".join(words), " ".join(edited)) or not kept


@given(st.text(alphabet="ab .", max_size=14), st.text(alphabet="ab .…[]", max_size=12))
def test_faithful_is_what_trying_every_way_finds(original: str, edited: str) -> None:
    assert is_faithful(original, edited) == is_faithful_slowly(original, edited)


def is_faithful_slowly(original: str, edited: str) -> bool:
    """Every way to let each mark stand for some stretch of the original, by recursion over both texts."""
    said, tokens = " ".join(original.split()), tokens_of(" ".join(edited.split()))
    if tokens is None or not any(kind == "own" for kind, *_ in tokens):
        return False
    return fits(said, 0, tokens, 0)


def tokens_of(edited: str) -> list[tuple[str, str, bool, bool]] | None:
    """(own or mark, words, whether a mark has a bracket of words, ...) with marks side by side made one."""
    marks = r"\[\s*(?:…|\.{3,})\s*\]|…|\.{3,}|\[[^\[\]]*\]"
    tokens: list[tuple[str, str, bool, bool]] = []
    for part in re.split(f"((?:(?:{marks})\\s*)+)", edited):
        found = re.findall(marks, part)
        if re.fullmatch(f"(?:(?:{marks})\\s*)+", part):
            insides = [each.strip("[]").strip() for each in found if each.startswith("[")]
            if "" in insides:
                return None
            words = [each for each in insides if each != "…" and not re.fullmatch(r"\.{3,}", each)]
            tokens.append(("mark", part, bool(words), found[-1].endswith("]") and not part.endswith(" ")))
        elif part.strip():
            if "[" in part or "]" in part:
                return None
            tokens.append(("own", part, False, False))
    return tokens


def fits(said: str, at: int, tokens: list[tuple[str, str, bool, bool]], number: int) -> bool:
    if number == len(tokens):
        return at == len(said)
    kind, words, has_words, is_tight_after = tokens[number]
    if kind == "own":
        plain = words.strip()
        return said.startswith(plain, at) and fits(said, at + len(plain), tokens, number + 1)
    before = tokens[number - 1][1] if number else " "
    is_tight_before = bool(number) and not before.endswith(" ") and words.startswith("[")
    for end in range(at, len(said) + 1):
        if not has_words and not said[at:end].strip():
            continue
        if number and not (has_words and is_tight_before) and not is_edge(said, at):
            continue
        if number + 1 < len(tokens) and not (has_words and is_tight_after) and not is_edge(said, end):
            continue
        if number + 1 == len(tokens):
            if end == len(said):
                return True
            continue
        if fits(said, end, tokens, number + 1):
            return True
    return False


def is_edge(said: str, at: int) -> bool:
    return at in (0, len(said)) or not (said[at - 1].isalnum() and said[at].isalnum())


def test_a_first_wording_cuts_labels_and_other_peoples_words() -> None:
    said = "Anna: Yes, we did.\nInterviewer: Why?\nAnna: To share."

    first = proposed(said, [Span(6, 18), Span(43, len(said))])

    assert first == "… Yes, we did. … To share."
    assert is_faithful(said, first)


NAMES = Gazetteer([Listed("Northmere", Kind.PLACE), Listed("Will", Kind.PERSON)])


def faults(text: str, original: str = "", kept: tuple[str, ...] = ()) -> tuple[str, ...]:
    return checked(pieces_of(original or text, text), text, names=NAMES, kept=kept, numbers={}).faults


def warnings(text: str, original: str = "", **numbers: int) -> tuple[str, ...]:
    counts = {name.removeprefix("n"): count for name, count in numbers.items()}
    return checked(pieces_of(original or text, text), text, names=NAMES, harmless={"NHS"}, numbers=counts).warnings


@pytest.mark.requirement("S129")
def test_a_listed_name_and_a_telling_shape_forbid_printing() -> None:
    assert faults("They went to NORTH-\nMERE’s board") == ("It holds ‘NORTH- MERE’, which is a listed name.",)
    assert faults("mail me at a@b.example") == ("It holds an e-mail address.",)
    assert faults("it was shared") == ()


def test_an_everyday_word_that_is_a_name_may_stand_once_somebody_has_said_so() -> None:
    assert faults("it will grow") == ("It holds ‘will’, which is a listed name.",)
    assert faults("it will grow", kept=("will",)) == ()
    assert faults("so Will grew", kept=("will",)) != ()


def test_what_may_point_at_somebody_is_said_to_whoever_checks() -> None:
    assert warnings("in March 2016 [organisation 2] paid", n2016=9) == (
        "It names a time, ‘March’, with a place, ‘[organisation 2]’: together they may point at somebody.",
    )
    assert warnings("we lost 1,250 beds and 40 people", n40=3, n1250=1) == (
        "The number 1250 is said once in all texts: who knows it knows who said it.",
    )
    assert warnings("then Mary came for the NHS") == ("‘Mary’ may be a name.",)
    assert warnings("it was … easy", "it was not easy") == (
        "A cut or a bracket takes out ‘not’: does it still say what was said?",
    )


def test_numbers_are_counted_without_their_commas() -> None:
    assert numbers_in(["1,250 of 1250", "4 and 40, 40.5"]) == Counter({"1250": 2, "40": 1, "40.5": 1})


COUNCIL = Speaker("Council", "commissioner", "site 1")


def crowd(**sizes: int) -> list[Speaker]:
    kinds = {"both": COUNCIL, "role": Speaker("Board", "commissioner", "site 2"), "body": Speaker("Council", "manager")}
    return [kinds[name] for name, size in sizes.items() for _ in range(size)]


@pytest.mark.requirement("S129")
@pytest.mark.parametrize(
    ("others", "label"),
    [
        ({"both": 3}, "Council commissioner"),
        ({"both": 2, "role": 1}, "commissioner"),
        ({"both": 1, "body": 2}, "Council"),
        ({"both": 1, "role": 1, "body": 1}, "participant"),
    ],
)
def test_a_label_that_few_share_is_made_wider(others: dict[str, int], label: str) -> None:
    assert attribution_of(COUNCIL, crowd(**others), fewest=3).label == label


def test_the_check_is_told_in_words() -> None:
    found = attribution_of(COUNCIL, crowd(both=2, role=7), fewest=3, narrowest=Breadth.SITE)

    assert found.check == (
        "2 participants are ‘Council commissioner, site 1’: fewer than 3, so it is made wider.",
        "2 participants are ‘Council commissioner’: fewer than 3, so it is made wider.",
        "9 participants are ‘commissioner’: so this is printed.",
    )


def test_what_is_not_known_of_somebody_is_not_printed() -> None:
    nobody = Speaker("", "commissioner")

    assert attribution_of(nobody, [nobody] * 5, fewest=3).label == "commissioner"
    assert attribution_of(None, [nobody] * 5, fewest=3).label == "participant"
    assert attribution_of(Speaker("", ""), [Speaker("", "")] * 5, fewest=3).label == "participant"


SPEAKERS = st.builds(Speaker, st.sampled_from(["A", "b", "B", ""]), st.sampled_from(["x", "y", ""]), st.just("site 1"))


@given(st.lists(SPEAKERS, min_size=1, max_size=12), st.integers(2, 5), st.sampled_from(list(Breadth)))
def test_no_label_but_participant_fits_fewer_than_asked(everyone: list[Speaker], fewest: int, start: Breadth) -> None:
    for speaker in everyone:
        found = attribution_of(speaker, everyone, fewest=fewest, narrowest=start)
        printed = [attribution_of(each, everyone, fewest=1, narrowest=found.breadth) for each in everyone]

        same = [each for each in printed if each.label.casefold() == found.label.casefold()]
        assert found.label == "participant" or len(same) >= fewest


def test_the_balance_says_who_carries_the_report() -> None:
    found = balance_of([("P01", "A"), ("P01", "A"), ("P02", None), (None, None)], heard=9)

    assert found.sentence == (
        "4 quotations from 2 of 9 participants, and of 1 nobody has said whose words they are. "
        "P01 is quoted most: 2 of 4."
    )
    assert found.sites == (("A", 2), ("Site not known", 2))


def test_names_are_told_as_they_are_typed_each_once() -> None:
    assert names_in("Northmere and northmere, NORTHMERE", NAMES, kept={"northmere"}) == ["Northmere", "NORTHMERE"]
