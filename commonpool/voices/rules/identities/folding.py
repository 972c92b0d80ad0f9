"""Words of a text as names are compared: without capitals, accents, hyphens and signs that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# What belongs to the letter before it: combining marks, soft hyphens, joiners.
ATTACHED: Final = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
WORD: Final = re.compile(rf"(?:[^\W_][{ATTACHED}]*)+")
# Letters that Unicode does not take apart, as people type them without.
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: code points `start` to `end`, and its letters as they are compared."""

    start: int
    end: int
    folded: str


def folded(text: str) -> str:
    """The letters and digits of a text, without capitals and accents: ‘O’Brien-Łuk’ is obrienluk."""
    if text.isascii():  # most are, and this is a tenth of the work
        return "".join(filter(str.isalnum, text.lower()))
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return "".join(letter for letter in apart if letter.isalnum())


def words_of(text: str) -> list[Word]:
    """The words, in order. A hyphen or an apostrophe ends one; a combining mark does not."""
    return [Word(found.start(), found.end(), folded(found.group())) for found in WORD.finditer(text)]
