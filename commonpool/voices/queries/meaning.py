"""Which passages suggestions compare, whose keys their words lie under, and what the sentence model made of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core.cache import cache

from commonpool.voices.models import SealedPart, Study, Transcript, TranscriptVersion, Turn
from commonpool.voices.queries import codings
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules.suggesting.encoder import Floats
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import UNREADABLE, the_keys
from commonpool.voices.vector_files import VectorFiles, digest_of

# A turn that is shorter is mostly a yes.
SHORTEST: Final = 25
# So many keys a passage may lie under; one of more people's words is compared by its wording alone.
MOST_KEYS: Final = 20


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words of one version of a text. `turn`: which turn they are, 0 where they are none. Span: code points."""

    version: int
    span: Span
    words: str
    turn: int = 0

    @property
    def digest(self) -> bytes:
        """What its vector is found by."""
        return digest_of(self.words)


def spoken_in(version: TranscriptVersion) -> Iterator[Passage]:
    """Each turn of a version that is not the interviewer's, and no mere yes."""
    text = texts_of([version])[version.pk]
    turns = Turn.objects.filter(version=version).exclude(speaker__is_interviewer=True).order_by("number")
    for number, start, end in turns.values_list("number", "words_from", "end"):
        words = text[start:end]
        if len(words.strip()) >= SHORTEST and UNREADABLE not in words:
            yield Passage(version.pk, Span(start, end), words, number)


class Owners:
    """Under which keys the words of versions lie."""

    def __init__(self, versions: Sequence[int]) -> None:
        self._places: dict[int, list[tuple[int, int, UUID]]] = {version: [] for version in versions}
        parts = SealedPart.objects.filter(version__in=self._places).values_list("version", "key_id", "spans")
        for version, key_id, spans in parts:
            self._places[version] += [(start, end, key_id) for start, end in spans]
        for places in self._places.values():
            places.sort(key=lambda place: place[0])

    def of(self, passage: Passage) -> frozenset[UUID]:
        """The keys of a passage: stretches under one key lie side by side."""
        places = self._places[passage.version]
        first = max(0, bisect_right(places, passage.span.start, key=lambda place: place[0]) - 1)
        found = set()
        for start, end, key_id in places[first:]:
            if start >= passage.span.end:
                break
            if end > passage.span.start:
                found.add(key_id)
        return frozenset(found)


def meanings_of(passages: Sequence[Passage]) -> list[Floats | None]:
    """The kept vector of each passage; None where the model has not read it."""
    owners = Owners(list({each.version for each in passages}))
    files = VectorFiles(the_keys())
    kept: dict[frozenset[UUID], dict[bytes, Floats]] = {}
    found = []
    for each in passages:
        under = owners.of(each)
        if under not in kept:
            kept[under] = files.kept(under)
        found.append(kept[under].get(each.digest))
    return found


@dataclass(frozen=True, slots=True)
class Unread:
    """What the model has to read of a study, and what it has read. Each {keys: {digest: words or vector}}."""

    wanted: dict[frozenset[UUID], dict[bytes, str]]
    kept: dict[frozenset[UUID], dict[bytes, Floats]]

    @property
    def many(self) -> int:
        """How many passages there are."""
        return sum(len(each) for each in self.wanted.values())

    @property
    def missing(self) -> int:
        """How many of them are still to be read."""
        return sum(1 for under in self.wanted for digest in self.wanted[under] if digest not in self.kept[under])

    @property
    def read(self) -> int:
        """How many of them are read."""
        return self.many - self.missing

    def next(self, at_most: int) -> tuple[frozenset[UUID], dict[bytes, str]] | None:
        """Some that are still to be read and lie under the same keys; None where all are read."""
        for under, wanted in self.wanted.items():
            missing = [digest for digest in wanted if digest not in self.kept[under]]
            if missing:
                return under, {digest: wanted[digest] for digest in missing[:at_most]}
        return None


def unread_of(study: Study) -> Unread:
    """What the model is to read of a study, as it stands: every turn, and every coded passage that is learnt from.

    Nothing that was coded on a text while a blind round is open on it: how many there are is nobody's to know.
    """
    texts = Transcript.objects.filter(study=study).exclude(newest=None).select_related("newest").order_by("pk")
    passages = [each for text in texts if text.newest is not None for each in spoken_in(text.newest)]
    passages += _coded(study)
    owners = Owners(list({each.version for each in passages}))
    keys, wanted = the_keys(), dict[frozenset[UUID], dict[bytes, str]]()
    for each in passages:
        under = owners.of(each)
        if 0 < len(under) <= MOST_KEYS and not any(keys.is_renewed(each) or not keys.has(each) for each in under):
            wanted.setdefault(under, {})[each.digest] = each.words
    files = VectorFiles(keys)
    return Unread(wanted, {under: files.kept(under) for under in wanted})


def _coded(study: Study) -> list[Passage]:
    rows = list(codings.open_to_all(study).filter(code__is_retired=False, code__is_codable=True))
    versions = TranscriptVersion.objects.filter(pk__in={row.version_id for row in rows})
    texts = texts_of(list(versions))
    found = [
        Passage(row.version_id, Span(row.start, row.end), texts[row.version_id][row.start : row.end]) for row in rows
    ]
    return [each for each in found if UNREADABLE not in each.words]


def is_being_read(study: Study) -> bool:
    """Whether a task is reading the study for the model, or waits for its turn."""
    return cache.get(reading_sign(study)) is not None


def reading_sign(study: Study) -> str:
    """The name in the cache of the sign that a task reads this study."""
    return f"voices-read-by-model-{study.uuid}"
