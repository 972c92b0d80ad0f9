"""The history of a framework, readable: each step in sentences, gathered by the versions that were agreed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from commonpool.voices.models import CodebookChange, CodebookVersion, Study, TeamMember
from commonpool.voices.queries.codebooks import book_of, taken_back
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.codebook.stored import restored

MOST_SENTENCES: Final = 5


@dataclass(frozen=True, slots=True)
class Step:
    """Changes that were made together.

    number        by which it is known and can be taken back; `last`: the number of its last change
    sentences     what it changed
    who           initials of whoever made it; empty for the program
    takes_back    the step that it takes back, if it is an undo
    taken_back_by the step that took it back, if it is not in force
    """

    number: int
    last: int
    made_at: datetime
    who: str
    kind: str
    sentences: Sequence[str]
    reason: str
    takes_back: int | None
    taken_back_by: int | None

    @property
    def said(self) -> str:
        """What it changed, in one text."""
        return " ".join(self.sentences) or "Nothing that stands in the codebook."

    @property
    def shortly(self) -> str:
        """The first of it where there is much, as when a whole codebook came in."""
        left_out = len(self.sentences) - MOST_SENTENCES
        return self.said if left_out < 1 else f"{' '.join(self.sentences[:MOST_SENTENCES])} And {left_out} more."


@dataclass(frozen=True, slots=True)
class Chapter:
    """What led to one version, or, for None, what came since the last one.

    sentences  how the version differs from the one before
    agreed_by  initials of those who agreed
    """

    version: CodebookVersion | None
    sentences: Sequence[str]
    agreed_by: Sequence[str]
    steps: Sequence[Step]
    book: rules.Codebook


def history_of(study: Study) -> list[Chapter]:
    """The chapters, newest first, each with its steps, newest first. The one without a version is left out if empty."""
    names = initials_of(study)
    steps = list(_steps(study, names))
    versions = CodebookVersion.objects.filter(study=study).order_by("change_number", "pk").prefetch_related("agreed_by")
    chapters: list[Chapter] = []
    before, waiting = rules.EMPTY, steps
    for version in versions:
        own = [each for each in waiting if each[0].last <= version.change_number]
        waiting = waiting[len(own) :]
        book = own[-1][1] if own else before
        agreed = sorted(names.get(person.pk, person.name or "somebody") for person in version.agreed_by.all())
        chapters.append(_chapter(version, before, book, agreed, own))
        before = book
    if waiting:
        chapters.append(_chapter(None, before, waiting[-1][1], [], waiting))
    return chapters[::-1]


def _chapter(
    version: CodebookVersion | None,
    before: rules.Codebook,
    book: rules.Codebook,
    agreed: Sequence[str],
    own: Sequence[tuple[Step, rules.Codebook]],
) -> Chapter:
    return Chapter(version, rules.differences(before, book), agreed, [step for step, _ in own][::-1], book)


def steps_of(study: Study) -> list[Step]:
    """Every step, newest first."""
    return [step for step, _ in _steps(study, initials_of(study))][::-1]


def _steps(study: Study, names: dict[int, str]) -> Iterator[tuple[Step, rules.Codebook]]:
    """Each step with the codebook that it left, in order."""
    undone = taken_back(study)
    before = rules.EMPTY
    rows = CodebookChange.objects.filter(study=study).order_by("number")
    for number, group in groupby(rows, key=lambda row: row.step):
        made = list(group)
        after = rules.version_as_of([restored(row.kind, row.content) for row in made], len(made), before)
        first, last = made[0], made[-1]
        who = names.get(first.made_by_id, "") if first.made_by_id else ""
        yield (
            Step(
                number,
                last.number,
                first.made_at,
                who,
                first.kind,
                rules.differences(before, after),
                first.reason,
                first.takes_back,
                undone.get(number),
            ),
            after,
        )
        before = after


def initials_of(study: Study) -> dict[int, str]:
    """{row id of a person: the initials that the team knows them by}."""
    members = TeamMember.objects.filter(study=study, person__isnull=False)
    return {person: initials for person, initials in members.values_list("person", "initials") if person is not None}


def book_after(study: Study, number: int | None) -> rules.Codebook:
    """The codebook after that change; None: as it stands."""
    if number is None:
        return book_of(study)
    rows = CodebookChange.objects.filter(study=study, number__lte=number).order_by("number")
    changes = [restored(row.kind, row.content) for row in rows]
    return rules.version_as_of(changes, len(changes))


def next_label(study: Study) -> str:
    """A name for the next version: v0.1, and then one more than the last that has such a name."""
    labels = CodebookVersion.objects.filter(study=study).values_list("label", flat=True)
    parts = [label.removeprefix("v").rpartition(".") for label in labels]
    known = [(int(head), int(tail)) for head, _, tail in parts if head.isdecimal() and tail.isdecimal()]
    head, tail = max(known, default=(0, 0))
    return f"v{head}.{tail + 1}"
