"""Correcting a text: a new version with its reason, onto which codings move; and undoing the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from commonpool.people.models import Person
from commonpool.voices.actions.carrying import carry_back, carry_over
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.transcripts import keep_parts, keep_turns, key_of_all, new_speaker
from commonpool.voices.errors import StepError
from commonpool.voices.models import Coding, Memo, Speaker, Transcript, TranscriptVersion
from commonpool.voices.queries.codings import transcripts_coded_blind
from commonpool.voices.queries.versions import Opened, opened_version
from commonpool.voices.rules import transcripts as rules
from commonpool.voices.rules.parts import cut_by_owner
from commonpool.voices.rules.span_maps import Edit, SpanMap, map_between
from commonpool.voices.rules.text import Span
from commonpool.voices.rules.versions import VersionError, carried, next_version, stored_form
from commonpool.voices.sealing import UNREADABLE

Corrector: TypeAlias = Callable[[Opened], tuple[rules.Transcript, SpanMap]]


def new_version(
    *,
    actor: Person | None,
    at: datetime,
    transcript: Transcript,
    edits: Sequence[Edit],
    text: str,
    reason: str,
) -> TranscriptVersion:
    """The newest version's text with just these edits is `text`; turns and codings move, those touched are marked.

    Raises StepError where another version was made at the same moment.
    """
    moves = SpanMap(tuple(edits))

    def corrected(now: Opened) -> tuple[rules.Transcript, SpanMap]:
        return carried(now.said, text, moves), moves

    made = _correct(actor, at, transcript, transcript.newest, reason, corrected)
    transcript.newest = made
    return made


def correct_text(
    *, actor: Person | None, at: datetime, transcript: Transcript, version: TranscriptVersion, text: str, reason: str
) -> TranscriptVersion:
    """A new version of the whole text; turns and speakers are carried. `version` is the one that was corrected.

    Raises StepError: it says what to do instead.
    """
    return _correct(actor, at, transcript, version, reason, lambda now: _differing(now, stored_form(text)))


def _differing(now: Opened, text: str) -> tuple[rules.Transcript, SpanMap]:
    return next_version(now.said, text), map_between(now.said.text, text)


def correct_turn(
    *,
    actor: Person | None,
    at: datetime,
    transcript: Transcript,
    version: TranscriptVersion,
    number: int,
    words: str,
    reason: str,
) -> TranscriptVersion:
    """A new version in which one turn says something else. Raises StepError."""

    def corrected(now: Opened) -> tuple[rules.Transcript, SpanMap]:
        turn = now.said.turns[number - 1]
        whole = now.said.text
        return _differing(now, stored_form(whole[: turn.words_from] + words.rstrip() + whole[turn.span.end :]))

    return _correct(actor, at, transcript, version, reason, corrected)


def replace_text(
    *,
    actor: Person | None,
    at: datetime,
    transcript: Transcript,
    version: TranscriptVersion,
    said: rules.Transcript,
    reason: str,
    file_format: str,
) -> TranscriptVersion:
    """A new version from a corrected file, with the turns that were read in it. Raises StepError."""

    def corrected(now: Opened) -> tuple[rules.Transcript, SpanMap]:
        if now.unreadable:
            raise StepError(
                "Some words of this text belong to somebody who withdrew, and a file may hold them still. Correct the "
                "turns of the others here, one by one."
            )
        return said, map_between(now.said.text, said.text)

    return _correct(actor, at, transcript, version, reason, corrected, file_format)


@transaction.atomic
def _correct(
    actor: Person | None,
    at: datetime,
    transcript: Transcript,
    version: TranscriptVersion | None,
    reason: str,
    corrected: Corrector,
    file_format: str = "",
) -> TranscriptVersion:
    held = Transcript.objects.select_for_update(of=("self",)).get(pk=transcript.pk)
    before = held.newest
    if before is None or version is None or before.pk != version.pk:
        raise StepError("The text has a newer version since you opened it. Open it again, and correct that one.")
    if not reason.strip():
        raise StepError("Say why the text is changed: a mishearing, a name taken out.")
    now = opened_version(before)
    if now.without_key:
        raise StepError("Some of the keys of this text are not here. Bring them back first, then correct it.")
    try:
        said, changes = corrected(now)
    except VersionError as refused:
        raise StepError(str(refused)) from None
    made = _keep(held, before, now, said, changes, actor=actor, at=at, reason=reason.strip(), file_format=file_format)
    carry_over(before, made, now.said.text, said.text, at)
    after = {"number": made.number, "sha256": made.sha256, "length": made.length, "edits": len(made.edits)}
    tell("correct_text", held, actor=actor, at=at, before={"number": before.number}, after=after)
    return made


def _keep(
    held: Transcript,
    before: TranscriptVersion,
    now: Opened,
    said: rules.Transcript,
    changes: SpanMap,
    *,
    actor: Person | None,
    at: datetime,
    reason: str,
    file_format: str,
) -> TranscriptVersion:
    if not changes.edits:
        raise StepError("Nothing differs from the text as it stands, so there is no new version.")
    fixed = list(_where_unreadable_words_stand(now, said, changes))
    made = TranscriptVersion.objects.create(
        transcript=held,
        number=before.number + 1,
        length=len(said.text),
        words=said.word_count,
        sha256=said.sha256,
        edits=[[edit.start, edit.end, edit.length] for edit in changes.edits],
        times=[[mark.position, mark.milliseconds] for mark in said.times],
        reason=reason,
        file_format=file_format or before.file_format,
        made_by=actor,
        made_at=at,
    )
    speakers = _speakers(held, now, said)
    keep_turns(made, said, speakers)
    own = key_of_all(held)
    owned = [(turn.span, _owner(turn.speaker, speakers, own)) for turn in said.turns]
    keep_parts(made, said.text, cut_by_owner(len(said.text), owned, own, fixed))
    held.newest = made
    held.save(update_fields=["newest"])
    return made


def _owner(label: str | None, speakers: Mapping[str, Speaker], own: UUID) -> UUID:
    participant = speakers[label].participant if label is not None else None
    return participant.uuid if participant else own


def _where_unreadable_words_stand(now: Opened, said: rules.Transcript, changes: SpanMap) -> Iterator[tuple[Span, UUID]]:
    """Words that nobody can read go along as they are. Raises StepError where a change reaches into them."""
    for span, key_id in now.unreadable:
        moved = changes.moved(span)
        if moved.is_touched:
            raise StepError(
                f"The signs {UNREADABLE * 3} stand for words of somebody who withdrew. Leave them as they are."
            )
        yield moved.span, key_id
    if said.text.count(UNREADABLE) != now.said.text.count(UNREADABLE):
        raise StepError(f"The sign {UNREADABLE} stands for words that nobody can read. Use another.")


def _speakers(held: Transcript, now: Opened, said: rules.Transcript) -> dict[str, Speaker]:
    """The speakers by label; those who are new are kept, and are nobody's yet."""
    known = dict(now.speakers)
    last = max((each.number for each in known.values()), default=0)
    fresh = [label for label in said.speakers() if label not in known]
    made = [
        new_speaker(held, number, label, None, key_of_all(held)) for number, label in enumerate(fresh, start=last + 1)
    ]
    Speaker.objects.bulk_create(made)
    return known | dict(zip(fresh, made, strict=True))


