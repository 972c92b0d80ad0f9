"""Looking through a text for what gives people away, deciding on it, and making the version without it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid5

from django.db import transaction
from django.db.models import F

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.versions import new_version
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    IdentityCandidate,
    IdentityReview,
    ListedName,
    Participant,
    SealedPart,
    Study,
    Transcript,
    TranscriptVersion,
)
from commonpool.voices.queries.identities import KnownNames, Occurrence, alike, names_of, occurrences_of, opened_name
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules.identities import MOST_CANDIDATES, Kind, candidates_in, replaced, surface
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import the_keys
from commonpool.voices.vector_files import VectorFiles

REASON: Final = "identities taken out"
LONGEST_REPLACEMENT: Final = 60
LONGEST_NAME: Final = 200
Decide = IdentityCandidate.Decision


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided of a candidate: with `all_alike`, of all that are typed like it too."""

    candidate: int
    takes: bool
    replacement: str = ""
    all_alike: bool = True


@transaction.atomic
def begin_review(*, actor: Person | None, at: datetime, transcript: Transcript) -> IdentityReview:
    """Look through the newest version; where a review of it is open, that one. Raises StepError."""
    version = transcript.newest
    if version is None:
        raise StepError("This text has no words yet. Take a file in first.")
    Study.objects.select_for_update().get(pk=transcript.study_id)
    open_one = IdentityReview.objects.filter(version=version, done_at=None).first()
    if open_one is not None:
        return open_one
    known = KnownNames(transcript.study)
    found = candidates_in(text_of(version), known.all, known.harmless)
    review = IdentityReview.objects.create(
        study=transcript.study,
        version=version,
        is_cut_off=len(found) > MOST_CANDIDATES,
        begun_by=actor,
        begun_at=at,
    )
    kept = found[:MOST_CANDIDATES]
    IdentityCandidate.objects.bulk_create(
        [
            IdentityCandidate(
                review=review, start=each.span.start, end=each.span.end, kind=each.kind.value, found_by=each.by.value
            )
            for each in kept
        ],
        batch_size=500,
    )
    tell("begin_identity_review", review, actor=actor, at=at, after={"version": version.uuid, "found": len(kept)})
    return review


@transaction.atomic
def decide(*, actor: Person | None, at: datetime, review: IdentityReview, decisions: Sequence[Decision]) -> int:
    """Keep what was decided; how many candidates it settles. Raises StepError with every fault, and keeps nothing then.

    Names that are taken out go into the study's list, and those left as a whole are noted there as harmless.
    """
    held = IdentityReview.objects.select_for_update(of=("self",)).select_related("study", "version").get(pk=review.pk)
    if held.done_at is not None:
        raise StepError("The version without these names is made already. Begin another review to change more.")
    occurrences = occurrences_of(held)
    by_id = {each.row.pk: each for each in occurrences}
    groups = alike(occurrences)
    settled: list[IdentityCandidate] = []
    left = [by_id[each.candidate].words for each in decisions if not each.takes and each.candidate in by_id]
    faults = _faults_of(held.study, decisions, left)
    known = [each for each in decisions if each.candidate in by_id]
    if faults:
        raise StepError(" ".join(faults))
    for each in known:
        first = by_id[each.candidate]
        kind = Kind(first.row.kind)
        whole = groups[kind, surface(first.words)] if each.all_alike else [first]
        settled += _settled(held, whole, each)
    _note(held.study, [(by_id[each.candidate], each) for each in known], actor=actor, at=at)
    IdentityCandidate.objects.bulk_update(settled, ["decision", "sealed"], batch_size=200)
    after = {"taken": _count(settled, Decide.TAKE), "left": _count(settled, Decide.LEAVE)}
    tell("decide_identities", held, actor=actor, at=at, after=after)
    return len(settled)


def _count(rows: Iterable[IdentityCandidate], decision: str) -> int:
    return sum(row.decision == decision for row in rows)


def _settled(review: IdentityReview, whole: Sequence[Occurrence], decision: Decision) -> list[IdentityCandidate]:
    sealed = the_keys().seal(review.study.uuid, decision.replacement.strip()) if decision.takes else b""
    for each in whole:
        each.row.decision = Decide.TAKE if decision.takes else Decide.LEAVE
        each.row.sealed = sealed
    return [each.row for each in whole]


