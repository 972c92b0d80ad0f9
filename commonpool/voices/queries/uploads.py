"""What waits for a decision: files that were read, who seems to speak in them, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Final, TypeAlias

from commonpool.sheets.values import Unreadable
from commonpool.voices.models import (
    Interview,
    Participant,
    Study,
    TextUpload,
    Transcript,
    TranscriptVersion,
    WaitingText,
)
from commonpool.voices.queries.texts import opened
from commonpool.voices.reading.held import unpacked
from commonpool.voices.reading.transcripts import ReadTranscript
from commonpool.voices.rules.speakers import is_an_interviewers
from commonpool.voices.sealing import the_keys

LONGEST_NAME: Final = 120
SHOWN: Final = 120
SHOWN_TURNS: Final = 6
SHOWN_OF_A_TURN: Final = 600


class Fate(StrEnum):
    """What a label can be besides one certain participant."""

    INTERVIEWER = "interviewer"
    THEIRS = "theirs"  # of each file, whom its interview was with
    NOBODY = "nobody"
    UNKNOWN = "unknown"


Whose: TypeAlias = Participant | Fate


@dataclass(frozen=True, slots=True)
class HeldText:
    """One file that was read, or was not. `same` is the transcript that has these very words already, if any.

    twin  the number of an earlier file of the same upload with the same words
    """

    number: int
    file_name: str
    encoding: str
    read: ReadTranscript | Unreadable
    same: Transcript | None = None
    twin: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether keeping it would add something."""
        return isinstance(self.read, ReadTranscript) and self.same is None and self.twin is None

    @property
    def stem(self) -> str:
        """The file's name without its ending: what a transcript is called at first."""
        return PurePath(self.file_name).stem

    @property
    def beginning(self) -> list[tuple[str, str]]:
        """(label, words) of its first turns, or the first lines where it has none."""
        assert isinstance(self.read, ReadTranscript), "asked of what was read"
        said = self.read.transcript
        turns = [(turn.speaker or "", _beginning_of(said.words(turn))) for turn in said.turns[:SHOWN_TURNS]]
        return turns or [("", said.text[: SHOWN * SHOWN_TURNS])]

    @property
    def is_guessed(self) -> bool:
        """Whether the encoding is a guess, or was chosen."""
        return bool(self.encoding) or any(finding.rule == "TEXT-30" for finding in self.read.findings)


def _beginning_of(words: str) -> str:
    """A turn as far as it is shown: there are files of one line, which hold a whole talk in a turn."""
    return words if len(words) <= SHOWN_OF_A_TURN else f"{words[:SHOWN_OF_A_TURN]} …"


@dataclass(frozen=True, slots=True)
class SeenLabel:
    """A label of one or more files: how many turns it opens, in which files, and its first words."""

    label: str
    turns: int
    files: tuple[int, ...]
    first_words: str


