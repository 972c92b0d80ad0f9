"""Files that are sent: read under guard, looked at, and kept or put aside. Until then they wait sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.transcripts import Who, keep_transcript
from commonpool.voices.errors import KeyDestroyedError, StepError
from commonpool.voices.models import Interview, Participant, Study, TextUpload, Transcript, WaitingText
from commonpool.voices.queries.uploads import Choices, Fate, HeldText, held_texts, obstacles
from commonpool.voices.reading.held import HeldFile, packed, read_held
from commonpool.voices.reading.transcripts import ReadTranscript
from commonpool.voices.sealing import keys_only_of_what_stays, the_keys
from commonpool.voices.tasks import clear_stale_texts, read_texts

State = TextUpload.State
# An upload that nobody decides on is put aside, so that words do not lie about.
DAYS_TO_DECIDE: Final = 7


@transaction.atomic
@keys_only_of_what_stays()
def receive_texts(
    *, actor: Person | None, at: datetime, study: Study, files: Sequence[tuple[str, bytes]]
) -> TextUpload:
    """Keep files, each (name, content), sealed until somebody decides, and have them read by a task."""
    clear_stale(at=at)
    made = TextUpload.objects.create(study=study, sent_by=actor, sent_at=at)
    keys = the_keys()
    for number, (name, content) in enumerate(files, start=1):
        WaitingText.objects.create(
            upload=made,
            number=number,
            sealed_name=keys.seal(made.uuid, name),
            sealed_file=keys.seal_bytes(made.uuid, content),
        )
    tell("send_texts", made, actor=actor, at=at, after={"study": study.uuid, "files": len(files)})
    transaction.on_commit(lambda: _enqueue(made))
    return made


def _enqueue(upload: TextUpload) -> None:
    read_texts.enqueue(str(upload.uuid))
    if clear_stale_texts.get_backend().supports_defer:
        last_day = upload.sent_at + timedelta(days=DAYS_TO_DECIDE, minutes=1)
        clear_stale_texts.using(run_after=last_day).enqueue()


def read_received(*, upload: UUID) -> TextUpload:
    """Read the files of an upload in a child process. Safe to run again: it ends in the same state."""
    waiting = TextUpload.objects.select_related("study").filter(uuid=upload).first()
    if waiting is None or waiting.state != State.WAITING:
        return waiting or TextUpload(uuid=upload, state=State.ASIDE)
    files = list(WaitingText.objects.filter(upload=waiting).order_by("number"))
    _read(waiting, files)
    with transaction.atomic():
        held = TextUpload.objects.select_for_update().get(pk=waiting.pk)
        # Somebody may have put it aside while it was read.
        if held.state == State.WAITING:
            WaitingText.objects.bulk_update(files, ["sealed_reading"])
            held.state = State.READ
            held.save(update_fields=["state"])
    return held


def _read(upload: TextUpload, files: Sequence[WaitingText]) -> None:
    keys = the_keys()
    try:
        held = [_held_file(upload, file) for file in files]
    except KeyDestroyedError:
        return  # put aside meanwhile
    for file, read in zip(files, read_held(held), strict=True):
        file.sealed_reading = keys.seal(upload.uuid, packed(read))


def _held_file(upload: TextUpload, file: WaitingText, nobody: frozenset[str] = frozenset()) -> HeldFile:
    keys = the_keys()
    name = keys.open(upload.uuid, bytes(file.sealed_name))
    return HeldFile(name, keys.open_bytes(upload.uuid, bytes(file.sealed_file)), file.encoding, nobody)


@transaction.atomic
def read_again(*, actor: Person | None, at: datetime, upload: TextUpload, encodings: Mapping[int, str]) -> TextUpload:
    """Read plain text again, in the encodings that somebody chose: {number of the file: encoding}."""
    held = _undecided(upload)
    files = [file for file in WaitingText.objects.filter(upload=held) if file.number in encodings]
    for file in files:
        file.encoding = encodings[file.number]
    _read(held, files)
    WaitingText.objects.bulk_update(files, ["encoding", "sealed_reading"])
    tell("read_texts_again", held, actor=actor, at=at, after={"files": len(files)})
    return held


@transaction.atomic
def keep_upload(*, actor: Person | None, at: datetime, upload: TextUpload, choices: Choices) -> list[Transcript]:
    """Make transcripts of the files that are new and not left out. All or none; then nothing of it waits any more.

    Raises StepError with every reason against it.
    """
    held = _undecided(upload)
    texts = held_texts(held)
    made = keep_texts(actor=actor, at=at, upload=held, texts=_as_chosen(held, texts, choices), choices=choices)
    _decide(held, State.KEPT, at)
    return made


@transaction.atomic
@keys_only_of_what_stays()
def keep_texts(
    *, actor: Person | None, at: datetime, upload: TextUpload, texts: Sequence[HeldText], choices: Choices
) -> list[Transcript]:
    """Transcripts of these files. Raises StepError with every reason against it, or that there is nothing new."""
    if found := obstacles(upload.study, texts, choices):
        raise StepError(" ".join(each.why for each in found))
    new = [text for text in texts if text.is_new and not choices.files[text.number].is_left_out]
    if not new:
        raise StepError("Nothing is added: every file is here already, was left out or could not be read.")
    made = {}
    for text in new:
        assert isinstance(text.read, ReadTranscript), "only what was read is new"
        choice = choices.files[text.number]
        made[text.number] = keep_transcript(
            actor=actor,
            at=at,
            study=upload.study,
            name=choice.name,
            said=text.read.transcript,
            who=who_of(choice.interview, choices),
            interview=choice.interview,
            file_format=text.read.format,
        )
    for file in WaitingText.objects.filter(upload=upload, number__in=made):
        file.transcript = made[file.number]
        file.save(update_fields=["transcript"])
    return list(made.values())


@transaction.atomic
def keep_at_once(
    *, actor: Person | None, at: datetime, study: Study, texts: Sequence[HeldText], choices: Choices
) -> list[Transcript]:
    """The same for files that a command has read: nothing of them waits, and the import can be undone on the site."""
    upload = TextUpload.objects.create(study=study, sent_by=actor, sent_at=at, decided_at=at, state=State.KEPT)
    WaitingText.objects.bulk_create([WaitingText(upload=upload, number=text.number) for text in texts])
    return keep_texts(actor=actor, at=at, upload=upload, texts=texts, choices=choices)


def who_of(interview: Interview | None, choices: Choices) -> Who:
    """Whose the labels are in one file."""
    heard = list(interview.participants.all()) if interview else []
    participants: dict[str, Participant] = {}
    for label, whose in choices.labels.items():
        if isinstance(whose, Participant):
            participants[label] = whose
        elif whose is Fate.THEIRS and len(heard) == 1:
            participants[label] = heard[0]
    interviewers = {label for label, whose in choices.labels.items() if whose is Fate.INTERVIEWER}
    return Who(participants, frozenset(interviewers))


def _as_chosen(upload: TextUpload, texts: Sequence[HeldText], choices: Choices) -> list[HeldText]:
    """The files; those with a label that is nobody's read again without it."""
    nobody = {label for label, whose in choices.labels.items() if whose is Fate.NOBODY}
    again = {
        text.number: text
        for text in texts
        if text.is_new and isinstance(text.read, ReadTranscript) and nobody & set(text.read.transcript.speakers())
    }
    if not again:
        return list(texts)
    files = WaitingText.objects.filter(upload=upload, number__in=again).order_by("number")
    held = [_held_file(upload, file, frozenset(nobody)) for file in files]
    reads = dict(zip([file.number for file in files], read_held(held), strict=True))
    return [replace(text, read=reads.get(text.number, text.read)) for text in texts]


