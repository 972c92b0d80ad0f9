"""Whose words in a study nobody may read any more, and where: for what came with a text in a coding project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from commonpool.voices.models import Participant, Study, Transcript, TranscriptVersion, Turn
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.queries.touching import texts_with
from commonpool.voices.queries.withdrawing import has_nobody_left
from commonpool.voices.rules.text import Span


def withdrawn_in(study: Study) -> dict[Transcript, list[Participant]]:
    """{text: who speaks or was heard in it and has withdrawn}"""
    found: dict[Transcript, list[Participant]] = {}
    for person in Participant.objects.filter(study=study, withdrawn_at__isnull=False):
        for text in texts_with(person):
            found.setdefault(text, []).append(person)
    return found


def theirs_in(text: Transcript, people: Iterable[Participant], number: int | None) -> Callable[[Span], bool]:
    """Whether a passage of the text's version of that number reaches into their turns; all does, once all withdrew."""
    held = list(people)
    if number is None or has_nobody_left(text):
        return lambda span: True
    turns = Turn.objects.filter(version__transcript=text, version__number=number, speaker__participant__in=held)
    places = list(turns.values_list("start", "end"))
    return lambda span: any(span.start < end and start <= span.end for start, end in places)


def texts_lost(study: Study) -> dict[str, str]:
    """{SHA-256 of a text before somebody in it withdrew: what of it can be read now}"""
    versions: Sequence[TranscriptVersion] = list(
        TranscriptVersion.objects.filter(transcript__in=[text.pk for text in withdrawn_in(study)])
    )
    now = texts_of(versions)
    return {version.sha256: now[version.pk] for version in versions}
