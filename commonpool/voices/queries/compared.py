"""What is compared between coders: the texts of a round, or of any choice, with each coder's marks on them.

Nothing that a blind round still hides is compared, for anybody: `codings.compared_in` and `codings.open_to_all`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from commonpool.voices.models import (
    Assignment,
    Code,
    Coding,
    CodingRound,
    Study,
    TeamMember,
    Transcript,
    TranscriptVersion,
    Turn,
)
from commonpool.voices.queries.codings import compared_in, hidden_in, open_to_all, transcripts_coded_blind
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules.agreement.comparing import Unit, with_those_above
from commonpool.voices.rules.agreement.positions import Stretch, sentences
from commonpool.voices.rules.agreement.sections import Continuum, Section

HIDDEN: Final = "a blind round is still open on it"
ALONE: Final = "one coder only has finished it"
MOVED: Final = "it was coded on different versions of the text"


@dataclass(frozen=True)
class Marked:
    """One coding as it is compared: where it stands on the version that all of its transcript are compared on."""

    coding: Coding
    start: int
    end: int


@dataclass(frozen=True)
class ComparedText:
    """One transcript with those who coded it, on one version, and what they marked."""

    transcript: Transcript
    version: TranscriptVersion
    coders: tuple[TeamMember, ...]
    marks: tuple[Marked, ...]


@dataclass(frozen=True)
class Compared:
    """Texts that two coders or more coded, and which others were left out: (name, why).

    names  what the study's codes are called, by row id: `code_names`
    """

    study: Study
    names: Mapping[int, str]
    texts: tuple[ComparedText, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def coders(self) -> list[TeamMember]:
        """Everybody who is compared."""
        return list({coder.pk: coder for text in self.texts for coder in text.coders}.values())

    def of_coders(self, chosen: Iterable[int]) -> Compared:
        """Some of the coders, by row id; texts with fewer than two of them are left out."""
        wanted = set(chosen)
        cut = [
            ComparedText(
                text.transcript,
                text.version,
                tuple(each for each in text.coders if each.pk in wanted),
                tuple(each for each in text.marks if each.coding.coder_id in wanted),
            )
            for text in self.texts
        ]
        return _several(self.study, self.names, cut, self.left_out)


def compared_of_round(coding_round: CodingRound) -> Compared:
    """The texts of a round that two coders or more have finished, as they were coded when it closed."""
    hidden = set(hidden_in(coding_round))
    given: dict[Transcript, list[TeamMember]] = {}
    done = Assignment.objects.filter(round=coding_round, done_at__isnull=False)
    for each in done.select_related("transcript__newest", "coder__person").order_by(
        "transcript__name", "coder__initials"
    ):
        given.setdefault(each.transcript, []).append(each.coder)
    unfinished = Assignment.objects.filter(round=coding_round, done_at=None).select_related("transcript")
    left = {each.transcript.name: ALONE for each in unfinished if each.transcript not in given}
    return _compared(coding_round.study, given, compared_in(coding_round), hidden, left)


def compared_of_choice(study: Study, transcripts: Sequence[Transcript], coders: Sequence[TeamMember]) -> Compared:
    """Any transcripts and coders of a study, by what stands now. A coder counts where they coded anything."""
    found = open_to_all(study).filter(transcript__in=transcripts, coder__in=coders)
    by_pk = {each.pk: each for each in coders}
    given: dict[Transcript, list[TeamMember]] = {each: [] for each in transcripts}
    for text, coder in sorted(set(found.order_by().values_list("transcript", "coder"))):
        next(given[each] for each in transcripts if each.pk == text).append(by_pk[coder])
    return _compared(study, given, found, set(transcripts_coded_blind(study)), {})


def code_names(study: Study) -> dict[int, str]:
    """{row id: the code with all above it}, such as `Money › risk share`; of two alike the later has its id as well."""
    rows = {each.pk: each for each in Code.objects.filter(study=study)}
    names: dict[int, str] = {}
    for pk, row in rows.items():
        name = " › ".join(each.name for each in reversed(list(_and_above(row, rows))))
        names[pk] = name if name not in names.values() else f"{name} ({str(row.uuid)[:8]})"
    return names


def continua(found: Compared, *, counts_beneath: bool = False) -> list[Continuum]:
    """The texts as the rules of agreement know them; transcripts, coders and codes by their names.

    counts_beneath  a passage with a code has every code above it as well
    """
    names = found.names
    above = Code.objects.filter(study=found.study).values_list("pk", "parent_id")
    parents = {names[pk]: names.get(parent) for pk, parent in above}
    return [_continuum(text, names, parents if counts_beneath else {}) for text in found.texts]


def codes_used(found: Compared) -> list[tuple[int, str]]:
    """(row id, name) of every code that anybody compared has used, by name."""
    used = {each.coding.code_id for text in found.texts for each in text.marks}
    return sorted(((pk, found.names[pk]) for pk in used), key=lambda each: each[1].casefold())


def stretches_of(found: Compared, unit: Unit) -> dict[str, list[Stretch]]:
    """The sentences or turns of each text, by its name; empty for other units.

    Words whose key is gone have no sentences to be told apart: a turn of them counts as one.
    """
    if unit not in (Unit.SENTENCE, Unit.TURN):
        return {}
    versions = [text.version for text in found.texts]
    turns: dict[int, list[Turn]] = {version.pk: [] for version in versions}
    for turn in Turn.objects.filter(version__in=versions).order_by("version", "number"):
        turns[turn.version_id].append(turn)
    if unit is Unit.TURN:
        return {
            text.transcript.name: [Stretch(each.start, each.end, str(each.number)) for each in turns[text.version.pk]]
            for text in found.texts
        }
    words = texts_of(versions)
    return {
        text.transcript.name: [
            each for turn in turns[text.version.pk] for each in _sentences_of(turn, words[text.version.pk])
        ]
        for text in found.texts
    }


def _sentences_of(turn: Turn, words: str) -> Iterator[Stretch]:
    for each in sentences(words[turn.words_from : turn.end]):
        yield Stretch(turn.words_from + each.start, turn.words_from + each.end, str(turn.number))


def _continuum(text: ComparedText, names: Mapping[int, str], parents: Mapping[str, str | None]) -> Continuum:
    sections = [
        Section(each.coding.coder.initials, each.start, each.end - each.start, names[each.coding.code_id])
        for each in text.marks
    ]
    coders = tuple(each.initials for each in text.coders)
    return Continuum(text.transcript.name, text.version.length, coders, tuple(with_those_above(sections, parents)))


def _compared(
    study: Study,
    given: Mapping[Transcript, Sequence[TeamMember]],
    found: QuerySet[Coding],
    hidden: set[Transcript],
    left: Mapping[str, str],
) -> Compared:
    marks: dict[int, list[Coding]] = {text.pk: [] for text in given}
    # A few coders, codes and versions for many codings: each is read once, not once for each coding.
    for each in found.filter(transcript__in=marks).prefetch_related("coder", "version", "made_on", "code"):
        marks[each.transcript_id].append(each)
    texts, left_out = [], list(left.items())
    for text, coders in given.items():
        if text in hidden:
            left_out.append((text.name, HIDDEN))
            continue
        theirs = {each.pk for each in coders}
        placed = _placed(text, [each for each in marks[text.pk] if each.coder_id in theirs])
        if placed is None:
            left_out.append((text.name, MOVED))
        else:
            texts.append(ComparedText(text, placed[0], tuple(coders), placed[1]))
    return _several(study, code_names(study), texts, left_out)


def _several(
    study: Study, names: Mapping[int, str], texts: Sequence[ComparedText], left_out: Sequence[tuple[str, str]]
) -> Compared:
    alone = [(text.transcript.name, ALONE) for text in texts if len(text.coders) < 2]
    several = [text for text in texts if len(text.coders) > 1]
    return Compared(study, names, tuple(several), tuple(sorted(dict([*left_out, *alone]).items())))


def _placed(text: Transcript, codings: Sequence[Coding]) -> tuple[TranscriptVersion, tuple[Marked, ...]] | None:
    """All on one version: the one on which they were coded, so that later edits change no figure, else the newest.

    None where there is no such version.
    """
    made_on = {each.made_on_id: each.made_on for each in codings}
    if len(made_on) == 1:
        [version] = made_on.values()
        return version, tuple(Marked(each, each.made_start, each.made_end) for each in codings)
    stand_on = {each.version_id: each.version for each in codings}
    if not codings and text.newest is not None:
        return text.newest, ()
    if len(stand_on) != 1:
        return None
    [version] = stand_on.values()
    return version, tuple(Marked(each, each.start, each.end) for each in codings)


def _and_above(row: Code, rows: Mapping[int, Code]) -> Iterator[Code]:
    step: Code | None = row
    while step is not None:
        yield step
        step = rows[step.parent_id] if step.parent_id is not None else None
