"""Coded passages of a study as one member may see them: by code, with whose words they are, and what stands beside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from commonpool.voices.models import Code, Coding, CodingRound, Speaker, TeamMember, Transcript, TranscriptVersion, Turn
from commonpool.voices.queries.anchors import in_newest
from commonpool.voices.queries.codebooks import book_of, guid_of
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.margins import CodeLook, looks_of
from commonpool.voices.queries.tags import turn_tags_seen_by
from commonpool.voices.queries.texts import label_of, texts_of
from commonpool.voices.rules.overlaps import co_occurring
from commonpool.voices.rules.text import Span


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks in a turn, with what the study knows of them; None where nobody knows."""

    label: str
    is_interviewer: bool
    participant: str | None
    site: str | None
    organisation_type: str | None
    role_group: str | None


PLACE: Final = ("transcript_id", "version_id", "start", "end", "turn_pk")
MADE: Final = ("uuid", "code_id", "coder_id", "round_id", "memo", "made_at")
MOST_AT_ONCE: Final = 900  # row ids in one statement; SQLite may take no more than 999
NOBODY = Voice("", is_interviewer=False, participant=None, site=None, organisation_type=None, role_group=None)


@dataclass(slots=True)
class Passage:
    """One coding with its words, which are opened only where they are shown."""

    uuid: UUID
    code: str
    code_path: str
    transcript: Transcript
    version: int
    span: Span
    turn: int | None
    voice: Voice
    coder: str
    round: str | None
    memo: str
    made_at: datetime
    tags: tuple[str, ...]
    words: str | None = None


@dataclass(frozen=True, slots=True)
class CodeCount:
    """A code with how often a member sees it used: itself, and with the codes beneath it."""

    uuid: UUID
    name: str
    path: str
    depth: int
    is_retired: bool
    passages: int
    with_beneath: int
    texts: int
    coders: int


def code_counts(member: TeamMember) -> list[CodeCount]:
    """Every code in the order of the tree, then retired ones that were used. Two queries and the codebook."""
    book = book_of(member.study)
    own = _own_counts(member)
    beneath: Counter[str] = Counter()
    for code in book:
        for guid in _upwards(code.guid, book):
            beneath[guid] += own[code.guid][0] if code.guid in own else 0
    shown = [*book.in_use(), *(code for code in book if code.is_retired and code.guid in own)]
    return [
        CodeCount(
            UUID(code.guid),
            code.name,
            " › ".join(book.path(code.guid)),
            len(book.path(code.guid)) - 1,
            code.is_retired,
            *_three(own.get(code.guid), beneath[code.guid]),
        )
        for code in shown
    ]


def _own_counts(member: TeamMember) -> dict[str, tuple[int, int, int]]:
    people = Count("coder", distinct=True, filter=~Q(coder__part=TeamMember.Part.AGREED))
    counted = seen_by(member).order_by().values("code")
    rows = counted.annotate(count=Count("pk"), texts=Count("transcript", distinct=True), coders=people)
    guids = {code.pk: guid_of(code) for code in Code.objects.filter(study=member.study_id)}
    return {guids[row["code"]]: (row["count"], row["texts"], row["coders"]) for row in rows}


def _three(own: tuple[int, int, int] | None, with_beneath: int) -> tuple[int, int, int, int]:
    passages, texts, coders = own or (0, 0, 0)
    return passages, with_beneath, texts, coders


@dataclass(frozen=True, slots=True)
class NamedCode:
    """A code by where it stands."""

    uuid: UUID
    name: str
    path: str


def code_named(member: TeamMember, uuid: UUID) -> NamedCode | None:
    """The study's code of that id; None where it has none."""
    looks = looks_of(member.study_id)
    found = next((pk for pk, look in looks.items() if look.uuid == uuid), None)
    return None if found is None else NamedCode(uuid, looks[found].name, _paths(looks)[found])


def _upwards(guid: str | None, book: Any) -> Iterable[str]:
    while guid is not None:
        yield guid
        guid = book[guid].parent


@dataclass(frozen=True, slots=True)
class _Around:
    """What a coding's row ids stand for: {row id: what is shown of it}."""

    turns: Mapping[int, tuple[int, int, Voice]]
    tags: Mapping[tuple[int, int], tuple[str, ...]]
    paths: Mapping[int, str]
    initials: Mapping[int, str]
    rounds: Mapping[int, str]


def passages_of(member: TeamMember, code: UUID | None) -> list[Passage]:
    """The passages of a code and of those beneath it, or of all codes; their words are not opened yet."""
    looks = looks_of(member.study_id)
    codings = seen_by(member)
    if code is not None:
        codings = codings.filter(code__in=[pk for pk, look in looks.items() if code in look.above])
    rows = list(_with_turns(codings).values_list(*PLACE, *MADE, named=True))  # a study has many: no row objects
    texts = {row.pk: row for row in Transcript.objects.filter(study=member.study_id)}
    around = _Around(
        _turns({row.turn_pk for row in rows if row.turn_pk}),
        _tags(member, texts),
        _paths(looks),
        dict(TeamMember.objects.filter(study=member.study_id).values_list("pk", "initials")),
        dict(CodingRound.objects.filter(study=member.study_id).values_list("pk", "name")),
    )
    return [_passage(row, texts[row.transcript_id], around) for row in rows]


