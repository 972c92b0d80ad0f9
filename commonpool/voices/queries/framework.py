"""The framework as pages show it: the tree of codes, with how often each was used as one member may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count

from commonpool.voices.models import Code, CodingRound, Study, TeamMember
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.rules import codebook as rules

WORDS: Final = ("name", "definition", "include", "exclude", "example")


@dataclass(frozen=True, slots=True)
class Use:
    """How often a code was used, as far as somebody may see."""

    passages: int = 0
    texts: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """One code of the tree with those beneath it. `below` is how many these are, at every depth."""

    code: rules.Code
    use: Use
    level: int
    nodes: Sequence[Node] = field(default_factory=list)

    @property
    def below(self) -> int:
        """How many codes stand beneath it."""
        return sum(1 + node.below for node in self.nodes)


def uses_of(member: TeamMember) -> dict[str, Use]:
    """{GUID of each code that this member sees on a passage: how often}, retired codes too. One query."""
    counted = seen_by(member).order_by().values("code__uuid")
    rows = counted.annotate(passages=Count("pk"), texts=Count("transcript", distinct=True))
    return {str(row["code__uuid"]).upper(): Use(row["passages"], row["texts"]) for row in rows}


def tree_of(book: rules.Codebook, uses: Mapping[str, Use], asked: str = "") -> list[Node]:
    """The codes in use as a tree; where something is asked, those that hold it, and all above and beneath them."""
    wanted = " ".join(asked.split()).casefold()
    below: dict[str | None, list[rules.Code]] = {}
    for code in book.in_use():
        below.setdefault(code.parent, []).append(code)

    def branch(code: rules.Code, level: int, is_wanted: bool) -> Node | None:
        is_found = is_wanted or _holds(code, wanted)
        nodes = _kept(branch(each, level + 1, is_found) for each in below.get(code.guid, ()))
        return Node(code, uses.get(code.guid, Use()), level, nodes) if is_found or nodes else None

    return _kept(branch(code, 1, False) for code in below.get(None, ()))


def _kept(nodes: Iterable[Node | None]) -> list[Node]:
    return [node for node in nodes if node is not None]


def _holds(code: rules.Code, wanted: str) -> bool:
    return any(wanted in getattr(code, word).casefold() for word in WORDS)


def retired_in(book: rules.Codebook) -> list[tuple[rules.Code, list[str]]]:
    """The retired codes, each with the names of what took its place."""
    return [(code, [book[guid].name for guid in code.became]) for code in book if code.is_retired]


def is_blind(study: Study) -> bool:
    """Whether a blind round of the study is open."""
    return CodingRound.objects.filter(study=study, is_blind=True, closed_at=None).exists()


def choices_of(book: rules.Codebook, without: Iterable[str] = (), *, codable: bool = False) -> list[tuple[str, str]]:
    """(GUID, the names that lead to it) of the codes in use, as the tree is read, for choosing one."""
    left_out = set(without)
    return [
        (code.guid, " › ".join(book.path(code.guid)))
        for code in book.in_use()
        if code.guid not in left_out and (code.is_codable or not codable)
    ]


def with_all_beneath(book: rules.Codebook, guid: str) -> set[str]:
    """The code and every code in use beneath it."""
    found = {guid}
    for code in book.in_use():
        if code.parent in found:
            found.add(code.guid)
    return found


def row_of(study: Study, guid: str) -> Code:
    """The row of a code of this study."""
    return Code.objects.get(study=study, uuid=guid)