@transaction.atomic
def put_aside(*, actor: Person | None, at: datetime, upload: TextUpload) -> TextUpload:
    """Keep nothing of an upload. Raises StepError where it has been decided."""
    held = _undecided(upload, also=State.WAITING)
    _decide(held, State.ASIDE, at)
    tell("put_texts_aside", held, actor=actor, at=at)
    return held


def clear_stale(*, at: datetime) -> int:
    """Put aside what nobody decided on in time, in every study. Returns how many uploads."""
    stale = TextUpload.objects.filter(decided_at=None, sent_at__lt=at - timedelta(days=DAYS_TO_DECIDE))
    with transaction.atomic():
        found = list(stale.select_for_update())
        for upload in found:
            _decide(upload, State.ASIDE, at)
    return len(found)


def _decide(upload: TextUpload, state: str, at: datetime) -> None:
    """Nothing of the upload is left: its files are emptied, and its key is destroyed."""
    upload.state, upload.decided_at = state, at
    upload.save(update_fields=["state", "decided_at"])
    WaitingText.objects.filter(upload=upload).update(sealed_name=b"", sealed_file=b"", sealed_reading=b"")
    transaction.on_commit(lambda: the_keys().discard(upload.uuid))


def _undecided(upload: TextUpload, also: str = State.READ) -> TextUpload:
    held = TextUpload.objects.select_for_update(of=("self",)).select_related("study").get(pk=upload.pk)
    if held.state not in (State.READ, also):
        raise StepError(f"This upload is not waiting for a decision: {held.get_state_display().lower()}.")
    return held
