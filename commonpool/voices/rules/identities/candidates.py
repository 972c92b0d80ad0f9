"""Everything in a text that may give somebody away, for a person to decide on. Nothing is taken out by itself."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from commonpool.voices.rules.identities.capitals import capitalised
from commonpool.voices.rules.identities.gazetteer import Gazetteer
from commonpool.voices.rules.identities.kinds import FoundBy, Kind
from commonpool.voices.rules.identities.patterns import shapes_in
from commonpool.voices.rules.text import Span, cuts_a_character

# Above this, nobody decides on each: the page says that there is more.
MOST_CANDIDATES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may give somebody away; `replacement` is what a list has in its place, or ""."""

    span: Span
    kind: Kind
    by: FoundBy
    replacement: str = ""
    key: str = ""


def candidates_in(text: str, names: Gazetteer, known: Collection[str] = ()) -> list[Candidate]:
    """The candidates in order, none over another: by shape first, then by list, then by capitals.

    known  words with capitals that give nobody away, such as abbreviations and the study's pseudonyms
    """
    kept: list[Candidate] = []
    for candidate in _by_shape_and_list(text, names):
        if _is_free(candidate.span, kept):
            insort(kept, candidate, key=_start)
    for span in list(capitalised(text, [each.span for each in kept], known)):
        insort(kept, Candidate(_whole(span, text), Kind.NAME, FoundBy.CAPITALS), key=_start)
    return kept


def _by_shape_and_list(text: str, names: Gazetteer) -> Iterator[Candidate]:
    for span, kind in shapes_in(text):
        yield Candidate(_whole(span, text), kind, FoundBy.PATTERN)
    for found in names.find(text):
        listed = found.listed
        yield Candidate(_whole(found.span, text), listed.kind, FoundBy.LIST, listed.replacement, listed.key)


def _start(candidate: Candidate) -> int:
    return candidate.span.start


def _is_free(span: Span, kept: list[Candidate]) -> bool:
    at = bisect_right(kept, span.start, key=_start)
    if at and kept[at - 1].span.end > span.start:
        return False
    return at == len(kept) or kept[at].span.start >= span.end


def _whole(span: Span, text: str) -> Span:
    """The span with the accent of its last letter."""
    end = span.end
    while cuts_a_character(text, end):
        end += 1
    return Span(span.start, end)


def surface(words: str) -> str:
    """Words as candidates are alike in: capitals count, the breadth of a space does not."""
    return " ".join(words.split())


def alike(text: str, candidates: Iterable[Candidate]) -> dict[tuple[Kind, str], list[Candidate]]:
    """Candidates by what they are and how they are typed: those that one decision can settle."""
    groups: dict[tuple[Kind, str], list[Candidate]] = {}
    for each in candidates:
        groups.setdefault((each.kind, surface(each.span.of(text))), []).append(each)
    return groups
