"""Who said it, so that nobody can be picked out: organisation and role, and wider where too few fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ANYBODY: Final = "participant"


class Breadth(StrEnum):
    """What an attribution says, from the narrowest to the widest."""

    SITE = "site"
    BOTH = "both"
    ROLE = "role"
    BODY = "body"
    NONE = "none"

    @property
    def label(self) -> str:
        """In words, as a choice of a form."""
        return _LABELS[self]


_LABELS = {
    Breadth.SITE: "Organisation, role and site",
    Breadth.BOTH: "Organisation and role",
    Breadth.ROLE: "Role only",
    Breadth.BODY: "Organisation only",
    Breadth.NONE: "Only ‘participant’",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """One participant as attributions see them. An empty text is not known. `site` is a number of the site, no name."""

    organisation_type: str
    role_group: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The label, what it says, and each step of the check in words."""

    label: str
    breadth: Breadth
    check: tuple[str, ...]


def attribution_of(
    speaker: Speaker | None, everyone: Sequence[Speaker], *, fewest: int, narrowest: Breadth = Breadth.BOTH
) -> Attribution:
    """The narrowest label, from `narrowest` on, that at least `fewest` of the participants share with the speaker.

    everyone  all participants who are heard, the speaker among them; those who withdrew hide nobody
    Order of widening: organisation × role × site, organisation × role, role, organisation, ‘participant’.
    """
    assert fewest >= 1, "a label fits somebody"
    if speaker is None:
        return Attribution(ANYBODY, Breadth.NONE, ("Nobody has said whose words these are.",))
    steps: list[str] = []
    for breadth in list(Breadth)[list(Breadth).index(narrowest) :]:
        label, alike = _label_of(speaker, breadth), _alike(speaker, breadth)
        if breadth is Breadth.NONE:
            break
        if not label:
            steps.append(f"{breadth.label}: not known of this participant.")
            continue
        count = sum(map(alike, everyone))
        steps.append(_said(label, count, fewest))
        if count >= fewest:
            return Attribution(label, breadth, tuple(steps))
    steps.append(f"‘{ANYBODY}’ is printed.")
    return Attribution(ANYBODY, Breadth.NONE, tuple(steps))


def _said(label: str, count: int, fewest: int) -> str:
    are = "1 participant is" if count == 1 else f"{count} participants are"
    verdict = "so this is printed" if count >= fewest else f"fewer than {fewest}, so it is made wider"
    return f"{are} ‘{label}’: {verdict}."


def _parts(speaker: Speaker, breadth: Breadth) -> tuple[str, ...]:
    both = (speaker.organisation_type, speaker.role_group)
    return {
        Breadth.SITE: (*both, speaker.site),
        Breadth.BOTH: both,
        Breadth.ROLE: (speaker.role_group,),
        Breadth.BODY: (speaker.organisation_type,),
        Breadth.NONE: (),
    }[breadth]


def _label_of(speaker: Speaker, breadth: Breadth) -> str:
    """The label, or "" where a part of it is not known."""
    parts = _parts(speaker, breadth)
    if not all(parts):
        return ""
    return f"{parts[0]} {parts[1]}, {parts[2]}" if breadth is Breadth.SITE else " ".join(parts)


def _alike(speaker: Speaker, breadth: Breadth) -> Callable[[Speaker], bool]:
    """Whether another one shares what the label says. Capitals make no difference."""
    mine = [part.casefold() for part in _parts(speaker, breadth)]
    return lambda other: [part.casefold() for part in _parts(other, breadth)] == mine
