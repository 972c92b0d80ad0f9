"""The rows of a project that is brought into a study: people, codes, texts, codings, memos, and what waits aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from commonpool.people.models import Person
from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.actions.transcripts import Who, keep_transcript
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    BroughtIn,
    Code,
    Coding,
    KeptAside,
    KeptFile,
    Memo,
    ProjectImport,
    TeamMember,
    Transcript,
)
from commonpool.voices.queries.asides import files_wanted, guid_text
from commonpool.voices.queries.codings import coding_ids, memo_ids, passages_coded
from commonpool.voices.queries.exchanging import LONGEST_NAME, description_guid, memo_guid, name_here, nobody_of
from commonpool.voices.queries.importing import Planned
from commonpool.voices.queries.withdrawn_words import theirs_in, withdrawn_in
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.codebook.exchange import code_of
from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.losses import Fate
from commonpool.voices.rules.refi.packing import packed
from commonpool.voices.rules.refi.tree import Node
from commonpool.voices.rules.refi.withdrawn import files_named, without_words
from commonpool.voices.rules.transcripts import plain_transcript
from commonpool.voices.sealing import the_keys

LARGEST_FILE: Final = 100_000_000
BATCH: Final = 1_000
Place = tuple[int, int, int, int, int]


@dataclass(slots=True)
class Bringing:
    """One import at work. Everything happens in the transaction of whoever calls `bring`."""

    held: ProjectImport
    plan: Planned
    actor: Person | None
    at: datetime
    _made: list[BroughtIn] = field(default_factory=list)
    _aside: list[KeptAside] = field(default_factory=list)
    _members: dict[str, TeamMember] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)
    _texts: dict[str, Transcript] = field(default_factory=dict)
    _codings: dict[str, Coding] = field(default_factory=dict)
    _notes: dict[str, str] = field(default_factory=dict)
    _files: set[str] = field(default_factory=set)

    def bring(self) -> None:
        """Write all rows."""
        self._bring_people()
        self._bring_codes()
        self._bring_texts()
        self._bring_codings()
        self._bring_memos()
        self._keep_aside()
        self._keep_files()
        BroughtIn.objects.bulk_create(self._made, batch_size=BATCH)

    def _note_made(self, kind: str, uuid: UUID) -> None:
        self._made.append(BroughtIn(brought_by=self.held, kind=kind, uuid=uuid))

    def _put_aside(self, kind: str, guid: str | None, part: Any, on_version: int | None = None) -> None:
        sealed = the_keys().seal(self.held.uuid, packed(part))
        uuid = UUID(guid) if guid else self.held.uuid
        row = KeptAside(brought_by=self.held, kind=kind, guid=uuid, place=len(self._aside), sealed=sealed)
        row.on_version = on_version
        self._aside.append(row)
        self._files |= files_named(part) if isinstance(part, model.Source | Node) else set()

    # --- people ---

    def _bring_people(self) -> None:
        study = self.held.study
        self._members = {guid_text(each.uuid): each for each in TeamMember.objects.filter(study=study)}
        for user in self.plan.merged.project.users:
            if user.guid not in self._members:
                self._members[user.guid] = self._elsewhere(
                    UUID(user.guid), user.name or user.initials or "", (user.initials or "").strip()
                )
        nobody = nobody_of(study)
        is_needed = any(each.coding.coder is None for each in self.plan.incoming.codings())
        if is_needed and guid_text(nobody) not in self._members:
            self._members[guid_text(nobody)] = self._elsewhere(nobody, "Not named in the file", "NN")

    def _elsewhere(self, uuid: UUID, name: str, initials: str = "") -> TeamMember:
        """Somebody who coded in another program."""
        wanted = initials or "".join(word[0] for word in name.split()[:3]).upper() or "C"
        taken = {each.initials.casefold() for each in self._members.values()}
        free = next(each for each in _numbered(wanted) if each.casefold() not in taken)
        made = TeamMember(
            uuid=uuid,
            study=self.held.study,
            name=(name or f"Coder {free}")[:200],
            part=TeamMember.Part.ELSEWHERE,
            initials=free,
            starts_on=self.at.date(),
        )
        made.full_clean()
        made.save()
        self._note_made("member", made.uuid)
        return made

    def _coder(self, guid: str | None) -> TeamMember:
        return self._members[guid or guid_text(nobody_of(self.held.study))]

    # --- codes ---

    def _bring_codes(self) -> None:
        known = {code.guid for code in self.plan.current.codes}
        new = [code for code in self.plan.merged.project.codes if code.guid not in known]
        rows = {guid_text(code.uuid): code for code in Code.objects.filter(study=self.held.study)}
        new = [code for code in new if code.guid not in rows]  # a code that was retired here, unused since, is here
        changes = [rules.Add(self._code(code, rows)) for code in new]
        if changes:
            reason = f"Brought in with ‘{self.held.name}’"[:400]
            change_codebook(actor=self.actor, at=self.at, study=self.held.study, changes=changes, reason=reason)
        self._codes = {guid_text(code.uuid): code for code in Code.objects.filter(study=self.held.study)}
        for code in new:
            self._note_made("code", UUID(code.guid))
        for code in self.plan.merged.project.codes:
            if code.guid in {each.guid for each in new} and _is_more(code):
                self._put_aside("code", code.guid, code)

    def _code(self, code: model.Code, rows: dict[str, Code]) -> rules.Code:
        made = replace(code_of(code), origin=rules.Origin.FILE)
        above = rows.get(code.parent or "")
        if above is not None and above.is_retired:
            why = "The code that it stands beneath is retired here."
            self.plan.losses.note("Code", code.name, "its place, which is at the top", why, Fate.CHANGED)
            return replace(made, parent=None)
        return made

    # --- texts ---

    def _bring_texts(self) -> None:
        rows = Transcript.objects.filter(study=self.held.study).select_related("newest")
        self._texts = {guid_text(each.uuid): each for each in rows}
        names = {each.name.casefold() for each in self._texts.values()}
        known = {source.guid for source in self.plan.current.sources}
        for source in self.plan.merged.project.sources:
            if source.guid in known or source.text is None or source.guid in self._texts:
                continue
            wanted = name_here(source)
            name = next(each for each in _numbered(wanted, " ({})", LONGEST_NAME) if each.casefold() not in names)
            if name != source.name:
                why = "Texts of a study have names of their own."
                said = f"its name, which is ‘{name}’ here"
                self.plan.losses.note("TextSource", source.name, said, why, Fate.CHANGED)
            names.add(name.casefold())
            self._texts[source.guid] = self._text(source, name)

    def _text(self, source: model.Source, name: str) -> Transcript:
        assert source.text is not None, "a text that is missing is kept aside"
        made = keep_transcript(
            actor=self.actor,
            at=self.at,
            study=self.held.study,
            name=name,
            said=plain_transcript(source.text),
            who=Who(),
            file_format=Path(self.held.name).suffix.lstrip(".").lower()[:12],
            uuid=UUID(source.guid),
        )
        self._note_made("transcript", made.uuid)
        return made

    # --- codings ---

    def _bring_codings(self) -> None:
        taken, has_row = set(passages_coded(self.held.study)), coding_ids(self.held.study)
        self._notes = {note.guid: note.text for note in self.plan.merged.project.notes if note.text}
        rows = []
        for source, span, coding in self._new_codings():
            if coding.guid in has_row:
                why = "It was here, and was taken away here."
                self.plan.losses.note("Coding", coding.guid, "the coding", why)
            elif (row := self._coding(source, span, coding, taken)) is not None:
                rows.append(row)
                self._codings[coding.guid] = row
                self._note_made("coding", row.uuid)
        Coding.objects.bulk_create(rows, batch_size=BATCH)

    def _new_codings(self) -> Iterator[tuple[model.Source, tuple[int, int], model.Coding]]:
        """(source, start and end, coding) of each that is new, of texts that are here; a whole text is one passage."""
        for source in self._new_parts():
            text = self._texts.get(source.guid)
            if text is not None and text.newest is not None:
                for passage in source.selections:
                    yield from ((source, (passage.span.start, passage.span.end), each) for each in passage.codings)
                yield from ((source, (0, text.newest.length), each) for each in source.codings)

    def _coding(
        self,
        source: model.Source,
        span: tuple[int, int],
        coding: model.Coding,
        taken: set[Place],
    ) -> Coding | None:
        """The coding's row; None for one that has none: on an empty passage, or the same one twice."""
        text, code, coder = self._texts[source.guid], self._codes[coding.code], self._coder(coding.coder)
        start, end = span
        place = (text.pk, start, end, code.pk, coder.pk)
        assert text.newest is not None, "texts that are here have a version"
        if start >= end or end > text.newest.length or place in taken:
            what = "on an empty passage" if start >= end else "put twice on one passage"
            why = "It is kept aside, and written back on export."
            self.plan.losses.note("Coding", coding.guid, f"‘{code.name}’ in {source.name}, {what}", why, Fate.ASIDE)
            return None
        taken.add(place)
        return Coding(
            uuid=UUID(coding.guid),
            study=self.held.study,
            transcript=text,
            version=text.newest,
            start=start,
            end=end,
            made_on=text.newest,
            made_start=start,
            made_end=end,
            code=code,
            coder=coder,
            memo=self._notes.get(memo_guid(UUID(coding.guid)), "")[:4000],
            made_at=_moment(coding.at) or self.at,
        )

    def _new_parts(self) -> Iterator[model.Source]:
        """Each source with only what is new of it; nothing for one that has nothing new."""
        here = {source.guid: source for source in self.plan.current.sources}
        for source in self.plan.merged.project.sources:
            part = new_part(here.get(source.guid), source)
            if part is not None:
                yield part

    # --- memos ---

    def _bring_memos(self) -> None:
        known = {note.guid for note in self.plan.current.notes} | memo_ids(self.held.study)
        owners = self._owners()
        own = {memo_guid(row.uuid) for row in self._codings.values()}
        rows = []
        for note in self.plan.merged.project.notes:
            if note.guid in known or note.guid in own:
                continue
            is_plain = bool(note.text) and not note.selections and not note.codings and not note.values
            if is_plain:
                rows.append(self._memo(note.guid, note.text or "", note.authorship, owners.get(note.guid)))
            # The words of a memo are its row's alone, so that they can be changed and taken away there.
            self._put_aside(*(("memo", note.guid, replace(note, text=None)) if is_plain else ("note", note.guid, note)))
        rows += self._descriptions(known)
        Memo.objects.bulk_create(rows, batch_size=BATCH)

    def _descriptions(self, known: Iterable[str]) -> Iterator[Memo]:
        """What programs wrote as the description of a passage is a memo on it."""
        for source in self._new_parts():
            for passage in source.selections:
                guid = description_guid(passage.guid)
                if passage.description and guid not in known and source.guid in self._texts:
                    where = (self._texts[source.guid], passage.span.start, passage.span.end)
                    yield self._memo(guid, passage.description, passage.authorship, where)

    def _memo(self, guid: str, words: str, who: model.Authorship, on: Any) -> Memo:
        row = Memo(
            uuid=UUID(guid),
            study=self.held.study,
            text=words,
            written_by=self._members.get(who.created_by or ""),
            written_at=_moment(who.created_at) or self.at,
        )
        match on:
            case Coding():
                row.subject_kind, row.subject_uuid, row.version = "coding", on.uuid, on.version
                row.start, row.end = on.start, on.end
            case (text, start, end):
                row.subject_kind, row.subject_uuid, row.version = "transcript", text.uuid, text.newest
                row.start, row.end = start, end
            case Transcript():
                row.subject_kind, row.subject_uuid = "transcript", on.uuid
            case Code():
                row.subject_kind, row.subject_uuid = "code", on.uuid
            case _:
                row.subject_kind, row.subject_uuid = "study", self.held.study.uuid
        self._note_made("memo", row.uuid)
        return row

    def _owners(self) -> dict[str, Any]:
        """{GUID of a note: what it stands on here}; of several the nearest to the words."""
        found: dict[str, Any] = {}
        for source in self.plan.merged.project.sources:
            if (text := self._texts.get(source.guid)) is None:
                continue
            for passage in source.selections:
                for coding in passage.codings:
                    found |= dict.fromkeys(coding.notes, self._codings.get(coding.guid, text))
                where = (text, passage.span.start, passage.span.end)
                found |= dict.fromkeys([note for note in passage.notes if note not in found], where)
        for source in self.plan.merged.project.sources:
            if source.guid in self._texts:
                for note in source.notes:
                    found.setdefault(note, self._texts[source.guid])
        for code in self.plan.merged.project.codes:
            for note in code.notes:
                found.setdefault(note, self._codes[code.guid])
        return found

    # --- aside ---

    def _keep_aside(self) -> None:
        project, current = self.plan.merged.project, self.plan.current
        withdrawn = withdrawn_in(self.held.study)
        for part in self._new_parts():
            text = self._texts.get(part.guid)
            version = text.newest.number if text and text.newest else None
            if text is not None:
                part = replace(part, text="")
            if text in withdrawn:
                part = without_words(part, theirs_in(text, withdrawn[text], version))
            self._put_aside("source", part.guid, part, version)
        for kind, many in (("variable", "variables"), ("case", "cases"), ("link", "links"), ("set", "sets")):
            self._keep_new(kind, getattr(current, many), getattr(project, many))
        self._keep_new("media", current.media, project.media)
        self._keep_new("graph", current.graphs, project.graphs)
        incoming = self.plan.incoming
        if incoming.description or incoming.note_refs:
            about = model.Project(incoming.name, description=incoming.description, note_refs=incoming.note_refs)
            self._put_aside("project", None, about)
        KeptAside.objects.bulk_create(self._aside, batch_size=BATCH)

    def _keep_new(self, kind: str, here: Sequence[Any], all_: Sequence[Any]) -> None:
        known = {_guid(each) for each in here}
        for each in all_:
            if _guid(each) not in known:
                self._put_aside(kind, _guid(each), each)
                if kind in NOT_SHOWN:
                    why = "Pages do not show it. It is written back on export."
                    self.plan.losses.note(NOT_SHOWN[kind], _called(each), "all of it", why, Fate.ASIDE)

    def _keep_files(self) -> None:
        keys, rows = the_keys(), []
        named = self._files | files_wanted(self.held.study_id)
        for name, place in self.plan.read.files.items():
            if place is None:
                continue
            size = place.stat().st_size
            if name not in named:
                self.plan.losses.note("File", name, f"its {size:,} bytes", "Nothing that is kept here names it.")
                continue
            if size > LARGEST_FILE:
                why = f"It is larger than {LARGEST_FILE // 1_000_000} MB. Keep it beside the study."
                self.plan.losses.note("File", name, f"its {size:,} bytes", why)
                continue
            sealed = keys.seal_bytes(self.held.uuid, place.read_bytes())
            rows.append(KeptFile(brought_by=self.held, name=name[:255], size=size, sealed=sealed))
        KeptFile.objects.bulk_create(rows)