@transaction.atomic
def undo_version(*, actor: Person | None, at: datetime, transcript: Transcript) -> TranscriptVersion:
    """Take the newest version away while nothing was coded on it. Raises StepError."""
    held = Transcript.objects.select_for_update(of=("self",)).select_related("newest").get(pk=transcript.pk)
    newest = held.newest
    if newest is None or newest.number == 1:
        raise StepError("There is no newer version to undo. To take the text out, undo its import.")
    if why := why_the_version_stays(held, newest):
        raise StepError(why)
    before = held.versions.get(number=newest.number - 1)
    carry_back(newest, before)
    held.newest = before
    held.save(update_fields=["newest"])
    try:
        newest.delete()
    except ProtectedError:
        raise StepError("Something in the study rests on this version by now, so it stays.") from None
    held.speakers.filter(turns=None).delete()
    after = {"number": before.number, "sha256": before.sha256}
    tell("undo_version", held, actor=actor, at=at, before={"number": before.number + 1}, after=after)
    return before


def why_the_version_stays(held: Transcript, newest: TranscriptVersion) -> str | None:
    """What hangs on the newest version; None where it can be undone."""
    if transcripts_coded_blind(held.study_id).filter(pk=held.pk).exists():
        # Said before anything is counted: in a blind round nobody learns here whether somebody has coded.
        return "A blind round is open on this text. Once it is closed, this can be asked for again."
    if Coding.objects.filter(made_on=newest).exists():
        return "Something was coded on this version, so it stays. Correct the text once more instead."
    if Memo.objects.filter(version=newest, written_at__gte=newest.made_at).exists():
        return "A memo was written on this version, so it stays. Correct the text once more instead."
    if newest.carried.filter(coding__is_touched=False, coding__removed_at=None).exists():
        return "Somebody has looked at passages that it changed, so it stays. Correct the text once more instead."
    return None
