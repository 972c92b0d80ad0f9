"""The words of both sides, explained: read once from `glossary.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


class GlossaryError(LookupError):
    """A word that the glossary does not have."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word or abbreviation.

    term          as it stands in text, such as "ICB"
    anchor        its id on the glossary's page
    full          what an abbreviation stands for; "" for a word
    meaning       one or two plain sentences
    used_by       "health", "council" or "both": on whose side people say it
    other_side    what the other side calls the same thing, where it has its own word
    aliases       other spellings that mean it
    verified      whether somebody has checked it against the source
    """

    term: str
    anchor: str
    meaning: str
    full: str = ""
    used_by: str = "both"
    other_side: str = ""
    aliases: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False


@cache
def glossary() -> Mapping[str, Word]:
    """{spelling: word} for every term and alias, in the file's order."""
    import yaml

    text = resources.files("commonpool.pages").joinpath("glossary.yaml").read_text(encoding="utf-8")
    words: dict[str, Word] = {}
    for term, entry in yaml.load(text, Loader=yaml.CSafeLoader).items():
        aliases = tuple(entry.pop("aliases", ()))
        word = Word(term=term, anchor=_anchor(term), aliases=aliases, **entry)
        for spelling in (term, *aliases):
            assert spelling not in words, f"the glossary has {spelling} twice"
            words[spelling] = word
    return words


def words() -> tuple[Word, ...]:
    """Every word once, by the alphabet."""
    return tuple(sorted(dict.fromkeys(glossary().values()), key=lambda word: word.term.casefold()))


def find_word(spelling: str) -> Word:
    """The word of this spelling. Raises GlossaryError."""
    try:
        return glossary()[spelling]
    except KeyError:
        raise GlossaryError(f"The glossary has no ‘{spelling}’. Add it to pages/glossary.yaml.") from None


@cache
def abbreviations() -> Mapping[str, Word]:
    """{spelling: word} for those that stand for something longer."""
    return {spelling: word for spelling, word in glossary().items() if word.full}


def _anchor(term: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in term.casefold()).split())
