"""How far partners' views of a plan lie apart, in a sentence: what stands beside the number (S103)."""

from __future__ import annotations

from collections.abc import Sequence

Voices = tuple[int, str, str]
"""(how many partners, what one does, what several do)"""


def spread_in_words(voices: Sequence[Voices], partners: int) -> str:
    """`3 of 5 partners expect the plan to be met, 1 is in doubt, 1 has not said.`

    voices  the stances that somebody holds, in the order in which they are told; each partner counts once
    """
    told = [voice for voice in voices if voice[0]]
    silent = partners - sum(count for count, _, _ in told)
    assert silent >= 0, "a partner is counted once"
    if not told:
        whose = "The one partner has not" if partners == 1 else f"None of the {partners} partners has"
        return f"{whose} said what it expects."
    (count, one, many), *others = told
    parts = [f"{count} of {partners} partner{'' if partners == 1 else 's'} {one if count == 1 else many}"]
    parts += [f"{count} {one if count == 1 else many}" for count, one, many in others]
    if silent:
        parts.append(f"{silent} {'has' if silent == 1 else 'have'} not said")
    return f"{', '.join(parts)}."
