"""A codebook changes by events: each makes a sound tree or is refused in words, and each can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from commonpool.voices.rules.codebook import (
    EMPTY,
    Add,
    Code,
    Codebook,
    CodebookError,
    Fate,
    Merge,
    Move,
    Origin,
    Recoding,
    Redefine,
    Rename,
    Retire,
    Split,
    Swap,
    Undo,
    additions,
    apply,
    differences,
    recodings,
    retiring,
    undo_of,
    version_as_of,
)
from tests.voices.codebooks import a_book, a_code, after, histories
from tests.voices.projects import g

TREE = a_book(
    a_code(1, "money"), a_code(2, "risk share", 1), a_code(3, "people"), a_code(4, "trust", 3), a_code(5, "blame", 3)
)
SPLIT = Split(g(2), (a_code(6, "overspends"), a_code(7, "underspends")))


def names(book: Codebook) -> list[str]:
    return [" > ".join(book.path(code.guid)) for code in book.in_use()]


# -- what each change does


def test_a_new_code_stands_after_its_elder_siblings():
    book = after(TREE, Add(a_code(8, "contributions", 1)))

    assert names(book)[:3] == ["money", "money > risk share", "money > contributions"]


def test_a_merged_code_is_retired_and_what_stood_beneath_it_moves_along():
    book = after(TREE, Add(a_code(8, "suspicion", 5)), Merge(g(5), g(4)))

    assert names(book)[2:] == ["people", "people > trust", "people > trust > suspicion"]
    assert (book[g(5)].is_retired, book[g(5)].became) == (True, (g(4),))


def test_the_parts_of_a_split_stand_where_the_code_stood():
    book = after(TREE, SPLIT)

    assert names(book)[:3] == ["money", "money > overspends", "money > underspends"]
    assert book[g(2)].became == (g(6), g(7))


def test_a_part_may_have_the_name_of_the_code_that_was_split():
    book = after(TREE, Split(g(2), (a_code(6, "risk share"), a_code(7, "underspends"))))

    assert "money > risk share" in names(book)


def test_a_code_moves_with_all_beneath_it():
    book = after(TREE, Move(g(1), g(3)))

    assert names(book)[:3] == ["people", "people > money", "people > money > risk share"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Add(a_code(8, " TRUST ", 3)), "There is a ‘trust’ beneath ‘people’ already. Give ‘TRUST’ another name"),
        (Add(a_code(4, "hope")), "The id of ‘hope’ is another code's."),
        (Add(a_code(8, "hope", 9)), "‘hope’ stands beneath 00000009-0000-0000-0000-000000000000, which is no code."),
        (Add(a_code(8, " ")), "has no name. Give it one."),
        (Add(Code("8", "hope")), "has the id ‘8’, which is no GUID in capitals."),
        (Rename(g(5), "Trust"), "There is a ‘trust’ beneath ‘people’ already."),
        (Rename(g(9), "hope"), f"There is no code {g(9)}."),
        (Move(g(3), g(4)), "‘people’ would stand beneath itself."),
        (Move(g(3), g(3)), "‘people’ would stand beneath itself."),
        (Merge(g(4), g(4)), "‘trust’ cannot be merged into itself."),
        (Merge(g(3), g(4)), "‘trust’ stands beneath ‘people’. Move it out first"),
        (Split(g(2), (a_code(6, "overspends"),)), "For one, rename it."),
        (Split(g(2), (a_code(6, "a"), a_code(6, "b"))), "The id of ‘a’ is another code's."),
        (Split(g(3), (a_code(6, "a"), a_code(7, "b"))), "Beneath ‘people’ stands ‘trust’, ‘blame’."),
        (Swap(g(4), g(2)), "‘trust’ and ‘risk share’ do not stand side by side."),
        (Swap(g(4), g(4)), "do not stand side by side."),
        (Add(a_code(8, "x" * 201)), "has 201 characters. Use 200 at most"),
        (Redefine(g(4), colour="red"), "‘red’ is no colour for ‘trust’. Write six digits"),
        (Retire(g(1)), "Beneath ‘money’ stands ‘risk share’. Move what is beneath it first, or retire that."),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_in_words(change, said):
    with pytest.raises(CodebookError) as refused:
        apply(TREE, change)

    assert said in str(refused.value)


def test_a_code_is_not_merged_into_a_folder():
    book = after(TREE, Redefine(g(3), is_codable=False))

    with pytest.raises(CodebookError, match="‘people’ is a folder and takes no codings"):
        apply(book, Merge(g(2), g(3)))


def test_a_retired_code_is_not_changed():
    book = after(TREE, Retire(g(4)))

    for change in (Rename(g(4), "hope"), Redefine(g(4), "x"), Move(g(4), None), Merge(g(5), g(4)), Move(g(5), g(4))):
        with pytest.raises(CodebookError, match="‘trust’ is retired"):
            apply(book, change)


def test_two_codes_side_by_side_change_places():
    book = after(TREE, Swap(g(5), g(4)))

    assert names(book)[2:] == ["people", "people > blame", "people > trust"]


def test_what_is_not_said_anew_of_a_code_stays():
    book = after(TREE, Redefine(g(4), "x", colour="#1D70B8", is_codable=False, origin=Origin.DATA), Redefine(g(4), "y"))

    trust = book[g(4)]
    assert (trust.definition, trust.colour, trust.is_codable, trust.origin) == ("y", "#1D70B8", False, Origin.DATA)


# -- what holds for any history


def assert_sound(book: Codebook) -> None:
    """The slow way: walk up from every code, and compare every two."""
    for code in book:
        seen, at = {code.guid}, code.parent
        while at is not None:
            assert at not in seen, "a circle"
            seen.add(at)
            at = book[at].parent
        assert code.is_retired or code.parent is None or not book[code.parent].is_retired
    used = [code for code in book if not code.is_retired]
    siblings = [(code.parent, " ".join(code.name.split()).casefold()) for code in used]
    assert all(siblings.count(each) == 1 for each in siblings)
    assert sorted(code.guid for code in book.in_use()) == sorted(code.guid for code in used)


@pytest.mark.requirement("S130")
@given(histories())
def test_every_version_is_a_tree_whose_siblings_differ_by_name(made):
    for count in range(len(made) + 1):
        assert_sound(version_as_of(made, count))


@given(histories())
def test_all_changes_taken_back_leave_the_beginning(made):
    book = version_as_of(made, len(made))

    for number in range(len(made), 0, -1):
        book = apply(book, undo_of(made, number))
        assert list(book) == list(version_as_of(made, number - 1))

    assert book == EMPTY


@given(histories())
def test_what_was_taken_back_can_be_done_again(made):
    undone = [*made, undo_of(made, len(made))]

    redone = [*undone, undo_of(undone, len(undone))]

    assert list(version_as_of(redone, len(redone))) == list(version_as_of(made, len(made)))


@given(histories())
def test_what_is_taken_back_by_retiring_leaves_the_same_codes_in_use(made):
    book, undo = version_as_of(made, len(made)), undo_of(made, len(made))

    gentle = after(book, *retiring(undo))

    assert [code.guid for code in gentle.in_use()] == [code.guid for code in apply(book, undo).in_use()]
    assert set(gentle.codes) == set(book.codes) | set(apply(book, undo).codes)


@given(histories())
def test_an_id_stays_with_its_code_unless_its_addition_is_taken_back(made):
    for count, change in enumerate(made):
        before, later = version_as_of(made, count), version_as_of(made, count + 1)
        gone = set(before.codes) - set(later.codes)
        assert not gone or isinstance(change, Undo)
        moved = [guid for guid in before.codes if guid in later and later[guid].place != before[guid].place]
        assert len(moved) in (0, 2)
        assert not moved or isinstance(change, (Swap, Undo))


@given(histories())
def test_versions_differ_in_words_exactly_if_they_differ(made):
    first, last = version_as_of(made, len(made) // 2), version_as_of(made, len(made))
    shown = [
        {guid: replace(code, place=code.place if guid in other.codes else 0) for guid, code in one.codes.items()}
        for one, other in ((first, last), (last, first))
    ]

    assert bool(differences(first, last)) == (shown[0] != shown[1])


def slow_ends(guid: str, book: Codebook) -> set[str]:
    became = book[guid].became
    return set().union(*(slow_ends(each, book) for each in became)) if became else {guid}


@given(histories())
def test_codings_go_where_following_each_code_by_hand_leads(made):
    first, last = version_as_of(made, len(made) // 2), version_as_of(made, len(made))
    coded = [code.guid for code in first if not code.is_retired]
    if not all(guid in last for guid in coded):
        with pytest.raises(CodebookError, match="not in the later version"):
            recodings(first, last)
        return

    found = recodings(first, last)

    assert list(found) == coded
    for guid, recoding in found.items():
        ends = slow_ends(guid, last)
        used = {end for end in ends if not last[end].is_retired}
        assert set(recoding.to) == used
        assert (recoding.fate is Fate.KEPT) == (used == {guid})
        assert (recoding.fate is Fate.RESTS) == (not used)
        assert (recoding.fate is Fate.ASKS) == (bool(used) and len(ends) > 1)


# -- taking back, out of order


def test_an_earlier_change_is_taken_back_where_nothing_later_touched_it():
    made = [*additions(TREE), Rename(g(4), "faith"), Rename(g(5), "fault")]

    book = apply(version_as_of(made, 7), undo_of(made, 6))

    assert (book[g(4)].name, book[g(5)].name) == ("trust", "fault")


def test_a_change_that_was_built_upon_is_not_taken_back_alone():
    made = [*additions(TREE), Rename(g(4), "faith"), Rename(g(4), "hope")]

    with pytest.raises(CodebookError, match="‘faith’ has changed since"):
        apply(version_as_of(made, 7), undo_of(made, 6))


def test_the_addition_of_a_code_that_has_others_beneath_it_is_not_taken_back_alone():
    made = additions(TREE)

    with pytest.raises(CodebookError, match="which is no code"):
        apply(TREE, undo_of(made, 1))


def test_two_merges_never_make_a_code_become_itself():
    made = [*additions(TREE), Merge(g(4), g(5))]
    made.append(undo_of(made, 6))
    again = undo_of(made, 7)
    made.append(Merge(g(5), g(4)))

    with pytest.raises(CodebookError, match="would in the end become itself"):
        apply(version_as_of(made, 8), again)


@pytest.mark.parametrize("count", [-1, 6])
def test_a_version_that_was_never_made_is_refused(count):
    with pytest.raises(ValueError, match="Ask for 0 to 5"):
        version_as_of(additions(TREE), count)


@pytest.mark.parametrize("number", [0, 6])
def test_a_change_that_was_never_made_is_not_taken_back(number):
    with pytest.raises(ValueError, match="Give one from 1 to 5"):
        undo_of(additions(TREE), number)


def test_a_version_is_as_it_was_whatever_came_later():
    made = [*additions(TREE), SPLIT, Rename(g(6), "losses")]

    assert version_as_of(made, 5) == TREE
    assert version_as_of([SPLIT], 1, beginning=TREE) == version_as_of(made, 6)


# -- what changed, in words


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], []),
        ([SPLIT], ["‘risk share’ split in two: ‘overspends’ and ‘underspends’."]),
        ([Merge(g(5), g(4))], ["‘blame’ merged into ‘trust’."]),
        ([Retire(g(5))], ["‘blame’ retired."]),
        ([Rename(g(5), "fault")], ["‘blame’ is now called ‘fault’."]),
        ([Move(g(5), None)], ["‘blame’ moved: it stood beneath ‘people’ and stands at the top."]),
        ([Add(a_code(8, "hope", 3))], ["‘hope’ is new, beneath ‘people’."]),
        (
            [Swap(g(4), g(5))],
            [
                "‘blame’ stands elsewhere among the codes beneath ‘people’.",
                "‘trust’ stands elsewhere among the codes beneath ‘people’.",
            ],
        ),
        (
            [Redefine(g(5), colour="#1D70B8", is_codable=False, origin=Origin.DATA)],
            [
                "‘blame’ has a colour.",
                "‘blame’ is a folder that only holds other codes now.",
                "Where ‘blame’ came from is said anew: derived from the data.",
            ],
        ),
        ([Redefine(g(5), "x", exclude="y")], ["‘blame’ has other words: definition added, exclude added."]),
        (
            [SPLIT, Merge(g(6), g(7))],
            [
                "‘risk share’ split in two: ‘overspends’ and ‘underspends’.",
                "‘overspends’ merged into ‘underspends’.",
            ],
        ),
    ],
)
def test_what_changed_is_said_in_sentences(changes, said):
    assert differences(TREE, after(TREE, *changes)) == said


def test_what_was_taken_back_is_said_too():
    merged = after(TREE, Merge(g(5), g(4)), Add(a_code(8, "hope")))

    assert differences(merged, TREE) == ["‘blame’ is in use again.", "‘hope’ was taken out."]


# -- what becomes of codings


@pytest.mark.parametrize(
    ("changes", "code", "recoding"),
    [
        ([Rename(g(5), "fault"), Move(g(5), None)], 5, Recoding(Fate.KEPT, (g(5),))),
        ([Merge(g(5), g(4))], 5, Recoding(Fate.MAPPED, (g(4),))),
        ([Merge(g(5), g(4)), Merge(g(4), g(2))], 5, Recoding(Fate.MAPPED, (g(2),))),
        ([SPLIT], 2, Recoding(Fate.ASKS, (g(6), g(7)))),
        ([Merge(g(5), g(2)), SPLIT], 5, Recoding(Fate.ASKS, (g(6), g(7)))),
        ([SPLIT, Merge(g(6), g(7))], 2, Recoding(Fate.MAPPED, (g(7),))),
        ([SPLIT, Retire(g(6))], 2, Recoding(Fate.ASKS, (g(7),))),
        ([Retire(g(5))], 5, Recoding(Fate.RESTS, ())),
    ],
)
def test_a_merge_maps_codings_and_a_split_asks_for_them_anew(changes, code, recoding):
    assert recodings(TREE, after(TREE, *changes))[g(code)] == recoding
