"""Codings and memos as one member of the team may see them. Nothing else in this room may read them.

While a blind round is open on a transcript, everybody sees on it only what they coded themselves: not the lead, no
count, no search and no export reaches more. It is the transcript that is blind, not the coding: what was coded on it
outside the round, or in an earlier one, is hidden as well, and taking an assignment off does not uncover it. That is
held here, once, for every page and command.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from commonpool.voices.models import (
    Assignment,
    Coding,
    CodingRound,
    Memo,
    Quotation,
    Recoded,
    Recoding,
    Study,
    SuggestionAnswer,
    TeamMember,
    Transcript,
)


def seen_by(member: TeamMember) -> QuerySet[Coding]:
    """The study's standing codings that this member may see, by transcript and place."""
    return _not_blind(_standing(member.study_id), member)


def put_by_people(member: TeamMember) -> QuerySet[Coding]:
    """Those of them that somebody put there: what coders settled on is coded once more, and is nobody's."""
    return seen_by(member).exclude(coder__part=TeamMember.Part.AGREED)


def removed_by(member: TeamMember) -> QuerySet[Coding]:
    """What this member took away and can put back; not what was recoded, whose step is put back as a whole."""
    gone = Coding.objects.filter(study=member.study_id, coder=member, removed_at__isnull=False)
    return gone.filter(~is_recoded())


def is_recoded() -> Exists:
    """Whether other codings took a coding's place when its code gave way, or none did since no part fitted."""
    return Exists(Recoded.objects.filter(was=OuterRef("pk"), recoding__undone_at=None))


def open_to_all(study: Study) -> QuerySet[Coding]:
    """What a command that nobody signed in for may read: nothing of a transcript on which a blind round is open."""
    return _not_blind(_standing(study.pk), None)


def coding_seen(member: TeamMember, uuid: UUID) -> Coding | None:
    """The coding of that id, if this member may see it or took it away."""
    mine = Coding.objects.filter(coder=member)
    found = (seen_by(member) | mine).filter(uuid=uuid, study=member.study_id)
    return found.select_related("code", "transcript", "version", "coder", "round").first()


def compared_in(coding_round: CodingRound) -> QuerySet[Coding]:
    """The codings of a round as they stood when it closed, for all to see; those that stand now where it is open.

    Nothing of a transcript that a blind round, this one or another, still hides: see `hidden_in`.
    """
    made = Coding.objects.filter(study=coding_round.study_id, round=coding_round)
    if coding_round.closed_at is None:
        standing = made.filter(removed_at=None)
    else:
        closed = coding_round.closed_at
        standing = made.filter(Q(removed_at=None) | Q(removed_at__gt=closed), made_at__lte=closed)
    # The agreed codings are put into the round that they settle, by nobody who coded in it.
    return _not_blind(standing, None).exclude(coder__part=TeamMember.Part.AGREED)


def hidden_in(coding_round: CodingRound) -> QuerySet[Transcript]:
    """The transcripts of a round that some blind round still hides, so that nobody can be compared on them."""
    assigned = Assignment.objects.filter(round=coding_round).values("transcript")
    return transcripts_coded_blind(coding_round.study_id).filter(pk__in=assigned)


def memos_seen_by(member: TeamMember) -> QuerySet[Memo]:
    """The study's standing memos that this member may see.

    Those on a transcript are hidden as its codings are. So is, whatever it is on, what anybody wrote while they coded
    blind: a note on a code can say what they saw.
    """
    blind = transcripts_coded_blind(member.study_id)
    on_it = Q(version__isnull=False, version__transcript__in=blind) | Q(subject_uuid__in=blind.values("uuid"))
    standing = Memo.objects.filter(study=member.study_id, removed_at=None)
    hidden = on_it | Q(_coding_blind_meanwhile())
    return standing.filter(~hidden | Q(written_by=member))


def removed_memos_of(member: TeamMember) -> QuerySet[Memo]:
    """The memos that this member took away and can put back."""
    return Memo.objects.filter(study=member.study_id, written_by=member, removed_at__isnull=False)


def noted_of(study: Study) -> tuple[QuerySet[Coding], QuerySet[Memo]]:
    """Codings with a note, and memos, whoever may see them: for what has to be listed before a key is destroyed.

    Show of them only what `seen_by` and `memos_seen_by` let a member see.
    """
    return Coding.objects.filter(study=study).exclude(memo=""), Memo.objects.filter(study=study)


def transcripts_coded_blind(study: Study | int) -> QuerySet[Transcript]:
    """The study's transcripts on which a blind round is open, also such as were taken off it since."""
    pk = study.pk if isinstance(study, Study) else study
    blind = _open_blind().filter(round__study=pk)
    return Transcript.objects.filter(study=pk, pk__in=blind.values("transcript"))


