"""`commonpool voices import FILE... --study ID --as EMAIL`: transcripts kept in a study, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from commonpool.commands import print_json
from commonpool.voices.cli.studies import member_named, start

if TYPE_CHECKING:
    from commonpool.voices.models import Participant, Study, Transcript
    from commonpool.voices.queries.uploads import Choices, HeldText, Whose

NOT_KEPT: Final = 2


@dataclass(frozen=True, slots=True)
class Said:
    """What the options say of labels."""

    speakers: Sequence[str]
    interviewers: Sequence[str]
    theirs: Sequence[str]
    unknown: Sequence[str]
    nobody: Sequence[str]


def keep_in_study(
    files: Sequence[Path], named: str, email: str, said: Said, encoding: str | None, *, is_json: bool
) -> int:
    """Keep the files in the study that is meant, and tell what became of each. Returns the exit code."""
    start()
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from commonpool.voices.actions.uploads import keep_at_once
    from commonpool.voices.errors import StepError
    from commonpool.voices.queries.uploads import obstacles

    now, member = timezone.now(), member_named(named, email, must_code=True)
    study = member.study
    texts = list(_read(files, study, said, encoding))
    choices, wrong = _choices(study, texts, said)
    unread = [str(finding) for text in texts if not hasattr(text.read, "transcript") for finding in text.read.findings]
    reasons = [*unread, *wrong, *(each.why for each in obstacles(study, texts, choices))]
    kept: list[Transcript] = []
    if not reasons and any(text.is_new for text in texts):
        try:
            kept = keep_at_once(actor=member.person, at=now, study=study, texts=texts, choices=choices)
        except StepError as refused:
            reasons = [str(refused)]
        except ValidationError as refused:
            reasons = list(refused.messages)
    _tell(texts, kept, reasons, is_json=is_json)
    return NOT_KEPT if reasons else 0


def _read(files: Sequence[Path], study: Study, said: Said, encoding: str | None) -> Iterator[HeldText]:
    from commonpool.voices.queries.uploads import HeldText, recognised
    from commonpool.voices.reading.transcripts import read_transcripts

    reads = read_transcripts(files, encoding=encoding, nobody=said.nobody)
    texts = [HeldText(number, path.name, encoding or "", read) for number, (path, read) in enumerate(reads, start=1)]
    yield from recognised(study, texts)


def _choices(study: Study, texts: Sequence[HeldText], said: Said) -> tuple[Choices, list[str]]:
    """What the options say, and what is wrong with them. A file records the interview that it is named after."""
    from commonpool.voices.models import Interview, Participant
    from commonpool.voices.queries.uploads import Choices, FileChoice, guess_of, labels_of

    people = {each.pseudonym.casefold(): each for each in Participant.objects.filter(study=study)}
    interviews = {each.name.casefold(): each for each in Interview.objects.filter(study=study)}
    files = {text.number: FileChoice(text.stem, interviews.get(text.stem.casefold())) for text in texts}
    labels, wrong = _labels(said, people)
    seen = [each.label for each in labels_of(texts)]
    for label in seen:
        if label not in labels and (guess := guess_of(label, people)) is not None:
            labels[label] = guess
    wrong += [f"No new file has a label ‘{label}’." for label in labels if seen and label not in seen]
    return Choices(files, labels), wrong


def _labels(said: Said, people: dict[str, Participant]) -> tuple[dict[str, Whose], list[str]]:
    from commonpool.voices.queries.uploads import Fate

    named = {Fate.INTERVIEWER: said.interviewers, Fate.THEIRS: said.theirs, Fate.UNKNOWN: said.unknown}
    labels: dict[str, Whose] = {label: fate for fate, given in named.items() for label in given}
    wrong = []
    for each in said.speakers:
        label, _, pseudonym = each.rpartition("=")
        participant = people.get(pseudonym.strip().casefold())
        if not label:
            wrong.append(f"‘{each}’ is no LABEL=PSEUDONYM, such as Anna=P01.")
        elif participant is None:
            wrong.append(f"The study has no participant ‘{pseudonym}’. Record them first, or use another pseudonym.")
        else:
            labels[label] = participant
    return labels, wrong


def _tell(texts: Sequence[HeldText], kept: Sequence[Transcript], reasons: Sequence[str], *, is_json: bool) -> None:
    names = {text.name: str(text.uuid) for text in kept}
    rows = [_row(text, names) for text in texts]
    if is_json:
        print_json({"files": rows, "kept": len(kept), "problems": list(reasons)})
        return
    for row in rows:
        typer.echo(f"{row['file']}: {row['said']}")
    if reasons:
        typer.echo("Nothing was kept:" if len(reasons) > 1 else f"Nothing was kept. {reasons[0]}")
        for reason in reasons if len(reasons) > 1 else ():
            typer.echo(f"  {reason}")
    elif not kept:
        typer.echo("Nothing was added.")


def _row(text: HeldText, names: dict[str, str]) -> dict[str, Any]:
    """What became of one file. No word of it: only numbers."""
    from commonpool.voices.reading.transcripts import ReadTranscript

    found = {"file": text.file_name, "is_kept": False, "transcript": None, "words": None, "turns": None}
    if not isinstance(text.read, ReadTranscript):
        return found | {"said": "could not be read."}
    said = text.read.transcript
    found |= {"words": said.word_count, "turns": len(said.turns), "sha256": said.sha256}
    if text.same is not None:
        return found | {"transcript": str(text.same.uuid), "said": f"is here already, as {text.same.name}."}
    if text.twin is not None:
        return found | {"said": "has the same words as another of these files."}
    uuid = names.get(text.stem)
    words = f"{said.word_count:,} words, {len(said.turns):,} turns"
    said_of_it = f"kept, {words}." if uuid else f"{words}, not kept."
    return found | {"is_kept": uuid is not None, "transcript": uuid, "said": said_of_it}
