"""What the team wrote that touches one participant: for when somebody withdraws, and it has to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from commonpool.voices.models import (
    Interview,
    MatrixCell,
    Participant,
    Taking,
    TeamMember,
    Theme,
    ThemeEvidence,
    TranscriptVersion,
    Turn,
    TypeAssignment,
)
from commonpool.voices.queries.cases import Belonging, cases_coded_blind
from commonpool.voices.queries.codings import hidden_from, seen_by
from commonpool.voices.queries.mentions import mentions_of
from commonpool.voices.queries.touching import Touch, register
from commonpool.voices.rules.text import Span

SUMMARIES: Final = "Summaries in a matrix"
THEMES: Final = "Themes that rest on their words"
TYPES: Final = "Types given to them, with a reason"

Words = dict[str, list[Span] | None]
"""{version's uuid: where the participant speaks in it; None for all of it, where nobody else was interviewed}"""


def cells_touching(participant: Participant) -> list[MatrixCell]:
    """Cells of the participant, their interviews and site, those whose passages were partly theirs, and all that name
    or repeat them; also where only an earlier text of the cell says something.

    Whoever may see codings does not matter here: no passage is shown, only which cell to look at.
    """
    words, interviews = _words_of(participant), set(_interviews_of(participant))
    mentions = mentions_of(participant)
    related = ("matrix", "code", "site", "interview", "participant")
    cells = MatrixCell.objects.filter(matrix__study=participant.study_id).select_related(*related)
    found = []
    for cell in cells.prefetch_related("earlier"):
        said = [text for text in (cell.summary, *(each.summary for each in cell.earlier.all())) if text]
        if said and (_is_of(cell, participant, interviews) or _rests_on(cell, words) or mentions(*said)):
            found.append(cell)
    return found


def _is_of(cell: MatrixCell, participant: Participant, interviews: Collection[int]) -> bool:
    """Whether the cell's case is the participant, their site or one of their interviews."""
    is_site = cell.site_id is not None and cell.site_id == participant.site_id
    return cell.participant_id == participant.pk or is_site or cell.interview_id in interviews


def _rests_on(cell: MatrixCell, words: Words) -> bool:
    return any(_is_theirs(words, str(row[1]), int(row[2]), int(row[3])) for row in cell.basis)


def themes_touching(participant: Participant) -> list[Theme]:
    """Themes for or against which a passage of theirs is marked, or that name or repeat them; also those taken away."""
    words = _words_of(participant)
    rows = ThemeEvidence.objects.filter(theme__study=participant.study_id)
    places = rows.values_list("theme", "coding__version__uuid", "coding__start", "coding__end")
    touched = {theme for theme, version, start, end in places if _is_theirs(words, str(version), start, end)}
    mentions = mentions_of(participant)
    themes = Theme.objects.filter(study=participant.study_id).prefetch_related("evidence")
    return [theme for theme in themes if theme.pk in touched or mentions(*_said_of(theme))]


def _said_of(theme: Theme) -> list[str]:
    return [theme.name, theme.statement, *(each.note for each in theme.evidence.all())]


def types_touching(participant: Participant) -> list[TypeAssignment]:
    """Types given to the participant or their interviews, and any with a reason that names or repeats them."""
    interviews, mentions = set(_interviews_of(participant)), mentions_of(participant)
    given = TypeAssignment.objects.filter(typology__study=participant.study_id).select_related("typology", "type")
    return [
        each
        for each in given
        if each.participant_id == participant.pk or each.interview_id in interviews or mentions(each.reason)
    ]


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


# -- for the list of a withdrawal


def cells_seen_by(member: TeamMember) -> QuerySet[MatrixCell]:
    """The cells of the member's study whose case has no text in an open blind round."""
    belonging = Belonging(member.study)
    cells = MatrixCell.objects.filter(matrix__study=member.study_id)
    for kind in MatrixCell.CASE_FIELDS:
        blind = cases_coded_blind(member, kind, belonging)
        cells = cells.exclude(**{f"{kind}__isnull": False, f"{kind}__in": blind})
    return cells


def _cells(participant: Participant) -> Iterator[Touch]:
    for cell in cells_touching(participant):
        case = cell.site or cell.interview or cell.participant
        assert case is not None, "a cell is of one case"
        url = reverse("voices:cell", args=[cell.matrix.uuid, cell.code.uuid, case.uuid])
        yield Touch(cell.uuid, f"‘{cell.code.name}’ in {cell.matrix.name}", url)


def _themes(participant: Participant) -> Iterator[Touch]:
    for theme in themes_touching(participant):
        yield Touch(theme.uuid, theme.name, reverse("voices:theme", args=[theme.uuid]))


def _themes_seen(member: TeamMember) -> QuerySet[Theme]:
    hidden, _ = hidden_from(member)
    seen = Q(evidence__coding__in=seen_by(member)) | ~Q(evidence__coding__in=hidden)
    return Theme.objects.filter(seen, study=member.study_id).distinct()


def _types(participant: Participant) -> Iterator[Touch]:
    for given in types_touching(participant):
        yield Touch(given.uuid, given.typology.name, reverse("voices:typology", args=[given.typology.uuid]))


register(SUMMARIES, _cells, cells_seen_by)
register(THEMES, _themes, _themes_seen)
register(TYPES, _types)
