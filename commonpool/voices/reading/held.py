"""Bytes that are held in memory, given to the guarded child as files for as long as it reads them.

The child opens paths. The files lie in a private folder, in memory where the system has such a place, and are gone
before anybody decides on what they hold.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from commonpool.findings import Finding, Severity
from commonpool.sheets.values import Unreadable
from commonpool.voices.reading.transcripts import ReadTranscript, read_transcripts
from commonpool.voices.rules.text import Span
from commonpool.voices.rules.transcripts import TimeMark, Transcript, Turn

IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


@dataclass(frozen=True, slots=True)
class HeldFile:
    """One file. `encoding` is what somebody chose for plain text; "" as it seems. `nobody`: labels of nobody."""

    name: str
    content: bytes
    encoding: str = ""
    nobody: frozenset[str] = frozenset()


def read_held(files: Sequence[HeldFile]) -> Iterator[ReadTranscript | Unreadable]:
    """Each with its transcript, or with why it was not read; in order."""
    with tempfile.TemporaryDirectory(dir=private_folder()) as name:
        paths = {Path(name) / f"{number}": file for number, file in enumerate(files)}
        for path, file in paths.items():
            path.write_bytes(file.content)
        named = {path: file.name for path, file in paths.items()}
        encodings = {path: file.encoding for path, file in paths.items() if file.encoding}
        nobody = {path: file.nobody for path, file in paths.items() if file.nobody}
        for _, read in read_transcripts(list(paths), names=named, encodings=encodings, nobody_in=nobody):
            yield read


def private_folder() -> Path | None:
    """Where folders for words are made: in memory where the system has such a place, else where it makes any."""
    return IN_MEMORY if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) else None


def packed(read: ReadTranscript | Unreadable) -> str:
    """What was read of a file, or why it was not, as a text to seal."""
    findings = [finding.as_json() for finding in read.findings]
    if isinstance(read, Unreadable):
        return json.dumps({"findings": findings})
    said = read.transcript
    turns = [
        (turn.span.start, turn.span.end, turn.words_from, turn.speaker, turn.begins_ms, turn.ends_ms)
        for turn in said.turns
    ]
    times = [(mark.position, mark.milliseconds) for mark in said.times]
    about = {"name": read.name, "format": read.format, "encoding": read.encoding, "findings": findings}
    return json.dumps({**about, "text": said.text, "turns": turns, "times": times})


def unpacked(held: str) -> ReadTranscript | Unreadable:
    """What `packed` packed."""
    told = json.loads(held)
    findings = [Finding(**{**each, "severity": Severity(each["severity"])}) for each in told["findings"]]
    if "text" not in told:
        return Unreadable(findings)
    turns = tuple(Turn(Span(start, end), *more) for start, end, *more in told["turns"])
    times = tuple(TimeMark(*mark) for mark in told["times"])
    said = Transcript(told["text"], turns, times)
    return ReadTranscript(told["name"], told["format"], told["encoding"], said, tuple(findings))
