"""`commonpool voices import`: read transcripts and coding projects, and say what was found in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.voices.cli.bringing import bring_projects

if TYPE_CHECKING:
    from commonpool.sheets import Unreadable
    from commonpool.voices.reading.projects import ReadProject
    from commonpool.voices.reading.transcripts import ReadTranscript
    from commonpool.voices.rules.refi.model import Project

NOT_READABLE: Final = 2
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Transcripts, projects (.qdpx, .qde), codebooks (.qdc).")
]
Encoding = Annotated[str | None, typer.Option(help="What plain text is written in, if a guess went wrong: cp1252.")]
Offsets = Annotated[str | None, typer.Option(help="How a project counts positions, if not as it seems: utf-16.")]
NestOn = Annotated[str | None, typer.Option(metavar="TEXT", help="What stands between the levels in names of codes.")]
StudyId = Annotated[
    str | None, typer.Option("--study", metavar="ID", help="Keep them in this study, by its id or its title.")
]
ByWhom = Annotated[str | None, typer.Option("--as", metavar="EMAIL", help="With --study: who takes them in.")]
Speakers = Annotated[
    list[str] | None,
    typer.Option("--speaker", metavar="LABEL=PSEUDONYM", help="With --study: whose words; may be repeated."),
]
Interviewers = Annotated[
    list[str] | None, typer.Option("--interviewer", metavar="LABEL", help="With --study: asks; may be repeated.")
]
Theirs = Annotated[
    list[str] | None,
    typer.Option("--theirs", metavar="LABEL", help="With --study: whom each file's interview was with."),
]
Unknown = Annotated[
    list[str] | None, typer.Option("--unknown", metavar="LABEL", help="With --study: not known yet; may be repeated.")
]
Nobody = Annotated[list[str] | None, typer.Option(metavar="LABEL", help="A label that is no speaker; may be repeated.")]


def import_files(
    files: Files,
    encoding: Encoding = None,
    nobody: Nobody = None,
    offsets: Offsets = None,
    nest_on: NestOn = None,
    study: StudyId = None,
    by_whom: ByWhom = None,
    speaker: Speakers = None,
    interviewer: Interviewers = None,
    theirs: Theirs = None,
    unknown: Unknown = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Read files and show what they hold: turns with speakers and times; or codes, passages and what was not kept.

    With --study the transcripts are kept there, all or none, and nothing is shown of their words; projects are brought
    in, which only whoever leads the study may do. Ends with 0, or with 2 where a file cannot be used; the others are
    shown all the same.
    """
    if study is not None and (projects := _projects_alone(files)):
        bring_projects(projects, study, by_whom or "", offsets, nest_on, is_json=wants_json(output, as_json))
    if study is not None:
        from commonpool.voices.cli.keeping import Said, keep_in_study

        said = Said(speaker or [], interviewer or [], theirs or [], unknown or [], nobody or [])
        raise typer.Exit(
            keep_in_study(files, study, by_whom or "", said, encoding, is_json=wants_json(output, as_json))
        )
    if by_whom or speaker or interviewer or theirs or unknown:
        refuse(["--as, --speaker, --interviewer, --theirs and --unknown go with --study."])
    from commonpool.sheets import Unreadable

    is_json, answers, code = wants_json(output, as_json), [], 0
    for path, read in _read_each(files, encoding, nobody or [], offsets, nest_on):
        code = NOT_READABLE if isinstance(read, Unreadable) else code
        if is_json:
            answers.append(_json(path, read))
        else:
            typer.echo("\n".join(_lines(path, read)))
    if is_json:
        print_json({"files": answers})
    raise typer.Exit(code)


def _projects_alone(files: list[Path]) -> list[Path]:
    """The files, where they are projects; none where they are transcripts. Ends the command for both at once."""
    from commonpool.voices.reading.projects import PROJECT_SUFFIXES

    projects = [path for path in files if path.suffix.lower() in PROJECT_SUFFIXES]
    if projects and len(projects) < len(files):
        refuse(["Take transcripts and projects into a study one after the other: they ask for other options."])
    return projects


