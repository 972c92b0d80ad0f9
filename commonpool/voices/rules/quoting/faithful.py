"""That an edited quotation is its original, with cuts that are shown and words in brackets that are not its own.

… (or three full stops) shows a cut, from one end of a word to another. Square brackets hold the editor's words, in
place of none, some or a part of a word of the original: `[organisation]`, `[W]e`. All else stands as it was said;
only the breadth of spaces and the ends of lines make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from commonpool.voices.rules.text import Span

CUT: Final = "…"
_MARKS: Final = re.compile(r"(\[\s*(?:…|\.{3,})\s*\]|…|\.{3,}|\[[^\[\]]*\])")
LONGEST_BRACKET: Final = 80


class Unfaithful(ValueError):  # noqa: N818 - it says what the quotation is
    """The edited words are not the original with cuts and brackets: where they part, and what to do."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an edited quotation: `printed`, and what of the original it stands for.

    is_own  words of the original, which stand as they were said; False for cuts and brackets
    """

    printed: str
    stands_for: str
    is_own: bool

    @property
    def is_cut(self) -> bool:
        """Whether only a cut is shown here."""
        return not self.is_own and "[" not in self.printed.replace("[…]", "")


@dataclass(frozen=True, slots=True)
class _Gap:
    """Marks between two stretches of own words. `is_tight` says on which sides no space stands before the words."""

    printed: str
    has_bracket: bool
    is_tight_before: bool
    is_tight_after: bool


def pieces_of(original: str, edited: str) -> list[Piece]:
    """The edited quotation piece by piece. Raises Unfaithful, in a sentence for whoever typed it.

    Where words could stand in several places of the original, the first is taken: if any way to read the edited
    words is faithful, that one is.
    """
    said = " ".join(original.split())
    own, gaps = _parted(" ".join(edited.split()))
    if not own:
        raise Unfaithful("Nothing of what was said is left. Keep some of the words.")
    places: list[Span] = []
    for number, words in enumerate(own):
        after = places[-1].end if places else 0
        found = _place(said, words, after, gaps[number], gaps[number + 1], is_last=number == len(own) - 1)
        if found is None:
            raise Unfaithful(_explained(said, words, after, gaps[number]))
        places.append(found)
    return list(_pieces(said, own, gaps, places))


def _parted(edited: str) -> tuple[list[str], list[_Gap | None]]:
    """Own words, and the marks before, between and after them; None where there are none at an end."""
    own: list[str] = []
    gaps: list[list[str]] = [[]]
    for part in _MARKS.split(edited):
        if _MARKS.fullmatch(part):
            _check_bracket(part)
            gaps[-1].append(part)
        elif part.strip():
            if "[" in part or "]" in part:
                raise Unfaithful(f"A square bracket is open in ‘{part.strip()}’. Close it, or take it out.")
            own.append(part)
            gaps.append([])
        elif gaps[-1]:
            gaps[-1].append(part)
    return [each.strip() for each in own], [_gap(marks, own, number) for number, marks in enumerate(gaps)]


def _check_bracket(mark: str) -> None:
    inside = mark.strip("[]").strip()
    if mark.startswith("[") and not inside:
        raise Unfaithful("A pair of square brackets is empty. Say in it what stands for the original’s words.")
    if len(inside) > LONGEST_BRACKET:
        raise Unfaithful(f"‘{mark}’ is more than a few words of your own. Put less into the brackets.")


def _gap(marks: Sequence[str], own: Sequence[str], number: int) -> _Gap | None:
    if not marks:
        return None
    brackets = [mark for mark in marks if mark.startswith("[") and mark.strip("[] ").strip(".") not in ("", CUT)]
    return _Gap(
        printed="".join(marks).strip(),
        has_bracket=bool(brackets),
        is_tight_before=number > 0 and not own[number - 1].endswith(" ") and marks[0].startswith("["),
        is_tight_after=number < len(own) and not own[number].startswith(" ") and marks[-1].endswith("]"),
    )


def _place(
    said: str, words: str, after: int, before: _Gap | None, behind: _Gap | None, *, is_last: bool
) -> Span | None:
    """Where these words stand in what was said, from `after` on: the first place that the marks around them allow."""
    start = after if before is None else said.find(words, after)
    if before is None and not said.startswith(words, after):
        return None
    if behind is None and is_last:
        start = len(said) - len(words)
        if start < after or not said.endswith(words) or (before is None and start != after):
            return None
    while start >= 0:
        span = Span(start, start + len(words))
        if _fits_before(said, after, span, before) and _fits_behind(said, span, behind, is_last=is_last):
            return span
        if before is None or behind is None:
            return None
        start = said.find(words, start + 1)
    return None


def _fits_before(said: str, after: int, span: Span, gap: _Gap | None) -> bool:
    if gap is None:
        return span.start == after
    if not gap.has_bracket and not said[after : span.start].strip():
        return False
    return (gap.has_bracket and gap.is_tight_after) or _is_edge(said, span.start)


def _fits_behind(said: str, span: Span, gap: _Gap | None, *, is_last: bool) -> bool:
    if gap is None:
        return span.end == len(said)
    if is_last and not gap.has_bracket and not said[span.end :].strip():
        return False
    return (gap.has_bracket and gap.is_tight_before) or _is_edge(said, span.end)


def _is_edge(said: str, at: int) -> bool:
    """Whether no word goes on across this place."""
    return not (0 < at < len(said) and said[at - 1].isalnum() and said[at].isalnum())


def _explained(said: str, words: str, after: int, before: _Gap | None) -> str:
    """Where the words leave the original."""
    if before is not None and said.find(words, after) >= 0:
        return (
            f"The marks around ‘{_short(words)}’ do not fit. A cut takes out whole words, and at least one of them; "
            "where words are left out at the end, that shows by … too."
        )
    parts = words.split()
    for count in range(len(parts) - 1, 0, -1):
        start = " ".join(parts[:count])
        at = said.find(start, after) if before is not None else (after if said.startswith(start, after) else -1)
        if at >= 0:
            goes_on = " ".join(said[at + len(start) :].split()[:4]) or "nothing more"
            return (
                f"After ‘{_short(start)}’ the original goes on ‘{goes_on}’, and the quotation ‘{parts[count]}’. "
                "Show cuts by …, and put your own words in square brackets."
            )
    return (
        f"‘{_short(words)}’ does not stand there in the original. Show cuts by …, also at the beginning and the end, "
        "and put your own words in square brackets."
    )


def _short(words: str) -> str:
    parts = words.split()
    return words if len(parts) <= 6 else f"… {' '.join(parts[-6:])}"


def _pieces(said: str, own: Sequence[str], gaps: Sequence[_Gap | None], places: Sequence[Span]) -> Iterator[Piece]:
    edges = [0, *(edge for place in places for edge in (place.start, place.end)), len(said)]
    for number, gap in enumerate(gaps):
        if gap is not None:
            yield Piece(gap.printed, said[edges[2 * number] : edges[2 * number + 1]].strip(), is_own=False)
        if number < len(own):
            yield Piece(own[number], own[number], is_own=True)


def proposed(original: str, of_speaker: Sequence[Span]) -> str:
    """A first wording: the speaker's own words, with a cut for each label and each word of somebody else's."""
    parts: list[str] = []
    position = 0
    for span in of_speaker:
        words = " ".join(span.of(original).split())
        if not words:
            continue
        if original[position : span.start].strip():
            parts.append(CUT)
        parts.append(words)
        position = span.end
    if parts and original[position:].strip():
        parts.append(CUT)
    return " ".join(parts)
