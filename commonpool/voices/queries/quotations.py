"""A study's quotations as one member may see them, each with its label, and with what stands against printing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from commonpool.voices.models import (
    Code,
    Coding,
    Participant,
    Quotation,
    QuotingTerms,
    Site,
    Study,
    TeamMember,
    Transcript,
    TranscriptVersion,
    Turn,
)
from commonpool.voices.queries import codings
from commonpool.voices.queries.consents import may_quote
from commonpool.voices.queries.identities import KnownNames
from commonpool.voices.queries.recoding import successors_of
from commonpool.voices.queries.texts import opened, texts_of
from commonpool.voices.rules.attribution import Attribution, Breadth, Speaker, attribution_of
from commonpool.voices.rules.charting import heirs, line_of
from commonpool.voices.rules.quoting import (
    Balance,
    Piece,
    Unfaithful,
    balance_of,
    checked,
    names_in,
    numbers_in,
    pieces_of,
    proposed,
)
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import UNREADABLE, the_keys

FEWEST = 3


def seen_by(member: TeamMember) -> QuerySet[Quotation]:
    """The study's standing quotations that this member may see: on a text that is coded blind only their own choices.

    What somebody quotes tells what they think of a passage, as a coding does.
    """
    standing = Quotation.objects.filter(study=member.study_id, removed_at=None)
    return standing.filter(~Q(transcript__in=codings.transcripts_coded_blind(member.study_id)) | Q(chosen_by=member))


def removed_by(member: TeamMember) -> QuerySet[Quotation]:
    """What this member chose, and what was taken away of it: it can be put back."""
    return Quotation.objects.filter(study=member.study_id, chosen_by=member, removed_at__isnull=False)


def fewest_of(study: Study) -> int:
    """How few participants a label may stand for in this study."""
    terms = QuotingTerms.objects.filter(study=study).first()
    return terms.fewest if terms else FEWEST


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that may be quoted: its words, whose they are, and where the speaker's own stand within them.

    is_mixed  words of two participants or more: no quotation has two speakers
    """

    version: TranscriptVersion
    span: Span
    words: str
    participant: Participant | None
    own: tuple[Span, ...]
    is_mixed: bool

    @property
    def proposal(self) -> str:
        """A first wording of a quotation."""
        return proposed(self.words, self.own) if self.own else " ".join(self.words.split())


