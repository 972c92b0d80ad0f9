"""Transcripts read under guard: Word, OpenDocument, PDF, rich text, captions and plain text, in a child process."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from commonpool.findings import Finding
from commonpool.sheets.children import Child, each_in_a_child
from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.values import Limits, Unreadable
from commonpool.voices.rules.faults import RULES, rule_of
from commonpool.voices.rules.speakers import CODE_LIKE, MOST_SPEAKERS
from commonpool.voices.rules.transcripts import Block, Cue, Paragraph, Row, Transcript, compose

# A long interview has a hundred thousand characters; `cells` bounds them here.
ORDINARY: Final = Limits(file_bytes=200_000_000, cells=5_000_000)
SAMPLE: Final = 60
NONE: Final[Mapping[Path, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReadTranscript:
    """A transcript with the file's name, what kind of file it was, and what reading it found."""

    name: str
    format: str
    encoding: str | None
    transcript: Transcript
    findings: tuple[Finding, ...]


def a_child() -> Child:
    """A child process that reads this room's files."""
    return Child("commonpool.voices.reading.inside.work", "charset_normalizer")


def read_transcript(
    path: Path,
    *,
    name: str | None = None,
    encoding: str | None = None,
    nobody: Collection[str] = (),
    limits: Limits = ORDINARY,
) -> ReadTranscript:
    """The transcript in a file. `encoding` overrides what plain text seems to be in; `nobody` are labels of nobody.

    Raises Unreadable, whose findings say why.
    """
    with a_child() as child:
        return _read(child, path, name or path.name, encoding, nobody, limits)


def read_transcripts(
    paths: Sequence[Path],
    *,
    encoding: str | None = None,
    nobody: Collection[str] = (),
    workers: int = 2,
    limits: Limits = ORDINARY,
    names: Mapping[Path, str] = NONE,
    encodings: Mapping[Path, str] = NONE,
    nobody_in: Mapping[Path, Collection[str]] = NONE,
) -> Iterator[tuple[Path, ReadTranscript | Unreadable]]:
    """Each path with its transcript, or with why it was not read; in order, several at a time.

    names, encodings, nobody_in  of single files, where they are not those of all: {path: what the file is called}
    """

    def read(path: Path, child: Child) -> ReadTranscript | Unreadable:
        try:
            name, written_in = names.get(path, path.name), encodings.get(path, encoding)
            return _read(child, path, name, written_in, nobody_in.get(path, nobody), limits)
        except Unreadable as unreadable:
            return unreadable

    return each_in_a_child(paths, read, workers=workers, make=a_child)


def refuse_unopenable(path: Path, name: str, limits: Limits) -> None:
    """Raises Unreadable for a file that is not there, is empty, or is larger than any that is read."""
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise Unreadable([RULES["TEXT-01"].at(file=name, why=error.strerror or str(error))]) from None
    if not size:
        raise Unreadable([RULES["TEXT-02"].at(file=name)])
    if size > limits.file_bytes:
        found, most = (f"{amount / 1e6:,.0f} MB" for amount in (size, limits.file_bytes))
        raise Unreadable([RULES["TEXT-07"].at(file=name, found=found, most=most)])


def unreadable(name: str, refused: Refused) -> Unreadable:
    """What the guarded reader refused, in this room's words."""
    rule = rule_of(refused.rule)
    named = {"file": name} if "{file}" in rule.problem else {}
    return Unreadable([rule.at(**named, **refused.values)])


def _read(
    child: Child, path: Path, name: str, encoding: str | None, nobody: Collection[str], limits: Limits
) -> ReadTranscript:
    refuse_unopenable(path, name, limits)
    try:
        *batches, about = child.answers(("transcript", str(path.absolute()), encoding), limits)
    except Refused as refused:
        raise unreadable(name, refused) from None
    transcript = compose((_block(packed) for batch in batches for packed in batch), nobody)
    if not transcript.text.strip():
        raise Unreadable([RULES["TEXT-21"].at(file=name)])
    _refuse_too_many_speakers(name, transcript)
    return ReadTranscript(
        name, about["format"], about["encoding"], transcript, tuple(_findings(name, about, transcript))
    )


def _refuse_too_many_speakers(name: str, transcript: Transcript) -> None:
    speakers = transcript.speakers()
    if len(speakers) > MOST_SPEAKERS:
        counts = {"found": f"{len(speakers):,}", "most": f"{MOST_SPEAKERS:,}"}
        raise Unreadable([RULES["TEXT-23"].at(file=name, label=next(iter(speakers)), **counts)])


def _block(packed: tuple[Any, ...]) -> Block:
    kind, *values = packed
    if kind == "p":
        return Paragraph(*values)
    if kind == "r":
        table, cells = values
        return Row(table, tuple(cells))
    return Cue(*values)


def _findings(name: str, about: dict[str, Any], transcript: Transcript) -> Iterator[Finding]:
    if about["guessed"]:
        encoding = about["encoding"].replace("cp125", "windows-125")
        yield RULES["TEXT-30"].at(file=name, encoding=encoding, sample=_telling_sample(transcript.text))
    for what, count in about["set_aside"].items():
        yield RULES["TEXT-31"].at(file=name, count=f"{count:,}", what=what)
    speakers = transcript.speakers()
    if not speakers:
        yield RULES["TEXT-33"].at(file=name)
    for label, turns in speakers.items():
        if turns == 1 and not CODE_LIKE.fullmatch(label):
            yield RULES["TEXT-32"].at(file=name, label=f"‘{label}’")


def _telling_sample(text: str) -> str:
    """Some words around the first letter that shows whether the encoding is right."""
    place = next((index for index, letter in enumerate(text) if not letter.isascii()), 0)
    return text[max(0, place - SAMPLE // 2) : place + SAMPLE // 2].replace("\n", " ").strip()
