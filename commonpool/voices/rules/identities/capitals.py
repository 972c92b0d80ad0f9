"""Words that look like names because of their capitals: the net under the lists and the shapes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Final

from commonpool.voices.rules.identities.folding import Word, words_of
from commonpool.voices.rules.text import Span

_ENDS_A_SENTENCE: Final = ".?!:…\n"
_OPENS: Final = " \t\"'“‘(–—-"
# English has capitals where nobody is named.
_ORDINARY: Final = (
    "i im id ill ive january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday english british england britain uk christmas easter brexit "
    "covid ok"
)
ORDINARY: Final = frozenset(_ORDINARY.split())


def capitalised(text: str, taken: Sequence[Span], known: Collection[str]) -> Iterator[Span]:
    """Runs of words with capitals that are in no `taken` span, in no square brackets and not `known`, in order.

    taken  what the lists and shapes have found, in order and apart
    known  words, such as abbreviations and pseudonyms, that give nobody away
    A word that begins a sentence counts where it has a capital within a sentence too.
    """
    words = [word for word in words_of(text) if not _lies_in(word, taken)]
    ordinary = ORDINARY | {each.casefold() for each in known}
    capitals = [word for word in words if _has_capital(text, word) and word.folded not in ordinary]
    bracketed = _in_brackets(text)
    capitals = [word for word in capitals if not any(span.start <= word.start < span.end for span in bracketed)]
    within = {word.folded for word in capitals if not _begins_sentence(text, word)}
    yield from _runs(text, [word for word in capitals if word.folded in within])


def _has_capital(text: str, word: Word) -> bool:
    return text[word.start].isupper() and len(word.folded) > 1


def _begins_sentence(text: str, word: Word) -> bool:
    before = text[max(0, word.start - 12) : word.start].rstrip(_OPENS)
    return not before or before[-1] in _ENDS_A_SENTENCE


def _lies_in(word: Word, taken: Sequence[Span]) -> bool:
    at = bisect_right(taken, word.start, key=lambda span: span.start) - 1
    if at >= 0 and taken[at].end > word.start:
        return True
    return at + 1 < len(taken) and taken[at + 1].start < word.end


def _in_brackets(text: str) -> list[Span]:
    """What stands in square brackets within a line: somebody has put it there in place of a name."""
    found, opened = [], -1
    for at, sign in enumerate(text):
        if sign == "[":
            opened = at
        elif sign == "\n":
            opened = -1
        elif sign == "]" and opened >= 0:
            found.append(Span(opened, at + 1))
            opened = -1
    return found


def _runs(text: str, words: list[Word]) -> Iterator[Span]:
    """Words that stand side by side, apart by one space or hyphen, as one: Mary Smith-Jones."""
    numbers: list[int] = []
    for at, word in enumerate(words):
        follows = at > 0 and text[words[at - 1].end : word.start] in (" ", "-", "’", "'")
        numbers.append(numbers[-1] if follows else at)
    for _, group in groupby(zip(numbers, words, strict=True), key=lambda pair: pair[0]):
        run = [word for _, word in group]
        yield Span(run[0].start, run[-1].end)
