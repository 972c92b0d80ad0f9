"""What becomes of codings when the framework changes: a mapping from codes to codes, and what people must code anew."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from commonpool.voices.rules.codebook.tree import Codebook, CodebookError, reached


class Fate(StrEnum):
    """What becomes of the codings of a code."""

    KEPT = "kept"  # the code is still in use
    MAPPED = "mapped"  # they are codings of the one code that took its place
    ASKS = "asks"  # somebody must choose, passage by passage
    RESTS = "rests"  # the code is retired and nothing took its place: they stay as they are


@dataclass(frozen=True, slots=True)
class Recoding:
    """The fate of one code's codings, and the codes in use that they go to or may go to."""

    fate: Fate
    to: tuple[str, ...]


def recodings(before: Codebook, after: Codebook) -> dict[str, Recoding]:
    """{GUID of each code in use before: what becomes of its codings}.

    Merges are followed to their end and map. A split asks, unless its parts have since been merged into one again.
    Raises CodebookError where a code was taken out altogether: its codings would hang in the air.
    """
    coded = [code for code in before if not code.is_retired]
    if gone := [code.name for code in coded if code.guid not in after]:
        raise CodebookError(
            [
                f"‘{name}’ is not in the later version. Take its addition back only once nothing is coded."
                for name in gone
            ]
        )
    return {code.guid: recoding_of(code.guid, after) for code in coded}


def recoding_of(guid: str, after: Codebook) -> Recoding:
    """What becomes of the codings of one code, which `after` must hold."""
    followed = (guid, *reached(guid, {code.guid: code.became for code in after}))
    ends = tuple(each for each in followed if not after[each].became)
    in_use = tuple(end for end in ends if not after[end].is_retired)
    if in_use == (guid,):
        return Recoding(Fate.KEPT, in_use)
    if not in_use:
        return Recoding(Fate.RESTS, ())
    # A part that was retired since may be the one that a passage belonged to: nobody but a coder can know.
    return Recoding(Fate.MAPPED if len(ends) == 1 else Fate.ASKS, in_use)