def hidden_from(member: TeamMember) -> tuple[QuerySet[Coding], QuerySet[Memo]]:
    """Codings and memos, also those taken away, of which this member may learn nothing now. Ask for ids only."""
    blind = transcripts_coded_blind(member.study_id)
    codings = Coding.objects.filter(study=member.study_id, transcript__in=blind).exclude(coder=member)
    on_blind = Q(version__isnull=False, version__transcript__in=blind) | Q(subject_uuid__in=blind.values("uuid"))
    on_coding = Q(subject_uuid__in=codings.values("uuid"))
    others = Memo.objects.filter(study=member.study_id).exclude(written_by=member)
    return codings, others.filter(on_blind | on_coding)


def coding_ids(study: Study) -> frozenset[str]:
    """GUIDs of all codings of a study, also of those taken away or hidden: to tell what has a row and what has none."""
    return frozenset(str(uuid).upper() for uuid in Coding.objects.filter(study=study).values_list("uuid", flat=True))


def ids_taken_elsewhere(study: Study, uuids: Sequence[UUID]) -> set[UUID]:
    """Which of these ids belong to codings or memos of other studies."""
    found: set[UUID] = set()
    for at in range(0, len(uuids), 500):
        for model in (Coding, Memo):
            taken = model._default_manager.filter(uuid__in=uuids[at : at + 500]).exclude(study=study)
            found |= set(taken.values_list("uuid", flat=True))
    return found


def memo_ids(study: Study) -> frozenset[str]:
    """GUIDs of all memos of a study, also of those taken away or hidden."""
    return frozenset(str(uuid).upper() for uuid in Memo.objects.filter(study=study).values_list("uuid", flat=True))


def passages_coded(study: Study) -> Iterator[tuple[int, int, int, int, int]]:
    """(transcript, start, end, code, coder) of each standing coding outside rounds, also hidden: none may be twice."""
    standing = _standing(study.pk).filter(round=None).order_by()
    yield from standing.values_list("transcript", "start", "end", "code", "coder").iterator(2000)


def built_upon(study: Study, own: Collection[UUID], texts: Collection[UUID], codes: Collection[UUID]) -> int:
    """How many codings and memos other than `own`, hidden ones too, are on these texts or with these codes."""
    codings = Coding.objects.filter(study=study).filter(Q(transcript__uuid__in=texts) | Q(code__uuid__in=codes))
    on_text = Q(version__transcript__uuid__in=texts)
    memos = Memo.objects.filter(study=study).filter(on_text | Q(subject_uuid__in=[*texts, *codes]))
    found = {*codings.values_list("uuid", flat=True), *memos.values_list("uuid", flat=True)}
    return len(found - set(own))


def blind_since(member: TeamMember) -> datetime | None:
    """When the first of the blind rounds that are open now was opened; None where none is."""
    rounds = CodingRound.objects.filter(study=member.study_id, is_blind=True, closed_at=None)
    found: datetime | None = rounds.aggregate(first=Min("opened_at"))["first"]
    return found


def codes_blind_now(member: TeamMember) -> bool:
    """Whether this member has work to finish in a blind round that is open."""
    return _open_blind().filter(coder=member, done_at=None, removed_at=None).exists()


def events_kept_back() -> Iterator[Q]:
    """Which events of the history tell of work in blind rounds that are open: nobody reads them until these close."""
    if not _open_blind().exists():
        return
    blind = _open_blind().values("transcript")
    codings = Coding.objects.filter(transcript__in=blind)
    memos = Memo.objects.filter(Q(_coding_blind_meanwhile()) | Q(version__transcript__in=blind))
    yield Q(subject_kind="voices.coding", subject_uuid__in=codings.values("uuid"))
    yield Q(subject_kind="voices.memo", subject_uuid__in=memos.values("uuid"))
    recodings = Recoding.objects.filter(pairs__was__transcript__in=blind)
    yield Q(subject_kind="voices.recoding", subject_uuid__in=recodings.values("uuid"))
    yield Q(subject_kind="voices.assignment", subject_uuid__in=_open_blind().values("uuid"))
    # Such an event is about a theme, and names the passage within: all since the first of these rounds began.
    first = _open_blind().aggregate(first=Min("round__opened_at"))["first"]
    yield Q(action="voices.mark_evidence", happened_at__gte=first)
    for kind, model in (("quotation", Quotation), ("suggestionanswer", SuggestionAnswer)):
        chosen = model._default_manager.filter(transcript__in=blind)
        yield Q(subject_kind=f"voices.{kind}", subject_uuid__in=chosen.values("uuid"))


def _standing(study: int) -> QuerySet[Coding]:
    return Coding.objects.filter(study=study, removed_at=None)


def _not_blind(codings: QuerySet[Coding], member: TeamMember | None) -> QuerySet[Coding]:
    """Without what others coded on transcripts that are coded blind; nobody is everybody's other."""
    own = Q(coder=member) if member is not None else Q(pk__in=[])
    return codings.filter(~Q(transcript__in=_open_blind().values("transcript")) | own)


def _open_blind() -> QuerySet[Assignment]:
    return Assignment.everything.filter(round__is_blind=True, round__closed_at=None)


def _coding_blind_meanwhile() -> Exists:
    """Whether a memo's author was in an open blind round when it was written."""
    theirs = _open_blind().filter(coder=OuterRef("written_by"), round__opened_at__lte=OuterRef("written_at"))
    return Exists(theirs)