def passage_of(version: TranscriptVersion, span: Span) -> Passage:
    """The passage with whose words it holds; the interviewer's count as nobody's."""
    words = span.of(texts_of([version])[version.pk])
    turns = Turn.objects.filter(version=version, start__lt=span.end, end__gt=span.start)
    spoken = [turn for turn in turns.select_related("speaker__participant") if turn.words_from < span.end]
    people = {turn.speaker.participant for turn in spoken if turn.speaker and turn.speaker.participant}
    person = next(iter(people)) if len(people) == 1 else None
    own = tuple(
        Span(max(turn.words_from, span.start) - span.start, min(turn.end, span.end) - span.start)
        for turn in spoken
        if turn.speaker is not None and not turn.speaker.is_interviewer and max(turn.words_from, span.start) < span.end
    )
    return Passage(version, span, words, person, own, len(people) > 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One quotation with all that is to say of it. `text` is None where its key was destroyed.

    faults    what keeps it from being exported
    warnings  what whoever checks it should look at
    is_stale  the text has a newer version since
    """

    row: Quotation
    original: str
    text: str | None
    pieces: tuple[Piece, ...]
    attribution: Attribution
    code: str
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    is_stale: bool

    @property
    def state(self) -> tuple[str, str]:
        """(words, colour): checked by whom, or a draft."""
        if self.row.checked_by is not None:
            return f"Checked by {self.row.checked_by.initials}", "green"
        return "Draft", "grey"

    @property
    def has_marks(self) -> bool:
        """Whether something is cut, or stands in brackets."""
        return any(not piece.is_own for piece in self.pieces)

    @property
    def passes(self) -> bool:
        """Whether nothing keeps it from being exported."""
        return not self.faults


class Quoting:
    """What the quotations of one study are held against; each part is read once, when it is first needed."""

    def __init__(self, member: TeamMember) -> None:
        self.member, self.study = member, member.study

    @cached_property
    def names(self) -> KnownNames:
        """By what people and places of the study could be known."""
        return KnownNames(self.study)

    @cached_property
    def people(self) -> dict[int, Speaker]:
        """The participants who have not withdrawn, as labels see them, by row id."""
        heard = Participant.objects.filter(study=self.study, withdrawn_at=None)
        sites = site_numbers(self.study)
        return {
            each.pk: Speaker(each.organisation_type, each.role_group, sites.get(each.site_id or 0, ""))
            for each in heard
        }

    @cached_property
    def numbers(self) -> Counter[str]:
        """How often each number stands in the newest versions of all texts of the study."""
        newest = TranscriptVersion.objects.filter(
            pk__in=Transcript.objects.filter(study=self.study).exclude(newest=None).values("newest")
        )
        return numbers_in(texts_of(list(newest)).values())

    @cached_property
    def codes(self) -> dict[int, str]:
        """{row id of a coding that was quoted: its code's name}; of one that was recoded the names of now."""
        rows = seen_by(self.member).exclude(coding=None).values_list("coding", "coding__uuid")
        quoted, became = {pk: str(uuid) for pk, uuid in rows}, successors_of(self.study)
        seen = codings.seen_by(self.member).filter(uuid__in=line_of(quoted.values(), became))
        names = {str(uuid): name for uuid, name in seen.values_list("uuid", "code__name")}
        return {pk: ", ".join(names[each] for each in heirs(uuid, names, became)) for pk, uuid in quoted.items()}

    @cached_property
    def fewest(self) -> int:
        """How few participants a label may stand for."""
        return fewest_of(self.study)

    def attribution(self, participant: Participant | None, breadth: str) -> Attribution:
        """Who is said to have said it."""
        speaker = self.people.get(participant.pk) if participant is not None else None
        return attribution_of(speaker, list(self.people.values()), fewest=self.fewest, narrowest=Breadth(breadth))

    def shown(self, rows: Iterable[Quotation]) -> list[Shown]:
        """The quotations with their labels, faults and warnings, in the order given.

        Where nobody had said whose words they are when they were chosen, it is asked again.
        """
        related = ("transcript", "version", "participant", "chosen_by", "checked_by")
        found = list(rows.select_related(*related)) if isinstance(rows, QuerySet) else list(rows)
        texts = texts_of(list({row.version_id: row.version for row in found}.values()))
        words = [opened(the_keys(), key_of(row), bytes(row.sealed)) for row in found]
        for row in found:
            if row.participant is None:
                row.participant = passage_of(row.version, Span(row.start, row.end)).participant
        consents = may_quote([row.participant for row in found if row.participant is not None])
        return [self._shown(row, texts[row.version_id], text, consents) for row, text in zip(found, words, strict=True)]

    def _shown(self, row: Quotation, whole: str, text: str | None, consents: Mapping[int, bool | None]) -> Shown:
        original = Span(row.start, row.end).of(whole)
        code = self.codes.get(row.coding_id or 0, "")
        label = self.attribution(row.participant, row.breadth)
        pieces, faults, warnings = self._words(original, text)
        is_stale = row.transcript.newest_id != row.version_id
        faults += self._people_faults(row, consents)
        faults += [
            f"Its {what} holds ‘{name}’, which is a listed name." for what, name in self._beside(label.label, code)
        ]
        if is_stale:
            faults.append("The text has a newer version since. Bring the quotation along, and look at it again.")
        if row.checked_by_id is None:
            faults.append("Nobody has checked it.")
        if row.participant is None:
            warnings.append("Nobody has said whose words these are, so consent to quote is not known.")
        elif consents.get(row.participant.pk) is None and row.participant.withdrawn_at is None:
            warnings.append("Consent to quote is not recorded.")
        return Shown(row, original, text, pieces, label, code, tuple(faults), tuple(warnings), is_stale)

    def _words(self, original: str, text: str | None) -> tuple[tuple[Piece, ...], list[str], list[str]]:
        """The pieces, the faults and the warnings of the words themselves."""
        if text is None or UNREADABLE in original:
            return (), ["Its words are unreadable: somebody withdrew, or the key is not here."], []
        try:
            pieces = tuple(pieces_of(original, text))
        except Unfaithful as why:
            return (), [str(why)], []
        known = self.names
        seen = checked(
            pieces, text, names=known.all, kept=known.kept, harmless=known.harmless, numbers=self._numbers_for(text)
        )
        return pieces, list(seen.faults), list(seen.warnings)

    def _numbers_for(self, text: str) -> Mapping[str, int]:
        """All texts are read only for a quotation that has a number."""
        return self.numbers if numbers_in([text]) else {}

    def _people_faults(self, row: Quotation, consents: Mapping[int, bool | None]) -> list[str]:
        if row.participant is None:
            return []
        if row.participant.withdrawn_at is not None:
            return ["The participant withdrew."]
        if consents.get(row.participant.pk) is False:
            return ["The participant does not agree to be quoted."]
        return []

    def _beside(self, label: str, code: str) -> Iterator[tuple[str, str]]:
        """(what, name): listed names in what is printed beside the words."""
        for what, words in (("label", label), ("code", code)):
            yield from ((what, name) for name in names_in(words, self.names.all, self.names.kept))


def key_of(row: Quotation) -> UUID:
    """Whose key seals the edited words."""
    return row.participant.uuid if row.participant is not None else row.transcript.uuid


def site_numbers(study: Study) -> dict[int, str]:
    """{row id: site 1, site 2, …}, by the order in which sites were added: their names give people away."""
    rows = Site.objects.filter(study=study).order_by("pk").values_list("pk", flat=True)
    return {pk: f"site {number}" for number, pk in enumerate(rows, start=1)}


def balance(member: TeamMember, rows: Sequence[Shown]) -> Balance:
    """Whose voices these quotations are, by pseudonym and by the team's names of sites."""
    names = dict(Site.objects.filter(study=member.study).values_list("pk", "name"))
    heard = Participant.objects.filter(study=member.study, withdrawn_at=None).count()
    people = [shown.row.participant for shown in rows]
    quoted = [(each.pseudonym, names.get(each.site_id or 0)) if each else (None, None) for each in people]
    return balance_of(quoted, heard)


def quotable(member: TeamMember, code: Code) -> QuerySet[Coding]:
    """The passages of a code that this member may see, to be quoted."""
    seen = codings.seen_by(member).filter(code=code)
    return seen.select_related("transcript", "version", "code", "coder")
