"""Where the coders of a round differ, and which of it is settled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from commonpool.voices.models import CodingRound, Decision, TeamMember
from commonpool.voices.queries.compared import Compared, ComparedText, Marked, compared_of_round
from commonpool.voices.rules.disagreements import Kind, Mark, Passage, passages


@dataclass(frozen=True)
class Differing:
    """A passage on which coders differ. Its marks name coders and codes by their uuids, which never change.

    names      the codes' names, by uuid
    decision   how it was settled; None where it is not
    """

    text: ComparedText
    passage: Passage
    names: Mapping[str, str]
    decision: Decision | None

    @property
    def key(self) -> str:
        """The same for the same marks on the same transcript."""
        return key_of(self.text, self.passage)

    @property
    def codes(self) -> list[str]:
        """The names of the codes in it."""
        return sorted((self.names[code] for code in self.passage.codes), key=str.casefold)

    @property
    def marked_by(self) -> list[TeamMember]:
        """Whoever marked anything of it."""
        return [each for each in self.text.coders if str(each.uuid) in self.passage.coders]

    @property
    def missed_by(self) -> list[TeamMember]:
        """Whoever marked nothing of it."""
        return [each for each in self.text.coders if str(each.uuid) not in self.passage.coders]

    @property
    def kind_words(self) -> str:
        """How they differ, in words."""
        if self.passage.kind is Kind.MISSED:
            return "missed by " + " and ".join(each.initials for each in self.missed_by)
        return "another code" if self.passage.kind is Kind.CODE else "another extent"


def key_of(text: ComparedText, passage: Passage) -> str:
    """What a decision knows a passage by."""
    return hashlib.sha256(f"{text.transcript.uuid}{passage.key}".encode()).hexdigest()


def differing_in(coding_round: CodingRound, found: Compared | None = None) -> list[Differing]:
    """Every passage on which coders of the round differ, by transcript and place."""
    compared = found or compared_of_round(coding_round)
    standing = Decision.objects.filter(round=coding_round, undone_at=None)
    decisions = {each.key: each for each in standing.select_related("kept", "change").prefetch_related("decided_by")}
    names = {str(each.coding.code.uuid): compared.names[each.coding.code_id] for each in _every_mark(compared)}
    return [
        Differing(text, passage, names, decisions.get(key_of(text, passage)))
        for text, passage in passages_of(compared)
        if passage.kind is not None
    ]


def passages_of(compared: Compared) -> Iterator[tuple[ComparedText, Passage]]:
    """Every passage that anybody marked, also where all agree."""
    for text in compared.texts:
        marks = (Mark(each.start, each.end, *_whose(each)) for each in text.marks)
        for passage in passages(marks, [str(each.uuid) for each in text.coders]):
            yield text, passage


def codings_under(text: ComparedText, passage: Passage) -> list[Marked]:
    """The codings that a passage's marks are made of."""
    return [
        each
        for each in text.marks
        if any(
            mark.start <= each.start and each.end <= mark.end and (mark.code, mark.coder) == _whose(each)
            for mark in passage.marks
        )
    ]


def settled_of(coding_round: CodingRound, found: Compared) -> tuple[int, int]:
    """How many passages differ, and how many of them are settled."""
    every = differing_in(coding_round, found)
    return len(every), sum(each.decision is not None for each in every)


def log_of(coding_round: CodingRound) -> list[Decision]:
    """Every decision of the round, those taken back among them, in order."""
    rows = Decision.objects.filter(round=coding_round).select_related("kept", "change", "transcript")
    return list(rows.prefetch_related("decided_by").order_by("decided_at", "pk"))


def _whose(marked: Marked) -> tuple[str, str]:
    return str(marked.coding.code.uuid), str(marked.coding.coder.uuid)


def _every_mark(compared: Compared) -> Iterator[Marked]:
    return (each for text in compared.texts for each in text.marks)
