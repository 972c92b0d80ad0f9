"""Taking out what was decided on: a new text, and exactly those edits that lead to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from commonpool.voices.rules.identities.kinds import Kind
from commonpool.voices.rules.span_maps import Edit
from commonpool.voices.rules.text import Span

_NUMBERED: Final = re.compile(r"\[(?P<word>[^\[\]]*?)(?: (?P<number>[0-9]{1,6}))?\]")


def replaced(text: str, taken: Sequence[tuple[Span, str]]) -> tuple[str, tuple[Edit, ...]]:
    """The text with each span replaced by its words, and the edits in positions of the text before.

    taken  (span, what stands there instead), in order and apart from each other
    """
    pieces, edits, position = [], [], 0
    for span, words in taken:
        assert span.start >= position, "spans stand in order and apart"
        pieces += [text[position : span.start], words]
        edits.append(Edit(span.start, span.end, len(words)))
        position = span.end
    return "".join([*pieces, text[position:]]), tuple(edits)


def next_replacement(kind: Kind, used: Collection[str]) -> str:
    """What stands in place of one more of this kind: [place], [place 2]. Shapes share one: [postcode]."""
    if not kind.is_listed:
        return f"[{kind.word}]"
    found = (_NUMBERED.fullmatch(each) for each in used)
    numbers = [int(match["number"] or 1) for match in found if match and match["word"] == kind.word]
    last = max(numbers, default=0)
    return f"[{kind.word} {last + 1}]" if last else f"[{kind.word}]"
