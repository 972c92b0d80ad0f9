"""What the data know of a study, as a report needs it. None is not known, which reports print so and never as zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Interviews:
    """The conversations that were held.

    group_sizes      people in each group interview
    modes            (how people talked, how many interviews), the most common first; an unknown mode is not listed
    minutes          of those whose length is known, in order
    heard_again      people who took part in more than one
    """

    singles: int
    group_sizes: tuple[int, ...]
    modes: tuple[tuple[str, int], ...]
    mode_not_known: int
    first_on: date | None
    last_on: date | None
    undated: int
    minutes: tuple[int, ...]
    minutes_not_known: int
    heard_again: int

    @property
    def count(self) -> int:
        """All interviews."""
        return self.singles + len(self.group_sizes)

    @property
    def median_minutes(self) -> float | None:
        """The middle length of those known."""
        middle, known = len(self.minutes) // 2, self.minutes
        if not known:
            return None
        return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a study: transcripts, notes, and transcripts of which a later version was made."""

    transcripts: int
    notes: int
    with_later_versions: int


@dataclass(frozen=True, slots=True)
class Framework:
    """The codes in use: how many, how many at the top, and how many came in which way."""

    codes: int
    at_the_top: int
    origins: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """An agreed version of the framework, and who agreed it, by initials."""

    label: str
    agreed_on: date
    reason: str
    agreed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """A round of coding. `closed_on` None: it is open. `agreement`: the statistic with its interval, in words."""

    name: str
    kind: str
    is_blind: bool
    texts: int
    texts_coded_twice: int
    coders: tuple[str, ...]
    closed_on: date | None
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Coding:
    """What was coded, as far as whoever asks may see it.

    new_codes        codes first used in each text, in the order in which the texts were coded
    is_partly_blind  a blind round is open: what others coded in it is not counted
    """

    coders: tuple[str, ...]
    codings: int
    memos: int
    new_codes: tuple[tuple[str, int], ...]
    is_partly_blind: bool


@dataclass(frozen=True, slots=True)
class Recruitment:
    """How people came to take part: of those asked, (answer, how many) and (reason to decline, how many).

    A count is in words, since parts of it may be not known: `12 and 2 not known`.
    """

    channels: tuple[str, ...]
    asked: str
    counts: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is quoted: quotations, of how many people, and the largest share that one person and one site have."""

    quotations: int
    participants: int
    largest_share_of_one: float | None
    largest_share_of_a_site: float | None


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: its statement, whether it stands beneath another, and cases for and against it."""

    name: str
    statement: str
    is_minor: bool
    cases_for: int
    cases_against: int


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """Everything at once. A field that is None, or a count that is, is not known."""

    title: str
    question: str
    body: str
    software: str
    sites: int
    participants: int
    withdrawn: int
    kinds: int
    roles: int
    kind_or_role_not_known: int
    interviews: Interviews
    texts: Texts
    framework: Framework
    versions: tuple[Version, ...]
    rounds: tuple[Round, ...]
    coding: Coding
    sampling: str | None = None
    recruitment: Recruitment | None = None
    approvals: tuple[str, ...] | None = None
    guides: tuple[str, ...] | None = None
    quoted: Quoted | None = None
    themes: tuple[Theme, ...] | None = None


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 site`, `2 sites`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(on: date) -> str:
    """`4 March 2017`."""
    return f"{on.day} {on:%B %Y}"
