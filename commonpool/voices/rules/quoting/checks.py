"""What in a quotation could give somebody away: what forbids printing it, and what a person should look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commonpool.voices.rules.identities import Candidate, FoundBy, Gazetteer, Kind, candidates_in, surface
from commonpool.voices.rules.quoting.faithful import Piece

NUMBER: Final = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?!\w)")
_DATE: Final = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december|(?:19|20)\d\d)\b", re.I
)
_PLACE: Final = re.compile(r"\[(?:[^\[\]]*\b)?(?:place|organisation|council|trust|hospital|board)\b[^\[\]]*\]", re.I)
_NEGATIONS: Final = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|cannot|hardly|without|unless)\b|n['’]t\b", re.I
)
# A number of one digit says nothing of anybody.
FEWEST_DIGITS: Final = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """`faults` keep a quotation from being printed; `warnings` are for whoever checks it."""

    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def names_in(text: str, names: Gazetteer, kept: Collection[str] = ()) -> list[str]:
    """The listed names in a text, as they are typed there, each once. `kept` are words that may stand as they are."""
    typed = (surface(found.span.of(text)) for found in names.find(text))
    return list(dict.fromkeys(words for words in typed if words not in kept))


def numbers_in(texts: Iterable[str]) -> Counter[str]:
    """How often each number of two digits or more stands in these texts. 1,250 and 1250 are one."""
    found = (number.replace(",", "") for text in texts for number in NUMBER.findall(text))
    return Counter(number for number in found if sum(sign.isdigit() for sign in number) >= FEWEST_DIGITS)


def checked(
    pieces: Sequence[Piece],
    text: str,
    *,
    names: Gazetteer,
    kept: Collection[str] = (),
    harmless: Collection[str] = (),
    numbers: Mapping[str, int],
) -> Checked:
    """What stands against printing the edited words `text`, whose pieces these are.

    numbers  how often each number stands in all texts of the study (`numbers_in`)
    """
    seen = candidates_in(text, names, harmless)
    faults = [f"It holds ‘{words}’, which is a listed name." for words in names_in(text, names, kept)]
    faults += [f"It holds {_a(each.kind.label)}." for each in seen if _is_shape(each) and each.kind is not Kind.DATE]
    warnings = [*_cuts(pieces), *_dates(text, seen), *_numbers(text, numbers)]
    capitals = (surface(each.span.of(text)) for each in seen if each.by is FoundBy.CAPITALS)
    warnings += [f"‘{words}’ may be a name." for words in dict.fromkeys(capitals) if words not in kept]
    return Checked(tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(warnings)))


def _a(label: str) -> str:
    return f"{'an' if label.startswith(('e', 'N')) and not label.startswith('Na') else 'a'} {label}"


def _is_shape(candidate: Candidate) -> bool:
    return candidate.by is FoundBy.PATTERN


def _cuts(pieces: Sequence[Piece]) -> list[str]:
    cut = (_NEGATIONS.search(piece.stands_for) for piece in pieces if not piece.is_own)
    return [
        f"A cut or a bracket takes out ‘{found.group()}’: does it still say what was said?" for found in cut if found
    ]


def _dates(text: str, seen: Sequence[Candidate]) -> list[str]:
    day = next((each.span.of(text) for each in seen if each.kind is Kind.DATE), "")
    date = day or (found.group() if (found := _DATE.search(text)) else "")
    if date and (place := _PLACE.search(text)):
        return [f"It names a time, ‘{date}’, with a place, ‘{place.group()}’: together they may point at somebody."]
    return [f"It names a day, ‘{day}’."] if day else []


def _numbers(text: str, numbers: Mapping[str, int]) -> list[str]:
    once = (number for number in numbers_in([text]) if numbers.get(number, 0) <= 1)
    return [f"The number {number} is said once in all texts: who knows it knows who said it." for number in once]
