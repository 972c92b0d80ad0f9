"""A study as a project that other coding programs take, as one member of its team may have it.

People are their initials, never their names or addresses. What others code in an open blind round stays out. What an
import left aside, because no page can show it, is written back as it came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from commonpool.voices.models import Code, Coding, Interview, Memo, Study, Taking, TeamMember, Transcript
from commonpool.voices.queries.asides import Asides, asides_of, guid_text
from commonpool.voices.queries.cases_out import Cases, cases_of
from commonpool.voices.queries.codebooks import book_of
from commonpool.voices.queries.codings import coding_ids, memos_seen_by, seen_by, transcripts_coded_blind
from commonpool.voices.queries.passages_out import Passages
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules.codebook.exchange import code_of, description
from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.losses import Fate, LossReport
from commonpool.voices.rules.refi.values import minted, moment_text
from commonpool.voices.sealing import UNREADABLE

LONGEST_NAME: Final = 120
ELSEWHERE: Final = "REFI-QDA has no place for it."


@dataclass(frozen=True, slots=True)
class StudyProject:
    """A study as a project, and what of the study it does not hold."""

    project: model.Project
    losses: LossReport = field(default_factory=LossReport)


def nobody_of(study: Study) -> UUID:
    """The id of who coded what came in a file that did not say who coded it."""
    return UUID(minted(f"{study.uuid}/nobody"))


def memo_guid(coding: UUID) -> str:
    """The id of the note that holds a coding's own memo."""
    return minted(f"{coding}/memo")


def description_guid(selection: str) -> str:
    """The id of the memo that a passage's description became."""
    return minted(f"{selection.upper()}/description")


def name_here(source: model.Source) -> str:
    """What a text that came in a file is called here, where no other has that name."""
    return (source.name or "").strip()[:LONGEST_NAME].strip() or f"Text {source.guid[:8]}"


def project_of(member: TeamMember) -> StudyProject:
    """The member's study. Positions are those of each text's newest version."""
    study = Study.objects.get(pk=member.study_id)
    return _Exporter(member, study).exported()


