"""Choosing what is quoted, wording it, and checking it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Coding, Quotation, QuotingTerms, Study, TeamMember, TranscriptVersion
from commonpool.voices.queries.access import WRITING
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.consents import may_quote
from commonpool.voices.queries.quotations import Passage, key_of, passage_of
from commonpool.voices.queries.quotations import seen_by as quotations_seen_by
from commonpool.voices.queries.texts import opened, text_of
from commonpool.voices.rules.quoting import Unfaithful, pieces_of
from commonpool.voices.rules.span_maps import Edit, SpanMap
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import UNREADABLE, the_keys

LONGEST = 4_000


@transaction.atomic
def quote(
    *,
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    version: TranscriptVersion,
    span: Span,
    text: str,
    breadth: str,
    coding: Coding | None = None,
) -> Quotation:
    """A passage to be quoted, in these words: the original with cuts and brackets. Raises StepError."""
    transcript = version.transcript
    if transcript.newest_id != version.pk:
        raise StepError("The text has a newer version since you opened it. Open it again, and quote from there.")
    if transcript.study_id != member.study_id:
        raise StepError("This text belongs to another study.")
    if coding is not None and not seen_by(member).filter(pk=coding.pk).exists():
        raise StepError("This coding cannot be seen. Choose a passage that you may see.")
    passage = quotable_passage(version, span)
    made = Quotation(
        study_id=member.study_id,
        transcript=transcript,
        version=version,
        start=span.start,
        end=span.end,
        coding=coding,
        participant=passage.participant,
        breadth=breadth,
        chosen_by=member,
        chosen_at=at,
    )
    made.sealed = _sealed(made, passage.words, text)
    made.full_clean()
    made.save()
    tell("quote", made, actor=actor, at=at, after=_said(made))
    return made


def quotable_passage(version: TranscriptVersion, span: Span) -> Passage:
    """The passage, if it may be quoted. Raises StepError, which says why not."""
    if not 0 <= span.start < span.end <= version.length:
        raise StepError("This passage is not in the text. Select some words of it.")
    if span.end - span.start > LONGEST:
        raise StepError(f"This passage is longer than {LONGEST:,} characters. Quote a part of it.")
    passage = passage_of(version, span)
    if passage.is_mixed:
        raise StepError("This passage holds words of two participants. Select the words of one of them.")
    if UNREADABLE in passage.words:
        raise StepError("Somebody whose words these are withdrew, so they cannot be quoted.")
    person = passage.participant
    if person is not None and may_quote([person])[person.pk] is False:
        raise StepError(f"{person.pseudonym} does not agree to be quoted. Choose another passage.")
    return passage


def _sealed(row: Quotation, original: str, text: str) -> bytes:
    try:
        pieces_of(original, text)
    except Unfaithful as why:
        raise StepError(str(why)) from None
    return the_keys().seal(key_of(row), " ".join(text.split()))


@transaction.atomic
def reword(
    *, actor: Person | None, at: datetime, quotation: Quotation, text: str, breadth: str, revision: int
) -> Quotation:
    """Other words or another label for a quotation; it is a draft again. Raises StepError."""
    held = _held(quotation)
    if held.revision != revision:
        raise StepError("Somebody changed this quotation since you opened it. Look at theirs first.")
    original = Span(held.start, held.end).of(text_of(held.version))
    held.sealed, held.breadth = _sealed(held, original, text), breadth
    held.checked_by, held.checked_at, held.revision = None, None, held.revision + 1
    held.full_clean()
    held.save()
    tell("reword_quotation", held, actor=actor, at=at, after=_said(held))
    return held


@transaction.atomic
def check(*, actor: Person | None, at: datetime, member: TeamMember, quotation: Quotation, revision: int) -> Quotation:
    """Somebody held it against the original: somebody else than whoever chose it, if there is one. Raises StepError."""
    held = _held(quotation)
    if held.revision != revision:
        raise StepError("Somebody changed this quotation since you opened it. Look at it again first.")
    if held.checked_by_id is not None:
        raise StepError("It is checked already.")
    others = TeamMember.objects.filter(study=held.study_id, part__in=WRITING, ends_on=None).exclude(pk=member.pk)
    if held.chosen_by_id == member.pk and others.exists():
        raise StepError("You chose this quotation yourself. Let somebody else of the team check it.")
    if not quotations_seen_by(member).filter(pk=held.pk).exists():
        raise StepError("This quotation cannot be seen now.")
    held.checked_by, held.checked_at = member, at
    held.save(update_fields=["checked_by", "checked_at"])
    tell("check_quotation", held, actor=actor, at=at, after={"checked_by": member.uuid})
    return held


@transaction.atomic
def uncheck(*, actor: Person | None, at: datetime, quotation: Quotation) -> Quotation:
    """Make it a draft again. Raises StepError."""
    held = _held(quotation)
    if held.checked_by_id is None:
        raise StepError("Nobody has checked it.")
    before = {"checked_by": held.checked_by.uuid if held.checked_by else None}
    held.checked_by, held.checked_at = None, None
    held.save(update_fields=["checked_by", "checked_at"])
    tell("uncheck_quotation", held, actor=actor, at=at, before=before, after={"checked_by": None})
    return held


@transaction.atomic
def drop(*, actor: Person | None, at: datetime, quotation: Quotation) -> Quotation:
    """Take a quotation away; whoever chose it can put it back. Raises StepError."""
    held = _held(quotation)
    held.removed_at = at
    held.save(update_fields=["removed_at"])
    tell("drop_quotation", held, actor=actor, at=at, before=_said(held))
    return held


@transaction.atomic
def put_back(*, actor: Person | None, at: datetime, quotation: Quotation) -> Quotation:
    """Put back a quotation that was taken away, as a draft. Raises StepError."""
    held = _locked(quotation)
    if held.removed_at is None:
        raise StepError("This quotation was not taken away.")
    held.removed_at, held.checked_by, held.checked_at = None, None, None
    held.save(update_fields=["removed_at", "checked_by", "checked_at"])
    tell("put_back_quotation", held, actor=actor, at=at, after=_said(held))
    return held


@transaction.atomic
def bring_along(*, actor: Person | None, at: datetime, quotation: Quotation) -> Quotation:
    """Move a quotation to the newest version of its text, as a draft. Raises StepError.

    Its words stay where they are faithful to the new original too; otherwise the new original takes their place.
    """
    held = _held(quotation)
    newest = held.transcript.newest
    if newest is None or newest.pk == held.version_id:
        raise StepError("The quotation stands on the newest version.")
    span = Span(held.start, held.end)
    for version in held.transcript.versions.filter(number__gt=held.version.number).order_by("number"):
        span = SpanMap(tuple(Edit(*edit) for edit in version.edits)).moved(span).span
    if span.end <= span.start:
        raise StepError("The newest version does not have this passage any more. Take the quotation away.")
    passage = quotable_passage(newest, span)
    words = opened(the_keys(), key_of(held), bytes(held.sealed)) or ""
    held.version, held.start, held.end, held.participant = newest, span.start, span.end, passage.participant
    try:
        held.sealed = _sealed(held, passage.words, words)
    except StepError:
        held.sealed = the_keys().seal(key_of(held), passage.proposal)
    held.checked_by, held.checked_at, held.revision = None, None, held.revision + 1
    held.save()
    tell("bring_quotation_along", held, actor=actor, at=at, after={**_said(held), "version": newest.uuid})
    return held


@transaction.atomic
def set_fewest(*, actor: Person | None, at: datetime, study: Study, fewest: int) -> QuotingTerms:
    """How few participants a label may stand for. Raises ValidationError."""
    terms = QuotingTerms.objects.select_for_update().filter(study=study).first() or QuotingTerms(study=study)
    before = {"fewest": terms.fewest}
    terms.fewest = fewest
    terms.full_clean()
    terms.save()
    tell("set_fewest", study, actor=actor, at=at, before=before, after={"fewest": fewest})
    return terms


def _held(quotation: Quotation) -> Quotation:
    held = _locked(quotation)
    if held.removed_at is not None:
        raise StepError("This quotation was taken away. Put it back first.")
    return held


def _locked(quotation: Quotation) -> Quotation:
    """The row, locked: what belongs to it is read beside."""
    related = ("study", "transcript", "version", "participant", "checked_by")
    return Quotation.objects.select_for_update(of=("self",)).select_related(*related).get(pk=quotation.pk)


def _said(row: Quotation) -> dict[str, object]:
    return {"transcript": row.transcript.uuid, "start": row.start, "end": row.end, "breadth": row.breadth}