NOT_SHOWN: Final = {"variable": "Variable", "case": "Case", "link": "Link", "set": "Set"}


def new_part(here: model.Source | None, merged: model.Source) -> model.Source | None:
    """A source with what of it is not here yet; all of it where it is new, None where nothing is."""
    if here is None:
        return merged
    passages = {each.guid: each for each in here.selections}
    selections = tuple(filter(None, (_new_passage(passages.get(each.guid), each) for each in merged.selections)))
    known = {each.guid for each in here.codings}
    codings = tuple(each for each in merged.codings if each.guid not in known)
    notes = tuple(note for note in merged.notes if note not in here.notes)
    if not (selections or codings or notes):
        return None
    return replace(merged, selections=selections, codings=codings, notes=notes)


def _new_passage(here: model.Selection | None, merged: model.Selection) -> model.Selection | None:
    if here is None:
        return merged
    known = {each.guid for each in here.codings}
    codings = tuple(each for each in merged.codings if each.guid not in known)
    notes = tuple(note for note in merged.notes if note not in here.notes)
    return replace(merged, codings=codings, notes=notes) if codings or notes else None


def _is_more(code: model.Code) -> bool:
    """Whether the code's row cannot say all of it as it came."""
    from commonpool.voices.rules.codebook.exchange import description

    made = code_of(code)
    return bool(code.notes) or (description(made) or None, made.colour or None) != (code.description, code.colour)


def _numbered(wanted: str, more: str = "{}", longest: int = 6) -> Iterator[str]:
    """The word, then with numbers behind it, none longer than it may be."""
    yield wanted[:longest]
    for number in range(2, 10_000):
        tail = more.format(number)
        yield f"{wanted[: longest - len(tail)]}{tail}"
    raise StepError(f"There are too many things called {wanted} here.")


def _moment(text: str | None) -> datetime | None:
    """A moment of the file; None where it has none, or one without a zone."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _guid(item: Any) -> str:
    return str(item.get("guid") if isinstance(item, Node) else item.guid)


def _called(item: Any) -> str:
    return str(getattr(item, "name", None) or _guid(item))
