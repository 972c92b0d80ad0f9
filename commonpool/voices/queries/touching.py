"""What touches a participant besides their own words: to be looked at when they withdraw.

A part of the room that keeps something about people registers how to find it:

    touching.register("Summaries in a matrix", cells_of)

where `cells_of(participant)` gives a Touch for each. What a blind round may hide registers `seen` as well: the rows
that one member of the team may see, by uuid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from commonpool.voices.models import (
    Interview,
    Participant,
    Quotation,
    TeamMember,
    ToLookAt,
    Transcript,
    Turn,
)
from commonpool.voices.queries.codings import memos_seen_by, noted_of, seen_by, transcripts_coded_blind
from commonpool.voices.queries.mentions import earlier_naming, mentions_of
from commonpool.voices.queries.texts import text_of

FOLLOWS: Final = "Turns of others that come after theirs"
NAMES: Final = "Turns of others that name or repeat them"
EARLIER: Final = "Earlier versions of texts in which others name them"
CODINGS: Final = "Notes on codings of their words, or that name or repeat them"
MEMOS: Final = "Memos"
QUOTATIONS: Final = "Quotations"
FIELD_NOTES: Final = "Field notes of groups"


@dataclass(frozen=True, slots=True)
class Touch:
    """One thing that touches a participant: its uuid, the turn (0: none), what it is called, where it is looked at.

    `words` hold no word of anybody's.
    """

    uuid: UUID
    words: str
    url: str = ""
    number: int = 0


Find = Callable[[Participant], Iterable[Touch]]
Seen = Callable[[TeamMember], "QuerySet[Any]"]
_providers: dict[str, tuple[Find, Seen | None]] = {}


def register(kind: str, find: Find, seen: Seen | None = None) -> None:
    """Have what `find` finds listed under the heading `kind`. For `AppConfig.ready`, or at import."""
    _providers[kind] = (find, seen)


def found_for(participant: Participant) -> dict[str, list[Touch]]:
    """{heading: what touches the participant}, whoever may see it. Ask before the key is destroyed."""
    return {kind: list(find(participant)) for kind, (find, _) in _providers.items()}


def seen_for(participant: Participant, member: TeamMember) -> dict[str, list[Touch]]:
    """The same, as far as this member may see it; headings with nothing are left out."""
    found = {}
    for kind, touches in found_for(participant).items():
        allowed = _allowed(kind, member)
        if kept := [touch for touch in touches if allowed is None or touch.uuid in allowed]:
            found[kind] = kept
    return found


def to_look_at(participant: Participant, member: TeamMember) -> dict[str, list[ToLookAt]]:
    """What was listed when the participant withdrew, as far as this member may see it."""
    found: dict[str, list[ToLookAt]] = {}
    allowed: dict[str, set[UUID] | None] = {}
    for row in ToLookAt.objects.filter(participant=participant).select_related("seen_by"):
        if row.kind not in allowed:
            allowed[row.kind] = _allowed(row.kind, member)
        if (those := allowed[row.kind]) is None or row.subject_uuid in those:
            found.setdefault(row.kind, []).append(row)
    return found


def _allowed(kind: str, member: TeamMember) -> set[UUID] | None:
    _, seen = _providers.get(kind, (None, None))
    return None if seen is None else set(seen(member).values_list("uuid", flat=True))


# -- where they speak


def texts_with(participant: Participant) -> QuerySet[Transcript]:
    """The transcripts in which they speak or were heard."""
    theirs = Q(speakers__participant=participant) | Q(interview__participants=participant)
    found = Transcript.objects.filter(theirs, study=participant.study_id).distinct()
    return found.select_related("newest", "interview", "study")


def own_turns(participant: Participant, transcript: Transcript) -> QuerySet[Turn]:
    """Their turns in the newest version."""
    return Turn.objects.filter(version=transcript.newest_id, speaker__participant=participant)


def _at_turn(text: Transcript, number: int) -> Touch:
    url = f"{reverse('voices:transcript', args=[text.uuid])}#turn-{number}"
    return Touch(text.uuid, f"{text.name}, turn {number}", url, number)


def _others(text: Transcript, participant: Participant) -> list[Turn]:
    turns = Turn.objects.filter(version=text.newest_id).select_related("speaker").order_by("number")
    return [turn for turn in turns if turn.speaker is None or turn.speaker.participant_id != participant.pk]


def turns_after(participant: Participant) -> Iterator[Touch]:
    """Turns of other participants right after theirs: an answer may say what was said."""
    for text in texts_with(participant):
        mine = set(own_turns(participant, text).values_list("number", flat=True))
        for turn in _others(text, participant):
            if turn.number - 1 in mine and not (turn.speaker and turn.speaker.is_interviewer):
                yield _at_turn(text, turn.number)


def turns_naming(participant: Participant) -> Iterator[Touch]:
    """Turns of others with one of their names in them, in any text of the study; in theirs, also such as repeat them.

    An interviewer often says again what was said before asking on.
    """
    mentions, own = mentions_of(participant), set(texts_with(participant))
    for text in Transcript.objects.filter(study=participant.study_id).select_related("newest"):
        if text.newest is None:
            continue
        whole = text_of(text.newest)
        for turn in _others(text, participant):
            words = whole[turn.words_from : turn.end]
            if mentions.names_them(words) or (text in own and mentions.repeats_them(words)):
                yield _at_turn(text, turn.number)


def earlier_versions_naming(participant: Participant) -> Iterator[Touch]:
    """Versions before the newest in which others name them: whoever looks at what changed reads it there."""
    for version in earlier_naming(participant, mentions_of(participant)):
        url = reverse("voices:versions", args=[version.transcript.uuid])
        yield Touch(
            version.transcript.uuid, f"{version.transcript.name}, version {version.number}", url, version.number
        )


def on_their_words(participant: Participant) -> Callable[[int | None, int | None, int | None], bool]:
    """Whether `version`, `start` and `end` reach into a turn of theirs."""
    turns: dict[int, list[tuple[int, int]]] = {}
    for text in texts_with(participant):
        turns[text.newest_id or 0] = list(own_turns(participant, text).values_list("start", "end"))

    def reaches(version: int | None, start: int | None, end: int | None) -> bool:
        if version is None or start is None or end is None:
            return False
        return any(start < ends and end > begins for begins, ends in turns.get(version, ()))

    return reaches


def notes_on_codings(participant: Participant) -> Iterator[Touch]:
    """Notes that coders put on codings of their words, or that name or repeat them: they may say what was said."""
    reaches, mentions = on_their_words(participant), mentions_of(participant)
    rows, _ = noted_of(participant.study)
    for row in rows.select_related("code", "transcript"):
        if reaches(row.version_id, row.start, row.end) or mentions(row.memo):
            url = reverse("voices:transcript", args=[row.transcript.uuid])
            yield Touch(row.uuid, f"A note on ‘{row.code.name}’ in {row.transcript.name}", url)


def memos_touching(participant: Participant) -> Iterator[Touch]:
    """Memos on them, on their words, texts or interviews, or that name or repeat them."""
    mentions, reaches = mentions_of(participant), on_their_words(participant)
    texts = {text.uuid: text for text in texts_with(participant)}
    held = participant.interviews.values_list("uuid", flat=True)
    about = {participant.uuid, *texts, *held}
    _, rows = noted_of(participant.study)
    for memo in rows.select_related("version__transcript"):
        if reaches(memo.version_id, memo.start, memo.end) or memo.subject_uuid in about or mentions(memo.text):
            text = memo.version.transcript if memo.version else texts.get(memo.subject_uuid)
            url = reverse("voices:transcript", args=[text.uuid]) if text else _memos(participant)
            yield Touch(memo.uuid, f"A memo on {text.name}" if text else "A memo", url)


def _memos(participant: Participant) -> str:
    return reverse("voices:memos", args=[participant.study.uuid])


def quotations_of(participant: Participant) -> Iterator[Touch]:
    """Their quotations: the words are gone, but reports may have printed them."""
    for row in Quotation.objects.filter(participant=participant).select_related("transcript"):
        yield Touch(row.uuid, f"A quotation from {row.transcript.name}")


def field_notes_on(participant: Participant) -> Iterator[Touch]:
    """Field notes of groups in which they took part: they lie under no key of theirs, and may tell of them."""
    rows = Interview.objects.filter(takings__participant=participant).exclude(sealed_notes=b"")
    for row in rows.exclude(notes_key=participant.uuid):
        yield Touch(row.uuid, f"Field notes of {row.name}", reverse("voices:edit-interview", args=[row.uuid]))


def _quotations_seen(member: TeamMember) -> QuerySet[Quotation]:
    hidden = Q(transcript__in=transcripts_coded_blind(member.study_id)) & ~Q(chosen_by=member)
    return Quotation.objects.filter(~hidden, study=member.study_id)


register(FOLLOWS, turns_after)
register(NAMES, turns_naming)
register(EARLIER, earlier_versions_naming)
register(CODINGS, notes_on_codings, seen_by)
register(MEMOS, memos_touching, memos_seen_by)
register(QUOTATIONS, quotations_of, _quotations_seen)
register(FIELD_NOTES, field_notes_on)
