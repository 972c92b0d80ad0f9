"""What imported projects left aside in a study, opened and put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from commonpool.voices.errors import KeyDestroyedError
from commonpool.voices.models import KeptAside, KeptFile, ProjectImport, Transcript, TranscriptVersion
from commonpool.voices.rules.refi.model import Coding, Project, Selection, Source
from commonpool.voices.rules.refi.packing import unpacked
from commonpool.voices.rules.refi.withdrawn import files_named
from commonpool.voices.rules.span_maps import Edit, SpanMap
from commonpool.voices.sealing import the_keys


@dataclass(slots=True)
class Asides:
    """Parts by kind and GUID, as they came.

    sources   {GUID: the source without its words, with its passages as they came}
    notes     {GUID: a note that is no memo here}; memos: {GUID: a note without its words, which its memo has}
    parts     {kind: {GUID: part}}: "variable", "case", "link", "set", "media", "graph", "code"
    project   what stands on the project itself; None where nothing was imported
    """

    sources: dict[str, Source] = field(default_factory=dict)
    notes: dict[str, Source] = field(default_factory=dict)
    memos: dict[str, Source] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    project: Project | None = None

    def of(self, kind: str) -> list[Any]:
        """The parts of one kind, in the order in which they came."""
        return list(self.parts.get(kind, {}).values())


def asides_of(study_id: int) -> Asides:
    """Everything that is kept aside in a study, the first import first."""
    found = Asides()
    newest = Transcript.objects.filter(study=study_id, newest__number__gt=1)
    numbers = {guid_text(uuid): number for uuid, number in newest.values_list("uuid", "newest__number")}
    for kind, guid, part, on_version in _opened(study_id):
        if kind == "source":
            if on_version is not None and numbers.get(guid, 1) > on_version:
                part = _carried(part, guid, on_version)
            found.sources[guid] = joined_sources(found.sources.get(guid), part)
        elif kind in ("note", "memo"):
            (found.notes if kind == "note" else found.memos).setdefault(guid, part)
        elif kind == "project":
            found.project = part if found.project is None else _joined_projects(found.project, part)
        else:
            found.parts.setdefault(kind, {}).setdefault(guid, part)
    return found


@dataclass(frozen=True, slots=True)
class LeftAside:
    """How much one import left aside: parts of the project, and files as (name, bytes)."""

    parts: int
    files: list[tuple[str, int]]

    def __bool__(self) -> bool:
        return bool(self.parts or self.files)


def left_aside(held: ProjectImport) -> LeftAside:
    """What an import left aside and still has."""
    return LeftAside(held.aside.count(), list(held.files.values_list("name", "size")))


def files_wanted(study_id: int) -> set[str]:
    """The names of files that parts kept aside in a study lead to, whether they are at hand or not."""
    found = asides_of(study_id)
    parts = [*found.sources.values(), *found.notes.values(), *found.memos.values(), *found.of("media")]
    return {name for part in (*parts, *found.of("graph")) for name in files_named(part)}


def files_of(study_id: int) -> Iterator[tuple[str, bytes]]:
    """(name in lower case, content) of each file that imports left aside; of two of one name the first."""
    keys, seen = the_keys(), set()
    rows = KeptFile.objects.filter(brought_by__study=study_id, brought_by__state=ProjectImport.State.KEPT)
    for row in rows.select_related("brought_by").order_by("brought_by__decided_at", "brought_by", "name").iterator():
        if row.name not in seen:
            seen.add(row.name)
            try:
                yield row.name, keys.open_bytes(row.brought_by.uuid, bytes(row.sealed))
            except KeyDestroyedError:
                continue


def _carried(source: Source, guid: str, on_version: int) -> Source:
    """The source with its passages where they stand in the newest version of the text."""
    later = TranscriptVersion.objects.filter(transcript__uuid=guid, number__gt=on_version).order_by("number")
    for version in later:
        edits = SpanMap(tuple(Edit(*edit) for edit in version.edits))
        moved = (replace(each, span=edits.moved(each.span).span) for each in source.selections)
        source = replace(source, selections=tuple(moved))
    return source


def _opened(study_id: int) -> Iterator[tuple[str, str, Any, int | None]]:
    keys = the_keys()
    kept = KeptAside.objects.filter(brought_by__study=study_id, brought_by__state=ProjectImport.State.KEPT)
    rows = kept.select_related("brought_by").order_by("brought_by__decided_at", "brought_by", "place")
    for row in rows.defer("brought_by__sealed_file"):
        try:
            part = unpacked(keys.open(row.brought_by.uuid, bytes(row.sealed)))
            yield row.kind, guid_text(row.guid), part, row.on_version
        except KeyDestroyedError:
            continue


def guid_text(uuid: UUID) -> str:
    """An id as coding programs write it."""
    return str(uuid).upper()


def joined_sources(first: Source | None, second: Source) -> Source:
    """A source's passages of two imports together; all else as the first had it."""
    if first is None:
        return second
    passages = {each.guid: each for each in first.selections}
    for each in second.selections:
        mine = passages.get(each.guid)
        passages[each.guid] = each if mine is None else joined_passages(mine, each)
    codings = {each.guid: each for each in (*first.codings, *second.codings)}
    notes = tuple(dict.fromkeys((*first.notes, *second.notes)))
    return replace(first, selections=tuple(passages.values()), codings=tuple(codings.values()), notes=notes)


def joined_passages(first: Selection, second: Selection) -> Selection:
    """One passage that two parts tell of, with the codings and notes of both."""
    codings: dict[str, Coding] = {each.guid: each for each in first.codings}
    for each in second.codings:
        codings.setdefault(each.guid, each)
    notes = tuple(dict.fromkeys((*first.notes, *second.notes)))
    return replace(first, codings=tuple(codings.values()), notes=notes)


def _joined_projects(first: Project, second: Project) -> Project:
    return replace(first, note_refs=tuple(_once((*first.note_refs, *second.note_refs))))


def _once(ids: Iterable[str]) -> Iterator[str]:
    yield from dict.fromkeys(ids)