def _with_turns(codings: QuerySet[Coding]) -> QuerySet[Any]:
    """Each with `turn_pk`, the turn in which it begins."""
    begins_in = Turn.objects.filter(version=OuterRef("version"), start__lte=OuterRef("start")).order_by("-number")
    return codings.annotate(turn_pk=Subquery(begins_in.values("pk")[:1])).order_by(
        "transcript__name", "start", "end", "pk"
    )


def _turns(pks: Collection[int]) -> dict[int, tuple[int, int, Voice]]:
    """{row id: number, start and voice}"""
    asked, fields = sorted(pks), ("pk", "number", "start", "speaker_id")
    lots = [asked[at : at + MOST_AT_ONCE] for at in range(0, len(asked), MOST_AT_ONCE)]
    rows = [row for lot in lots for row in Turn.objects.filter(pk__in=lot).order_by().values_list(*fields)]
    voices = voices_of({speaker for *_, speaker in rows if speaker})
    return {pk: (number, start, voices.get(speaker or 0, NOBODY)) for pk, number, start, speaker in rows}


def voices_of(speakers: Collection[int]) -> dict[int, Voice]:
    """{row id of the speaker: who that is}, in one query."""
    rows = Speaker.objects.filter(pk__in=speakers).select_related("participant__site", "transcript__interview__site")
    return {row.pk: _voice(row) for row in rows}


def _voice(row: Speaker) -> Voice:
    person = row.participant
    interview = row.transcript.interview
    site = person.site if person and person.site else interview.site if interview else None
    return Voice(
        label_of(row),
        row.is_interviewer,
        person.pseudonym if person else None,
        site.name if site else None,
        (person.organisation_type or None) if person else None,
        (person.role_group or None) if person else None,
    )


def _paths(looks: Mapping[int, CodeLook]) -> dict[int, str]:
    """{row id: the names from the top down to the code}"""
    parents = dict(Code.objects.filter(pk__in=looks).values_list("pk", "parent_id"))

    def path(pk: int | None) -> list[str]:
        names: list[str] = []
        while pk is not None and len(names) < len(looks):
            names.append(looks[pk].name)
            pk = parents.get(pk)
        return names[::-1]

    return {pk: " › ".join(path(pk)) for pk in looks}


def _tags(member: TeamMember, texts: Mapping[int, Transcript]) -> dict[tuple[int, int], tuple[str, ...]]:
    """{(row id of the transcript, where the turn starts in its newest version): the tags on it}"""
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in turn_tags_seen_by(member).select_related("tag"):
        rows[row.transcript_id].append(row)
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for pk, own in rows.items():
        places = in_newest(texts[pk], [(row.version_id, Span(row.start, row.end)) for row in own])
        for row, place in zip(own, places, strict=True):
            found[pk, place.start].add(row.tag.name)
    return {place: tuple(sorted(names)) for place, names in found.items()}


def _passage(row: Any, text: Transcript, around: _Around) -> Passage:
    number, start, voice = around.turns.get(row.turn_pk) or (None, -1, NOBODY)
    path = around.paths[row.code_id]
    return Passage(
        row.uuid,
        path.rsplit(" › ", 1)[-1],
        path,
        text,
        row.version_id,
        Span(row.start, row.end),
        number,
        voice,
        around.initials[row.coder_id],
        around.rounds.get(row.round_id),
        row.memo,
        row.made_at,
        around.tags.get((row.transcript_id, start), ()),
    )


def open_words(passages: Sequence[Passage]) -> None:
    """Put the words into these passages: their texts are opened, in one query."""
    waiting = [passage for passage in passages if passage.words is None]
    versions = {passage.version for passage in waiting}
    texts = texts_of(list(TranscriptVersion.objects.filter(pk__in=versions)))
    for passage in waiting:
        passage.words = passage.span.of(texts[passage.version])


def beside(member: TeamMember, code: UUID) -> list[tuple[str, UUID, int]]:
    """(path, uuid, count) of the other codes that stand on words of this code's passages, the most often first."""
    looks = looks_of(member.study_id)
    own = {pk for pk, look in looks.items() if code in look.above}
    mine, others = _by_text(member, own)
    found: Counter[int] = Counter()
    for text, spans in mine.items():
        found.update(co_occurring(spans, others[text]))
    paths = _paths(looks)
    return sorted(
        ((paths[pk], looks[pk].uuid, count) for pk, count in found.items()), key=lambda row: (-row[2], row[0])
    )


def _by_text(
    member: TeamMember, own: Collection[int]
) -> tuple[dict[int, list[Span]], dict[int, list[tuple[Span, int]]]]:
    """Of each text that has passages of these codes: those passages, each once, and all others with their code."""
    seen = seen_by(member)
    rows = seen.filter(transcript__in=seen.filter(code__in=own).order_by().values("transcript")).order_by()
    mine: dict[int, set[Span]] = defaultdict(set)
    others: dict[int, list[tuple[Span, int]]] = defaultdict(list)
    for text, start, end, code in rows.values_list("transcript_id", "start", "end", "code_id"):
        if code in own:
            mine[text].add(Span(start, end))
        else:
            others[text].append((Span(start, end), code))
    return {text: sorted(spans, key=lambda span: span.start) for text, spans in mine.items()}, others