class _Exporter:
    def __init__(self, member: TeamMember, study: Study) -> None:
        self._me, self._study, self._losses = member, study, LossReport()
        self._asides: Asides = asides_of(study.pk)
        self._team = {each.pk: each for each in TeamMember.objects.filter(study=study)}
        self._nobody = guid_text(nobody_of(study))
        self._blind = set(transcripts_coded_blind(study).values_list("pk", flat=True))
        self._memos = list(memos_seen_by(member).order_by("written_at", "pk"))
        # Ids alone, also of what was taken away or is hidden: what came in a file and is none of them lies aside.
        self._rows = coding_ids(study) if self._asides.sources else frozenset()
        self._codings: dict[int, list[Coding]] = defaultdict(list)
        for coding in (
            seen_by(member).select_related("code").order_by("transcript", "start", "end", "pk").iterator(2000)
        ):
            self._codings[coding.transcript_id].append(coding)

    def exported(self) -> StudyProject:
        """The project; what is not in it is noted."""
        transcripts = list(Transcript.objects.filter(study=self._study, newest__isnull=False).select_related("newest"))
        self._notes = {note.guid: note for note in self._all_notes()}
        cases = cases_of(self._study, {each.pk: guid_text(each.uuid) for each in transcripts})
        held, sources = self._asides.project, list(self._sources(transcripts))
        project = model.Project(
            self._study.title,
            description=self._study.question or (held.description if held else None) or None,
            users=tuple(self._users()),
            codes=tuple(self._codes()),
            variables=self._with(cases.variables, "variable"),
            cases=self._with(cases.cases, "case"),
            sources=tuple(sources),
            notes=tuple(self._notes.values()),
            links=tuple(replace(each, notes=self._known(each.notes)) for each in self._asides.of("link")),
            sets=tuple(replace(each, notes=self._known(each.notes)) for each in self._asides.of("set")),
            media=tuple(self._asides.of("media")),
            graphs=tuple(self._asides.of("graph")),
            note_refs=self._note_refs(held.note_refs if held else ()),
        )
        self._note_what_stays(cases, sources)
        return StudyProject(project, self._losses)

    # --- people and codes ---

    def _users(self) -> Iterator[model.User]:
        for each in sorted(self._team.values(), key=lambda one: one.initials):
            if guid_text(each.uuid) != self._nobody:
                yield model.User(guid_text(each.uuid), each.initials, each.initials)

    def _user(self, pk: int | None) -> str | None:
        guid = None if pk is None else guid_text(self._team[pk].uuid)
        return None if guid == self._nobody else guid

    def _codes(self) -> Iterator[model.Code]:
        book = book_of(self._study)
        used = {guid_text(coding.code.uuid) for many in self._codings.values() for coding in many}
        listed = [*book.in_use(), *(code for code in book if code.is_retired and code.guid in used)]
        here, own = {code.guid for code in listed}, self._own_notes("code")
        for code in listed:
            if code.is_retired:
                why = "It is retired here; REFI-QDA cannot say so. What was coded with it is still coded."
                self._losses.note("Code", code.name, "that it is retired", why, Fate.CHANGED)
            came: model.Code | None = self._asides.parts.get("code", {}).get(code.guid)
            plain = model.Code(
                code.guid,
                code.name,
                is_codable=code.is_codable,
                parent=code.parent if code.parent in here else None,
                description=description(code) or None,
                colour=code.colour or None,
            )
            notes = (*(self._known(came.notes) if came else ()), *own.get(code.guid, ()))
            yield replace(as_it_came(plain, came) if came else plain, notes=tuple(dict.fromkeys(notes)))

    # --- notes ---

    def _all_notes(self) -> Iterator[model.Source]:
        """Memos as notes, codings' own memos, and notes that were kept aside whole."""
        described = set(self._described())
        for memo in self._memos:
            guid = guid_text(memo.uuid)
            if guid not in described:
                came = self._asides.memos.get(guid, model.Source(guid))
                who = came.authorship if came.authorship.created_at else self._authorship(memo)
                yield replace(came, text=memo.text, authorship=who, notes=())
        for coding in self._every_coding():
            if coding.memo:
                who = model.Authorship(self._user(coding.coder_id), moment_text(coding.made_at))
                yield model.Source(memo_guid(coding.uuid), None, coding.memo, authorship=who)
        yield from self._asides.notes.values()

    def _every_coding(self) -> Iterator[Coding]:
        return (coding for many in self._codings.values() for coding in many)

    def _authorship(self, memo: Memo) -> model.Authorship:
        return model.Authorship(self._user(memo.written_by_id), moment_text(memo.written_at))

    def _described(self) -> Iterator[str]:
        """Ids of memos that are passages' descriptions."""
        for source in self._asides.sources.values():
            yield from (description_guid(each.guid) for each in source.selections if each.description)

    def _known(self, notes: Iterable[str]) -> tuple[str, ...]:
        return tuple(note for note in notes if note in self._notes)

    def _own_notes(self, kind: str) -> dict[str, list[str]]:
        """{GUID of a thing of that kind: notes written here on it}. Those that came in a file stand where they came."""
        found: dict[str, list[str]] = defaultdict(list)
        for memo in self._memos:
            guid = guid_text(memo.uuid)
            if memo.subject_kind == kind and guid in self._notes and guid not in self._asides.memos:
                found[guid_text(memo.subject_uuid)].append(guid)
        return found

    def _note_refs(self, came: Sequence[str]) -> tuple[str, ...]:
        """Notes on the study, and on what the standard lets nobody note anything on."""
        elsewhere = {"code", "transcript", "coding"}
        for memo in self._memos:
            if memo.subject_kind not in {*elsewhere, "study"} and guid_text(memo.uuid) in self._notes:
                why = f"REFI-QDA has no notes on a {memo.subject_kind}: it stands on the project."
                self._losses.note("Note", guid_text(memo.uuid), "what it is on", why, Fate.CHANGED)
        kinds = {memo.subject_kind for memo in self._memos} - elsewhere
        own = [guid for kind in sorted(kinds) for guids in self._own_notes(kind).values() for guid in guids]
        return tuple(dict.fromkeys((*self._known(came), *own)))

    # --- texts ---

    def _sources(self, transcripts: Sequence[Transcript]) -> Iterator[model.Source]:
        texts = texts_of([each.newest for each in transcripts if each.newest])
        own, on_coding = self._own_notes("transcript"), self._own_notes("coding")
        spans = {guid_text(memo.uuid): memo for memo in self._memos if memo.start is not None}
        for each in transcripts:
            guid, text = guid_text(each.uuid), texts[each.newest_id or 0]
            came = self._asides.sources.get(guid)
            notes = own.get(guid, [])
            passages = Passages(
                transcript=each,
                length=len(text),
                codings=self._codings.get(each.pk, []),
                came=came,
                is_blind=each.pk in self._blind,
                me=guid_text(self._me.uuid),
                rows=self._rows,
                user=self._user,
                notes=set(self._notes),
                described={guid_text(memo.uuid): memo.text for memo in self._memos},
                on_coding=on_coding,
                on_passage=[spans[note] for note in notes if note in spans],
            )
            if UNREADABLE in text:
                why = f"They stand as {UNREADABLE}: whoever spoke them withdrew."
                self._losses.note("TextSource", each.name, "words that cannot be read any more", why)
            whole, selections = passages.written(self._losses)
            yield self._source(each, text, came, whole, selections, [note for note in notes if note not in spans])
        known = {guid_text(each.uuid) for each in transcripts}
        yield from (
            source for guid, source in self._asides.sources.items() if guid not in known and source.text is None
        )

    def _source(
        self,
        transcript: Transcript,
        text: str,
        came: model.Source | None,
        whole: tuple[model.Coding, ...],
        selections: tuple[model.Selection, ...],
        notes: Sequence[str],
    ) -> model.Source:
        plain = model.Source(guid_text(transcript.uuid), transcript.name, text)
        if came is None:
            return replace(plain, selections=selections, codings=whole, notes=tuple(notes))
        # A text that nobody renamed here goes out under the name that it came with.
        name = came.name if transcript.name == name_here(came) else transcript.name
        mine = tuple(dict.fromkeys((*self._known(came.notes), *notes)))
        return replace(came, name=name, text=text, text_path=None, selections=selections, codings=whole, notes=mine)

    # --- the rest ---

    def _with(self, own: Sequence[model.Variable | model.Case], kind: str) -> tuple:  # type: ignore[type-arg]
        """What this study has of a kind, and what was kept aside of it."""
        known = {each.guid for each in own}
        return (*own, *(each for each in self._asides.of(kind) if each.guid not in known))

    def _note_what_stays(self, cases: Cases, sources: Sequence[model.Source]) -> None:
        study, losses = self._study, self._losses
        if self._blind:
            why = "A blind round is open: what others code in it is nobody’s to see."
            losses.note("Project", study.title, "codings and memos of others", why)
        later = Transcript.objects.filter(study=study, newest__number__gt=1).count()
        if later:
            many = f"{later:,} {'text' if later == 1 else 'texts'}"
            losses.note("Project", study.title, f"earlier versions of {many}", "The newest is written.")
        held = {
            "coding rounds": study.rounds.count(),
            "changes and versions of the framework": study.codebook_changes.count(),
            "days, modes and lengths of interviews": Interview.objects.filter(study=study).count(),
            "whose turns are whose": Taking.objects.filter(interview__study=study).count(),
        }
        for what, count in held.items():
            if count:
                losses.note("Project", study.title, what, ELSEWHERE)


def as_it_came(code: model.Code, came: model.Code) -> model.Code:
    """The code with its description and colour as a file had them, where they still say what they said."""
    mine, theirs = code_of(code), code_of(came)
    words = [(each.definition, each.include, each.exclude, each.example) for each in (mine, theirs)]
    return replace(
        code,
        description=came.description if words[0] == words[1] else code.description,
        colour=came.colour if mine.colour == theirs.colour else code.colour,
    )


def codes_by_guid(study: Study) -> dict[str, Code]:
    """{GUID: the code}."""
    return {guid_text(code.uuid): code for code in Code.objects.filter(study=study)}
