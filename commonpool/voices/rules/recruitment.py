"""What came of asking people to take part: from those who were asked to those who were heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commonpool.voices.rules.counts import Count, total


@dataclass(frozen=True, slots=True)
class Asked:
    """One approach. `people` None: nobody knows how many were asked. Keys are words of the log; "" is not known."""

    people: int | None
    channel: str = ""
    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of those who were asked: how many people, in how many approaches."""

    key: str
    people: Count
    approaches: int


@dataclass(frozen=True, slots=True)
class Flow:
    """From asking to being heard. `heard`: participants who took part in an interview."""

    asked: Part
    channels: tuple[Part, ...]
    outcomes: tuple[Part, ...]
    reasons: tuple[Part, ...]
    heard: int

    def outcome(self, key: str) -> Part:
        """The part of that outcome; nobody where there is none."""
        return next((each for each in self.outcomes if each.key == key), Part(key, Count(), 0))


def flow(
    approaches: Iterable[Asked],
    heard: int,
    channels: Sequence[str],
    outcomes: Sequence[str],
    reasons: Sequence[str],
    declined: str = "declined",
) -> Flow:
    """Sums by channel, by outcome, and of those who declined by reason, in the order of the words given.

    A part that no approach has is left out. Every approach stands in one channel and one outcome.
    """
    held = list(approaches)
    refused = [each for each in held if each.outcome == declined]
    return Flow(
        _part("", held),
        _parts(channels, {key: [each for each in held if each.channel == key] for key in channels}),
        _parts(outcomes, {key: [each for each in held if each.outcome == key] for key in outcomes}),
        _parts(reasons, {key: [each for each in refused if each.reason == key] for key in reasons}),
        heard,
    )


def _parts(keys: Sequence[str], held: Mapping[str, Sequence[Asked]]) -> tuple[Part, ...]:
    return tuple(_part(key, held[key]) for key in keys if held[key])


def _part(key: str, held: Sequence[Asked]) -> Part:
    return Part(key, total(each.people for each in held), len(held))
