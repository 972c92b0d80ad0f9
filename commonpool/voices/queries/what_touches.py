"""What the team wrote that touches one participant: for when somebody withdraws, and it has to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from commonpool.voices.models import (
    Interview,
    MatrixCell,
    Participant,
    Taking,
    Theme,
    ThemeEvidence,
    TranscriptVersion,
    Turn,
    TypeAssignment,
)
from commonpool.voices.rules.text import Span

Words = dict[str, list[Span] | None]
"""{version's uuid: where the participant speaks in it; None for all of it, where nobody else was interviewed}"""


def cells_touching(participant: Participant) -> list[MatrixCell]:
    """Cells of the participant or of their interviews, and those whose passages were partly theirs when written.

    Whoever may see codings does not matter here: no passage is shown, only which cell to look at.
    """
    words, interviews = _words_of(participant), set(_interviews_of(participant))
    cells = MatrixCell.objects.filter(matrix__study=participant.study_id).select_related("matrix", "code")
    return [
        cell
        for cell in cells
        if cell.participant_id == participant.pk
        or cell.interview_id in interviews
        or any(_is_theirs(words, str(row[1]), int(row[2]), int(row[3])) for row in cell.basis)
    ]


def themes_touching(participant: Participant) -> list[Theme]:
    """Themes for or against which a passage of the participant is marked, also those taken away."""
    words = _words_of(participant)
    rows = ThemeEvidence.objects.filter(theme__study=participant.study_id)
    places = rows.values_list("theme", "coding__version__uuid", "coding__start", "coding__end")
    touched = {theme for theme, version, start, end in places if _is_theirs(words, str(version), start, end)}
    return list(Theme.objects.filter(pk__in=touched))


def types_touching(participant: Participant) -> list[TypeAssignment]:
    """Types given to the participant or to their interviews, with a reason that may speak of them."""
    of_them = Q(participant=participant) | Q(interview__in=_interviews_of(participant))
    return list(TypeAssignment.objects.filter(of_them).select_related("typology", "type"))


def _interviews_of(participant: Participant) -> Iterable[int]:
    return Taking.objects.filter(participant=participant).values_list("interview", flat=True)


def _words_of(participant: Participant) -> Words:
    alone = [held.pk for held in Interview.objects.filter(takings__participant=participant) if _is_alone(held)]
    found: Words = {}
    versions = TranscriptVersion.objects.filter(transcript__study=participant.study_id)
    for uuid in versions.filter(transcript__interview__in=alone).values_list("uuid", flat=True):
        found[str(uuid)] = None
    spoken: dict[str, list[Span]] = defaultdict(list)
    turns = Turn.objects.filter(speaker__participant=participant)
    for uuid, start, end in turns.values_list("version__uuid", "start", "end"):
        spoken[str(uuid)].append(Span(start, end))
    return {**spoken, **found}


def _is_alone(held: Interview) -> bool:
    return held.takings.count() == 1


def _is_theirs(words: Words, version: str, start: int, end: int) -> bool:
    if version not in words:
        return False
    spans = words[version]
    return spans is None or any(span.start < end and start < span.end for span in spans)