def _read_each(
    files: list[Path], encoding: str | None, nobody: list[str], offsets: str | None, nest_on: str | None
) -> Iterator[tuple[Path, ReadTranscript | ReadProject | Unreadable]]:
    """Transcripts first, several at a time; then projects, in the order given."""
    from commonpool.sheets import Unreadable
    from commonpool.voices.reading.projects import PROJECT_SUFFIXES, read_coding_project
    from commonpool.voices.reading.transcripts import read_transcripts

    projects = [path for path in files if path.suffix.lower() in PROJECT_SUFFIXES]
    yield from read_transcripts([path for path in files if path not in projects], encoding=encoding, nobody=nobody)
    for path in projects:
        try:
            yield path, read_coding_project(path, offsets=offsets, nest_on=nest_on)
        except Unreadable as unreadable:
            yield path, unreadable


def _json(path: Path, read: ReadTranscript | ReadProject | Unreadable) -> dict[str, Any]:
    from commonpool.sheets import Unreadable
    from commonpool.voices.reading.projects import ReadProject

    findings = [finding.as_json() for finding in read.findings]
    if isinstance(read, Unreadable):
        return {"file": path.name, "is_read": False, "findings": findings}
    about = _project_json(read) if isinstance(read, ReadProject) else _transcript_json(read)
    return {"file": path.name, "is_read": True, **about, "findings": findings}


def _project_json(read: ReadProject) -> dict[str, Any]:
    from commonpool.voices.reading.exports import project_json

    return {
        "kind": "project",
        "offsets": read.reading.key,
        "other_offsets": {one.reading.key: one.samples for one in read.candidates if one.reading != read.reading},
        **project_json(read.project),
        "losses": [loss.as_json() for loss in read.losses],
    }


def _transcript_json(read: ReadTranscript) -> dict[str, Any]:
    transcript = read.transcript
    return {
        "kind": "transcript",
        "format": read.format,
        "encoding": read.encoding,
        "sha256": transcript.sha256,
        "code_points": len(transcript.text),
        "text": transcript.text,
        "speakers": transcript.speakers(),
        "turns": [
            {
                "start": turn.span.start,
                "words_from": turn.words_from,
                "end": turn.span.end,
                "speaker": turn.speaker,
                "begins_ms": turn.begins_ms,
                "ends_ms": turn.ends_ms,
            }
            for turn in transcript.turns
        ],
        "times": [{"position": mark.position, "milliseconds": mark.milliseconds} for mark in transcript.times],
    }


def _lines(path: Path, read: ReadTranscript | ReadProject | Unreadable) -> Iterator[str]:
    from commonpool.sheets import Unreadable
    from commonpool.voices.reading.projects import ReadProject

    if isinstance(read, ReadProject):
        yield from _project_lines(path, read)
    elif not isinstance(read, Unreadable):
        yield from _transcript_lines(path, read)
    yield from map(str, read.findings)


def _project_lines(path: Path, read: ReadProject) -> Iterator[str]:
    yield f"{path.name}: ‘{read.project.name}’ holds {counted(read.project)}."
    yield from (f"  {path}" for path in read.project.code_paths().values())
    yield f"Not kept as it is in the file: {len(read.losses):,}." if len(read.losses) else "All was kept."
    yield from (f"  {loss}" for loss in read.losses)


def counted(project: Project) -> str:
    """What a project holds, for people: 2 users, 1 case."""
    held = [
        f"{count:,} {kind.removesuffix('s') if count == 1 else kind}"
        for kind, count in project.counts().items()
        if count
    ]
    return ", ".join(held) or "nothing"


def _transcript_lines(path: Path, read: ReadTranscript) -> Iterator[str]:
    transcript = read.transcript
    speakers = ", ".join(f"{label} ({turns})" for label, turns in transcript.speakers().items()) or "no speakers"
    yield f"{path.name}: {len(transcript.turns):,} turns, {len(transcript.text):,} characters; {speakers}."
    for turn in transcript.turns:
        when = f" at {_clock(turn.begins_ms)}" if turn.begins_ms is not None else ""
        who = turn.speaker or "(nobody named)"
        yield f"  [{turn.span.start}–{turn.span.end}) {who}{when}: {transcript.words(turn)}"


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    rest = f".{thousandths:03d}" if thousandths else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{rest}"
