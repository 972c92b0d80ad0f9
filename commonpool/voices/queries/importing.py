"""What bringing a project into a study would do, before anybody decides: found again, added, changed, left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, ProjectImport, Study, TeamMember, Transcript
from commonpool.voices.queries.asides import guid_text
from commonpool.voices.queries.codings import ids_taken_elsewhere, transcripts_coded_blind
from commonpool.voices.queries.exchanging import project_of
from commonpool.voices.queries.withdrawn_words import texts_lost
from commonpool.voices.reading.held import private_folder
from commonpool.voices.reading.projects import ReadProject, read_coding_project
from commonpool.voices.rules.codebook.exchange import code_of
from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.losses import Fate, LossReport
from commonpool.voices.rules.refi.merging import Merged, Verdict, merge, renamed_ids
from commonpool.voices.rules.refi.values import minted
from commonpool.voices.rules.text import digest
from commonpool.voices.sealing import the_keys

LONGEST_CODE: Final = 200
NOT_NAMED: Final = "Code without a name"
Users = Mapping[str, UUID | None]
"""{GUID of a file's user: uuid of the member that they are; None coded in another program}"""


@dataclass(frozen=True, slots=True)
class Planned:
    """A project that was read, and the study after it would be brought in.

    current   the study as it is; incoming: the project with the ids that it has here
    losses    what of the file is not kept as it was
    """

    read: ReadProject
    current: model.Project
    incoming: model.Project
    merged: Merged
    losses: LossReport

    def counts(self) -> list[tuple[str, str, int]]:
        """(what becomes of it, of which kind, how many), without such as are none."""
        noted = Counter((note.verdict, note.kind) for note in self.merged.notes)
        before, after, came = (each.counts() for each in (self.current, self.merged.project, self.incoming))
        found = []
        for verdict in Verdict:
            for kind, count in came.items():
                added = after[kind] - before[kind]
                others = noted[Verdict.DIFFERS, kind] + noted[Verdict.LEFT_OUT, kind]
                many = {Verdict.ADDED: added, Verdict.MATCHED: max(count - added - others, 0)}
                if number := many.get(verdict, noted[verdict, kind]):
                    found.append((str(verdict), kind, number))
        return found

    @property
    def adds(self) -> int:
        """How many things are new."""
        return sum(number for verdict, _, number in self.counts() if verdict == Verdict.ADDED)


@contextmanager
def opened(held: ProjectImport) -> Iterator[Path]:
    """The file that waits, in a private folder for as long as it is read."""
    with TemporaryDirectory(dir=private_folder()) as folder:
        path = Path(folder) / f"project{Path(held.name).suffix.lower()}"
        path.write_bytes(the_keys().open_bytes(held.uuid, bytes(held.sealed_file)))
        yield path


def read_waiting(held: ProjectImport, path: Path, unpack_to: Path | None = None) -> ReadProject:
    """What the file holds. Raises sheets.Unreadable, and OffsetsAsked where a person must say how it counts."""
    offsets, nest_on = held.offsets or None, held.nest_on or None
    return read_coding_project(path, name=held.name, offsets=offsets, nest_on=nest_on, unpack_to=unpack_to)


def likely_users(study: Study, users: Sequence[model.User]) -> dict[str, TeamMember | None]:
    """{GUID of a file's user: the member that they seem to be, by id or by initials}."""
    team = list(TeamMember.objects.filter(study=study))
    by_id = {guid_text(each.uuid): each for each in team}
    by_initials = {each.initials.casefold(): each for each in team if each.person_id is not None}
    return {
        user.guid: by_id.get(user.guid)
        or next(
            (found for word in (user.initials, user.name) if (found := by_initials.get((word or "").casefold()))), None
        )
        for user in users
    }


def planned(member: TeamMember, read: ReadProject, users: Users) -> Planned:
    """What bringing the project in would do. Raises StepError where a blind round is open on one of its texts."""
    study = Study.objects.get(pk=member.study_id)
    losses = LossReport()
    losses.add(read.losses)
    incoming = _without_lost(study, read.project, losses)
    incoming = _with_free_ids(study, incoming)
    _refuse_while_blind(study, incoming)
    chosen = {user: guid_text(uuid) for user, uuid in users.items() if uuid is not None}
    incoming = renamed_ids(incoming, chosen)
    current = project_of(member).project
    # People are known here by their initials: another spelling in the file is no difference.
    own = {user.guid: user for user in current.users}
    incoming = replace(incoming, users=tuple(own.get(user.guid, user) for user in incoming.users))
    incoming = replace(incoming, codes=_named_apart(current, incoming, losses))
    return Planned(read, current, incoming, merge(current, incoming), losses)


def _without_lost(study: Study, project: model.Project, losses: LossReport) -> model.Project:
    """The project without texts that can be read here no more, or only in part, since somebody in them withdrew."""
    lost = texts_lost(study)
    gone = [each for each in project.sources if each.text is not None and _is_lost(each.text, lost)]
    for source in gone:
        why = "Somebody who speaks in it withdrew. What of it can be read is here already."
        losses.note("TextSource", source.name, "all of it, with its passages and their notes", why)
    kept = tuple(source for source in project.sources if source not in gone)
    elsewhere = {note for source in kept for note in _notes_on(source)}
    notes = {note for source in gone for note in _notes_on(source)} - elsewhere
    return replace(project, sources=kept, notes=tuple(note for note in project.notes if note.guid not in notes))


def _is_lost(text: str, lost: Mapping[str, str]) -> bool:
    return lost.get(digest(text), text) != text


def _notes_on(source: model.Source) -> Iterator[str]:
    yield from source.notes
    for passage in source.selections:
        yield from passage.notes
        yield from (note for coding in passage.codings for note in coding.notes)
    yield from (note for coding in source.codings for note in coding.notes)


def _with_free_ids(study: Study, project: model.Project) -> model.Project:
    """The project with other ids for what another study here has: made from both, so that they come out the same."""
    ids = list(map(UUID, {*_ids(project)}))
    taken = ids_taken_elsewhere(study, ids)
    for kind in (TeamMember, Code, Transcript):
        for at in range(0, len(ids), 500):
            rows = kind._default_manager.filter(uuid__in=ids[at : at + 500]).exclude(study=study)
            taken |= set(rows.values_list("uuid", flat=True))
    project_: model.Project = renamed_ids(
        project, {guid_text(uuid): minted(f"{study.uuid}/{guid_text(uuid)}") for uuid in taken}
    )
    return project_


def _ids(project: model.Project) -> Iterator[str]:
    for many in (project.users, project.codes, project.sources, project.notes):
        yield from (each.guid for each in many)
    yield from (each.coding.guid for each in project.codings())


def _refuse_while_blind(study: Study, project: model.Project) -> None:
    blind = transcripts_coded_blind(study)
    uuids = {guid_text(uuid) for uuid in blind.values_list("uuid", flat=True)}
    texts = {(name, sha) for name, sha in blind.values_list("name", "newest__sha256")}
    for source in project.sources:
        is_same = source.text is not None and (source.name, digest(source.text)) in texts
        if source.guid in uuids or is_same:
            raise StepError(
                f"‘{source.name}’ is being coded blind. Close that round first: what the file adds would be hidden."
            )


def _named_apart(current: model.Project, incoming: model.Project, losses: LossReport) -> tuple[model.Code, ...]:
    """The codes with names by which siblings differ, none blank and none too long; each change is noted."""
    ours, theirs = current.code_paths(), incoming.code_paths()
    known = {code.guid for code in current.codes} & {code.guid for code in incoming.codes}
    paths = set(ours.values())
    taken = {(code.parent, code_of(code).folded) for code in current.codes}
    found = []
    for code in incoming.codes:
        if code.guid not in known and theirs[code.guid] not in paths:
            name = _free_name(code, taken)
            if name != code.name:
                why = "Siblings here differ by more than capitals and spaces, and none is blank or very long."
                losses.note("Code", code.name, f"its name, which is ‘{name}’ here", why, Fate.CHANGED)
            code = replace(code, name=name)
        taken.add((code.parent, code_of(code).folded))
        found.append(code)
    return tuple(found)


def _free_name(code: model.Code, taken: set[tuple[str | None, str]]) -> str:
    plain = code.name.strip()[:LONGEST_CODE].strip() or NOT_NAMED
    name, number = plain, 2
    while (code.parent, code_of(replace(code, name=name)).folded) in taken:
        more = f" ({number})"
        name, number = f"{plain[: LONGEST_CODE - len(more)]}{more}", number + 1
    return name