def _faults_of(study: Study, decisions: Sequence[Decision], left: Sequence[str]) -> list[str]:
    known = KnownNames(study)
    typed = [each.replacement.strip() for each in decisions if each.takes]
    return [fault for words in dict.fromkeys(typed) for fault in replacement_faults(words, known, left)]


def replacement_faults(words: str, known: KnownNames, left: Sequence[str] = ()) -> list[str]:
    """What is wrong with words that shall stand in place of a name: none, too long, or a name themselves.

    A speaker’s label such as ‘Ward Manager Ann’ makes a name of each of its words. What was left as harmless, now
    (`left`) or before, may stand in a replacement all the same, and so may a pseudonym by itself.
    """
    if not words:
        return ["Say what shall stand in the place of what you take out, such as [organisation]."]
    if len(words) > LONGEST_REPLACEMENT or "\n" in words or "\t" in words:
        return [f"‘{words[:LONGEST_REPLACEMENT]}’ is too long to stand in place of a name. Say it in a few words."]
    harmless = known.kept.union(surface(each) for each in left)
    names = [found for each in known.own.find(words) if surface(found := each.span.of(words)) not in harmless]
    if names and words not in known.harmless:
        cure = f"Say what it is and not which; or leave ‘{names[0]}’, if it gives nobody away."
        return [f"‘{words}’ holds the name ‘{names[0]}’ itself. {cure}"]
    return []


def _note(study: Study, decided: Iterable[tuple[Occurrence, Decision]], *, actor: Person | None, at: datetime) -> None:
    """Put what was decided of names into the study's list. What is taken out anywhere stays on it as a name."""
    listed = {(name.row.kind, surface(name.words)): name for name in names_of(study) if name.words}
    hidden = {words for (_, words), name in listed.items() if not name.row.is_kept}
    for occurrence, decision in decided:
        kind, words = Kind(occurrence.row.kind), surface(occurrence.words)
        if not kind.is_listed or (not decision.takes and (not decision.all_alike or words in hidden)):
            continue
        instead = decision.replacement.strip() if decision.takes else ""
        known = listed.get((kind.value, words))
        if known is not None and known.row.is_kept != decision.takes and known.replacement == instead:
            continue
        row = known.row if known is not None else ListedName(study=study, kind=kind.value, made_at=at)
        row.is_kept, row.made_by, row.made_at = not decision.takes, actor, at
        row.participant = _whose(study, instead) if decision.takes else None
        row.sealed = _sealed(row, words, instead)
        row.save()


def _whose(study: Study, replacement: str) -> Participant | None:
    """The participant whose pseudonym stands instead: their key is what seals the name."""
    return Participant.objects.filter(study=study, pseudonym=replacement.strip(), withdrawn_at=None).first()


def _sealed(row: ListedName, words: str, replacement: str) -> bytes:
    return the_keys().seal(row.key_id, json.dumps([words, replacement], ensure_ascii=False))


@transaction.atomic
def take_out(*, actor: Person | None, at: datetime, review: IdentityReview) -> TranscriptVersion:
    """Make the version without what was decided on: one edit for each passage, and nothing else. Raises StepError."""
    held = IdentityReview.objects.select_for_update(of=("self",)).select_related("study", "version").get(pk=review.pk)
    if held.done_at is not None:
        raise StepError("The version without these names is made already.")
    transcript = held.version.transcript
    if transcript.newest_id != held.version_id:
        raise StepError("The text has a newer version since this review began. Begin another one on that.")
    occurrences = occurrences_of(held)
    if waiting := sum(each.row.decision == Decide.OPEN for each in occurrences):
        raise StepError(f"{waiting} candidates wait for a decision. Take each out, or leave it.")
    taken = [each for each in occurrences if each.row.decision == Decide.TAKE]
    if not taken:
        raise StepError("Nothing is to be taken out, so there is no other version to make.")
    spans = [(Span(each.row.start, each.row.end), each.replacement) for each in taken]
    if any(not words for _, words in spans):
        raise StepError("The key to the replacements is gone. Decide again what shall stand in their places.")
    text, edits = replaced(text_of(held.version), spans)
    made = new_version(actor=actor, at=at, transcript=transcript, edits=edits, text=text, reason=REASON)
    held.made, held.done_at = made, at
    held.save(update_fields=["made", "done_at"])
    tell("take_identities_out", held, actor=actor, at=at, after={"version": made.uuid, "edits": len(edits)})
    return made


