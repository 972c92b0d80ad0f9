"""Headings and names as publishers vary them: compared by their letters and digits alone, marks of footnotes aside."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

FOOTNOTE: Final = re.compile(
    r"(?:\s*(?:\[(?:notes? ?)?[0-9a-z]{1,2}(?:, ?\d{1,2})*\]|[*†‡§¹²³⁴⁵⁶⁷⁸⁹]+))+\s*$", re.IGNORECASE
)


@cache
def same(text: str) -> str:
    """What a label keeps however it is written: “Di) Awaiting  Home¹” and “DI) AWAITING HOME” give one text."""
    bare = unicodedata.normalize("NFKC", without_footnote(text)[0]).casefold()
    return "".join(letter for letter in bare if letter.isalnum())


@cache
def without_footnote(text: str) -> tuple[str, str | None]:
    """A label without the marks of footnotes at its end, and those marks; None where there are none."""
    found = FOOTNOTE.search(text)
    if found is None or found.start() == 0:
        return text.strip(), None
    return text[: found.start()].strip(), found[0].strip()
