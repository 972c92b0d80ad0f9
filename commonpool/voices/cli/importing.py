"""`commonpool voices import`: read transcripts, and say what was found in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, wants_json

if TYPE_CHECKING:
    from commonpool.sheets import Unreadable
    from commonpool.voices.reading.transcripts import ReadTranscript

NOT_READABLE: Final = 2
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Transcripts of any kind that is read.")]
Encoding = Annotated[str | None, typer.Option(help="What plain text is written in, if a guess went wrong: cp1252.")]
Nobody = Annotated[list[str] | None, typer.Option(metavar="LABEL", help="A label that is no speaker; may be repeated.")]


def import_files(
    files: Files,
    encoding: Encoding = None,
    nobody: Nobody = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Read transcripts and show their turns with speakers and times, and all that was found on the way.

    Ends with 0, or with 2 where a file cannot be used; the others are shown all the same.
    """
    from commonpool.sheets import Unreadable
    from commonpool.voices.reading.transcripts import read_transcripts

    is_json, answers, code = wants_json(output, as_json), [], 0
    for path, read in read_transcripts(files, encoding=encoding, nobody=nobody or ()):
        code = NOT_READABLE if isinstance(read, Unreadable) else code
        if is_json:
            answers.append(_json(path, read))
        else:
            typer.echo("\n".join(_lines(path, read)))
    if is_json:
        print_json({"files": answers})
    raise typer.Exit(code)


def _json(path: Path, read: ReadTranscript | Unreadable) -> dict[str, Any]:
    from commonpool.sheets import Unreadable

    findings = [finding.as_json() for finding in read.findings]
    if isinstance(read, Unreadable):
        return {"file": path.name, "is_read": False, "findings": findings}
    transcript = read.transcript
    return {
        "file": path.name,
        "is_read": True,
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
        "findings": findings,
    }


def _lines(path: Path, read: ReadTranscript | Unreadable) -> Iterator[str]:
    from commonpool.sheets import Unreadable

    if isinstance(read, Unreadable):
        yield from map(str, read.findings)
        return
    transcript = read.transcript
    speakers = ", ".join(f"{label} ({turns})" for label, turns in transcript.speakers().items()) or "no speakers"
    yield f"{path.name}: {len(transcript.turns):,} turns, {len(transcript.text):,} characters; {speakers}."
    for turn in transcript.turns:
        when = f" at {_clock(turn.begins_ms)}" if turn.begins_ms is not None else ""
        who = turn.speaker or "(nobody named)"
        yield f"  [{turn.span.start}–{turn.span.end}) {who}{when}: {transcript.words(turn)}"
    yield from map(str, read.findings)


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    rest = f".{thousandths:03d}" if thousandths else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{rest}"
