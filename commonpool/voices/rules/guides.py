"""A topic guide: its questions, and what differs between two versions of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `key` stays with it however it is worded; `source`: where it comes from, such as a paper."""

    key: str
    words: str
    prompts: tuple[str, ...] = ()
    source: str = ""


class Change(StrEnum):
    """What became of a question from one version to the next."""

    ADDED = "Added"
    TAKEN_OUT = "Taken out"
    CHANGED = "Changed"
    MOVED = "Moved"
    SAME = "Same"


@dataclass(frozen=True, slots=True)
class Difference:
    """One question in two versions: None where it is not in that one."""

    change: Change
    before: Question | None
    after: Question | None


def differences(before: Sequence[Question], after: Sequence[Question]) -> list[Difference]:
    """Every question of either version, in the order of the later one; those that were taken out stand at the end.

    A question has moved where the questions that both versions hold stand in another order around it: of those the
    fewest are said to have moved.
    """
    old = {each.key: each for each in before}
    new = {each.key: each for each in after}
    steady = _longest_in_order([each.key for each in before if each.key in new], [each.key for each in after])
    told = [_of(old.get(each.key), each, each.key in steady) for each in after]
    return told + [Difference(Change.TAKEN_OUT, each, None) for each in before if each.key not in new]


def _of(before: Question | None, after: Question, is_steady: bool) -> Difference:
    if before is None:
        return Difference(Change.ADDED, None, after)
    if before != after:
        return Difference(Change.CHANGED, before, after)
    return Difference(Change.SAME if is_steady else Change.MOVED, before, after)


def _longest_in_order(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The most keys that stand in one order in both: the longest rising run of their places. Guides are short."""
    place = {key: at for at, key in enumerate(after)}
    longest: list[str] = []
    runs: list[list[str]] = []
    for key in before:
        own = [key]
        for run in runs:
            if place[run[-1]] < place[key] and len(run) >= len(own):
                own = [*run, key]
        runs.append(own)
        longest = max(longest, own, key=len)
    return set(longest)