@dataclass(frozen=True, slots=True)
class FileChoice:
    """What somebody says of one file: what it is called here, and which interview it records."""

    name: str
    interview: Interview | None = None
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """All that is said of an upload: of each file by its number, and of each label."""

    files: Mapping[int, FileChoice]
    labels: Mapping[str, Whose]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an upload cannot be kept as it was chosen. `field`: name, interview or label; `of`: the file or label."""

    field: str
    of: int | str
    why: str


def held_texts(upload: TextUpload) -> list[HeldText]:
    """The files of an upload that was read, opened with its key. [] where it has been decided."""
    keys, found = the_keys(), []
    for file in WaitingText.objects.filter(upload=upload).order_by("number"):
        name = opened(keys, upload.uuid, bytes(file.sealed_name))
        reading = opened(keys, upload.uuid, bytes(file.sealed_reading))
        if name is not None and reading is not None:
            found.append(HeldText(file.number, name, file.encoding, unpacked(reading)))
    return recognised(upload.study, found)


def recognised(study: Study, texts: Sequence[HeldText]) -> list[HeldText]:
    """The same, each with the transcript of the study that has its words already, or its twin. One query."""
    digests = {text.number: text.read.transcript.sha256 for text in texts if isinstance(text.read, ReadTranscript)}
    versions = TranscriptVersion.objects.filter(transcript__study=study, sha256__in=set(digests.values()))
    known = {version.sha256: version.transcript for version in versions.select_related("transcript")}
    first: dict[str, int] = {}
    found = []
    for text in texts:
        digest = digests.get(text.number)
        twin = first.setdefault(digest, text.number) if digest else text.number
        same = known.get(digest) if digest else None
        found.append(
            HeldText(
                text.number,
                text.file_name,
                text.encoding,
                text.read,
                same,
                None if same or twin == text.number else twin,
            )
        )
    return found


def labels_of(texts: Sequence[HeldText]) -> list[SeenLabel]:
    """The labels of the files that would be kept, the busiest first."""
    turns: Counter[str] = Counter()
    files: dict[str, list[int]] = {}
    words: dict[str, str] = {}
    for text in texts:
        if not (text.is_new and isinstance(text.read, ReadTranscript)):
            continue
        said = text.read.transcript
        for label, count in said.speakers().items():
            turns[label] += count
            files.setdefault(label, []).append(text.number)
        for turn in said.turns:
            if turn.speaker is not None:
                words.setdefault(turn.speaker, shortened(said.words(turn)))
    return [SeenLabel(label, count, tuple(files[label]), words[label]) for label, count in turns.most_common()]


def shortened(words: str) -> str:
    """The first words of a turn."""
    line = " ".join(words[: SHOWN * 2].split())
    return line if len(line) <= SHOWN else line[:SHOWN].rsplit(" ", 1)[0] + " …"


def guess_of(label: str, participants: Mapping[str, Participant]) -> Whose | None:
    """Whose a label seems to be: the participant of that pseudonym, or an interviewer. None: somebody has to say."""
    if participant := participants.get(label.casefold()):
        return participant
    return Fate.INTERVIEWER if is_an_interviewers(label) else None


def obstacles(study: Study, texts: Sequence[HeldText], choices: Choices) -> list[Obstacle]:
    """Everything that stands in the way of keeping these files so, all at once."""
    new = [text for text in texts if text.is_new and not choices.files[text.number].is_left_out]
    return [*_names_in_the_way(study, new, choices), *_labels_in_the_way(new, choices)]


def _names_in_the_way(study: Study, new: Sequence[HeldText], choices: Choices) -> Iterator[Obstacle]:
    names = {text.number: choices.files[text.number].name.strip() for text in new}
    taken = set(Transcript.objects.filter(study=study, name__in=names.values()).values_list("name", flat=True))
    counts = Counter(names.values())
    for number, name in names.items():
        if not name:
            yield Obstacle("name", number, "Give the text a name.")
        elif len(name) > LONGEST_NAME:
            why = f"The name has {len(name)} characters, and {LONGEST_NAME} are the most. Give a shorter one."
            yield Obstacle("name", number, why)
        elif name in taken:
            why = (
                f"The study has a text called ‘{name}’ already, with other words. If this is a correction, make a new "
                "version of that text; if not, give another name."
            )
            yield Obstacle("name", number, why)
        elif counts[name] > 1:
            yield Obstacle("name", number, f"Two files would be called ‘{name}’. Give each a name of its own.")


def _labels_in_the_way(new: Sequence[HeldText], choices: Choices) -> Iterator[Obstacle]:
    for seen in labels_of(new):
        whose = choices.labels.get(seen.label)
        if whose is None:
            yield Obstacle("label", seen.label, f"Say who ‘{seen.label}’ is, or that this is not known yet.")
            continue
        for number in seen.files:
            if why := _why_not(seen.label, whose, choices.files[number]):
                yield Obstacle("label", seen.label, why)


def _why_not(label: str, whose: Whose, choice: FileChoice) -> str | None:
    heard = list(choice.interview.participants.all()) if choice.interview else []
    if whose is Fate.THEIRS and len(heard) != 1:
        return (
            f"‘{label}’ is to be whom the interview was with; but of ‘{choice.name}’ "
            + ("nobody has said which interview it records." if choice.interview is None else _how_many(len(heard)))
            + " Choose the interview, or say who the label is."
        )
    if isinstance(whose, Participant) and choice.interview is not None and whose not in heard:
        return (
            f"{whose.pseudonym} is not listed for interview {choice.interview.name}, which ‘{choice.name}’ is said to "
            "record. List them there, or choose another interview or another participant."
        )
    if isinstance(whose, Participant) and whose.withdrawn_at is not None:
        return f"{whose.pseudonym} withdrew: no words of theirs can be kept. Leave ‘{choice.name}’ out."
    return None


def _how_many(heard: int) -> str:
    return f"the interview has {heard} participants." if heard else "nobody is listed for the interview."
