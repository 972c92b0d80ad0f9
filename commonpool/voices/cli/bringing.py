"""`commonpool voices import FILE.qdpx --study ID`: projects brought into a study of this site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import typer

from commonpool.commands import print_json
from commonpool.voices.cli.studies import member_named, start

if TYPE_CHECKING:
    from commonpool.voices.models import ProjectImport, TeamMember

NOT_READABLE: Final = 2


def bring_projects(
    files: list[Path], study: str, email: str, offsets: str | None, nest_on: str | None, *, is_json: bool
) -> NoReturn:
    """Bring each project in, one after another; one that cannot be used is told and leaves the others as they are."""
    start()
    member = member_named(study, email, must_lead=True)
    answers = [_brought(path, member, offsets or "", nest_on or "") for path in files]
    if is_json:
        print_json({"study": str(member.study.uuid), "files": answers})
    else:
        typer.echo("\n".join(line for answer in answers for line in _lines(answer)))
    raise typer.Exit(0 if all(answer["is_kept"] for answer in answers) else NOT_READABLE)


def _brought(path: Path, member: TeamMember, offsets: str, nest_on: str) -> dict[str, Any]:
    from commonpool.sheets import Unreadable
    from commonpool.voices.errors import StepError
    from commonpool.voices.rules.codebook import CodebookError

    try:
        return _answer(path, _kept(path, member, offsets, nest_on))
    except Unreadable as unreadable:
        reasons = [str(finding) for finding in unreadable.findings]
    except (StepError, CodebookError, OSError) as refused:
        reasons = [f"{path.name}: {refused}"]
    return {"file": path.name, "is_kept": False, "reasons": reasons}


def _kept(path: Path, member: TeamMember, offsets: str, nest_on: str) -> ProjectImport:
    """In one transaction with the sending, so that a file which cannot be used leaves nothing behind."""
    from django.db import transaction
    from django.utils import timezone

    from commonpool.voices.actions.projects import keep_project, read_project_as, receive_project
    from commonpool.voices.queries.importing import likely_users, opened, read_waiting
    from commonpool.voices.sealing import keys_only_of_what_stays

    with transaction.atomic(), keys_only_of_what_stays():
        by: dict[str, Any] = {"actor": member.person, "at": timezone.now()}
        held = receive_project(**by, study=member.study, name=path.name, content=path.read_bytes())
        if offsets or nest_on:
            held = read_project_as(**by, held=held, offsets=offsets, nest_on=nest_on)
        with opened(held) as unsealed:
            people = read_waiting(held, unsealed).project.users
        likely = likely_users(member.study, people)
        users = {guid: None if seems is None else seems.uuid for guid, seems in likely.items()}
        return keep_project(**by, member=member, held=held, users=users)


def _answer(path: Path, kept: ProjectImport) -> dict[str, Any]:
    counts = [{"fate": fate, "kind": kind, "count": count} for fate, kind, count in kept.counts]
    return {
        "file": path.name,
        "is_kept": True,
        "import": str(kept.uuid),
        "offsets": kept.offsets,
        "counts": counts,
        "losses": kept.losses,
    }


def _lines(answer: dict[str, Any]) -> list[str]:
    if not answer["is_kept"]:
        return [*answer["reasons"], f"Nothing of {answer['file']} is kept."]
    told = ", ".join(f"{each['count']:,} {each['kind']} {each['fate']}" for each in answer["counts"])
    losses = [
        f"  {loss['fate'].capitalize()}: {loss['kind']} ‘{loss['object']}’: {loss['what']}. {loss['why']}"
        for loss in answer["losses"]
    ]
    return [f"{answer['file']}: {told or 'it holds nothing'}.", *losses]