@transaction.atomic
def end_review(*, actor: Person | None, at: datetime, review: IdentityReview) -> IdentityReview:
    """End a review that takes nothing out, or that a newer version has overtaken. Its decisions stay readable."""
    held = IdentityReview.objects.select_for_update().get(pk=review.pk)
    if held.done_at is not None:
        raise StepError("This review has ended already.")
    held.done_at = at
    held.save(update_fields=["done_at"])
    tell("end_identity_review", held, actor=actor, at=at)
    return held


@transaction.atomic
def list_name(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    words: str,
    kind: str,
    replacement: str = "",
    is_kept: bool = False,
) -> ListedName:
    """Put a name on the study's list, or words that give nobody away (`is_kept`). Raises StepError."""
    typed = surface(words)
    Study.objects.select_for_update().get(pk=study.pk)
    if not typed or len(typed) > LONGEST_NAME:
        raise StepError(f"Type the name as it is spoken, in 1 to {LONGEST_NAME} characters.")
    known = KnownNames(study)
    if not is_kept and (faults := replacement_faults(replacement.strip(), known)):
        raise StepError(" ".join(faults))
    if any(name.words and surface(name.words) == typed and name.row.kind == kind for name in known.listed):
        raise StepError(f"‘{typed}’ is on the list already. Take it off first to say something else of it.")
    row = ListedName(study=study, kind=kind, is_kept=is_kept, made_by=actor, made_at=at)
    row.participant = None if is_kept else _whose(study, replacement)
    row.sealed = _sealed(row, typed, "" if is_kept else replacement.strip())
    row.full_clean()
    row.save()
    tell("list_name", row, actor=actor, at=at, after={"study": study.uuid, "kind": kind, "is_kept": is_kept})
    return row


@transaction.atomic
def unlist_name(*, actor: Person | None, at: datetime, name: ListedName) -> ListedName:
    """Take a name off the list; it can be put back. Raises StepError."""
    held = ListedName.objects.select_for_update().get(pk=name.pk)
    if held.removed_at is not None:
        raise StepError("This name is off the list already.")
    held.removed_at = at
    held.save(update_fields=["removed_at"])
    tell("unlist_name", held, actor=actor, at=at, after={"kind": held.kind})
    return held


@transaction.atomic
def relist_name(*, actor: Person | None, at: datetime, name: ListedName) -> ListedName:
    """Put back what was taken off the list. Raises StepError where the same words were listed since."""
    held = ListedName.objects.select_for_update(of=("self",)).select_related("study", "participant").get(pk=name.pk)
    words = opened_name(held).words
    if held.removed_at is None:
        raise StepError("This name is on the list.")
    if any(each.words == words and each.row.kind == held.kind for each in names_of(held.study)):
        raise StepError("The same words were put on the list since.")
    held.removed_at = None
    held.save(update_fields=["removed_at"])
    tell("relist_name", held, actor=actor, at=at, after={"kind": held.kind})
    return held


@transaction.atomic
def forget_earlier_wordings(*, actor: Person | None, at: datetime, study: Study) -> int:
    """Destroy the words of every version but the newest of each text, for good; how many versions that was.

    They stand as unreadable signs from then on, so that all positions stay. Backups made before keep theirs.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    earlier = TranscriptVersion.objects.filter(transcript__study=study).exclude(transcript__newest=F("pk"))
    parts = SealedPart.objects.filter(version__in=earlier).exclude(sealed=b"")
    versions = list(earlier.filter(pk__in=parts.values("version")))
    under = set(parts.values_list("key_id", flat=True))
    SealedPart.objects.filter(version__in=versions).delete()
    # A part under a key that is gone: it reads as unreadable signs, as after a withdrawal.
    nobodys = uuid5(study.uuid, "earlier wordings")
    the_keys().destroy(nobodys)
    SealedPart.objects.bulk_create(
        [SealedPart(version=each, key_id=nobodys, spans=[[0, each.length]], sealed=b"") for each in versions]
    )
    # What a sentence model made of them lies with that of the newest versions, which can be read again.
    transaction.on_commit(lambda: VectorFiles(the_keys()).forget(under))
    tell("forget_earlier_wordings", study, actor=actor, at=at, after={"versions": len(versions)})
    return len(versions)
