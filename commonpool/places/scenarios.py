"""What if bodies merged or were split: a scenario in lines, made into handovers with exact shares.

A line is `predecessor, successor` (all of it) or `predecessor, successor, part` (what lies in that part: a body
that lies in the predecessor; `rest` is what no other line names). Bodies are named by their codes;
a successor may be a new name.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from commonpool.places.models import Organisation
from commonpool.places.queries import find, people_of, read_ground
from commonpool.places.rules import Cover, Ground, Handover, RecutError, overlap
from commonpool.places.rules.recut import check_handovers

REST: Final = "rest"
MOST_LINES: Final = 500


class ScenarioError(ValueError):
    """Lines that do not say a merger or a split. Says which line, what was found, and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as typed."""

    number: int
    predecessor: str
    successor: str
    part: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """Handovers between codes, the bodies behind the predecessors, and which part goes where in a split.

    `people` has how many live in each predecessor; one of whom that is not known is left out.
    """

    on: date
    handovers: tuple[Handover, ...]
    bodies: Mapping[str, Organisation]
    parts: Mapping[tuple[str, str], tuple[Organisation, ...]]
    people: Mapping[str, int]


def read_lines(text: Iterable[str]) -> list[Line]:
    """The lines of a scenario; blank ones and a header are left out. Raises ScenarioError."""
    lines = []
    for number, cells in enumerate(csv.reader(text, skipinitialspace=True), 1):
        cells = [cell.strip() for cell in cells]
        if not any(cells) or cells[0].casefold() == "predecessor":
            continue
        if len(cells) not in (2, 3) or not cells[0] or not cells[1]:
            raise ScenarioError(
                f"Line {number} is ‘{', '.join(cells)}’. Write predecessor, successor and, for a split, the part."
            )
        lines.append(Line(number, cells[0], cells[1], cells[2] if len(cells) == 3 else ""))
        if len(lines) > MOST_LINES:
            raise ScenarioError(f"There are more than {MOST_LINES} lines. Try one change at a time.")
    if not lines:
        raise ScenarioError("There is no line. Write one for each body that ends: predecessor, successor.")
    return lines


def read_scenario(lines: Sequence[Line], on: date, kind: str | None = None) -> Scenario:
    """The handovers that the lines say, shares counted in people who live in each part.

    Raises ScenarioError for an unknown code or part, and where parts do not cover the whole or cover it twice.
    """
    ground = read_ground()
    by_predecessor: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_predecessor[line.predecessor].append(line)
    day_before = on - timedelta(days=1)
    bodies = {code: _one(code, kind, said[0], day_before, ground) for code, said in by_predecessor.items()}
    if len({body.kind for body in bodies.values()}) > 1:
        kinds = ", ".join(sorted({body.get_kind_display() for body in bodies.values()}))
        raise ScenarioError(f"These are bodies of several kinds: {kinds}. Change one kind at a time.")
    handovers: list[Handover] = []
    parts: dict[tuple[str, str], tuple[Organisation, ...]] = {}
    for code, said in by_predecessor.items():
        if not ground.lives[bodies[code].pk].lives_on(day_before):
            raise ScenarioError(f"Line {said[0].number}: {bodies[code]} does not exist on {day_before:%-d %B %Y}.")
        if not any(line.part for line in said):
            handovers += _whole(said, on)
            continue
        shares, named = _split(said, bodies[code], day_before, ground)
        parts |= {(code, successor): tuple(found) for successor, found in named.items()}
        handovers += [Handover(code, successor, on, share) for successor, share in shares.items()]
    try:
        check_handovers(handovers)
    except RecutError as error:
        raise ScenarioError(str(error)) from error
    people = {code: people_of(body, day_before, ground) for code, body in bodies.items()}
    known = {code: count for code, count in people.items() if count is not None}
    return Scenario(on, tuple(handovers), bodies, parts, known)


def _one(code: str, kind: str | None, line: Line, day: date, ground: Ground) -> Organisation:
    found = list(find(code, kind))
    if not found:
        raise ScenarioError(f"Line {line.number}: no body has the code ‘{code}’. Look it up in the list of places.")
    if len(found) > 1 and kind is None:
        # A unitary council is two bodies and an area; the upper tier is the one that plans and pays.
        found = [body for body in found if body.kind == Organisation.Kind.UPPER_TIER] or found
    if len(found) > 1:
        # A board has the code of the partnership before it; only one of them lives.
        found = [body for body in found if ground.lives[body.pk].lives_on(day)] or found
    if len(found) > 1:
        kinds = ", ".join(body.kind for body in found)
        raise ScenarioError(f"Line {line.number}: ‘{code}’ is several bodies ({kinds}). Say which kind.")
    return found[0]


def _whole(said: Sequence[Line], on: date) -> list[Handover]:
    if len(said) > 1:
        raise ScenarioError(
            f"Line {said[1].number}: {said[0].predecessor} goes to several bodies, so each line must name its part."
        )
    return [Handover(said[0].predecessor, said[0].successor, on)]


def _split(
    said: Sequence[Line], body: Organisation, day: date, ground: Ground
) -> tuple[dict[str, Fraction], dict[str, list[Organisation]]]:
    """Successor -> share of the people, and successor -> the parts that it gets."""
    whole = ground.cover(body.pk, day)
    everybody = ground.people_in(whole)
    if not everybody:
        raise ScenarioError(f"Nobody is known to live in {body}, so it cannot be divided by people. Load its lookup.")
    left: dict[int, Fraction] = dict(whole)
    shares: Counter[str] = Counter()
    exact: dict[str, Fraction] = defaultdict(Fraction)
    named: dict[str, list[Organisation]] = defaultdict(list)
    for line in said:
        if line.part.casefold() == REST:
            continue
        part = _part(line, body, day, ground)
        cover = ground.cover(part.pk, day)
        _take(left, whole, cover, line, body)
        exact[line.successor] += overlap(whole, cover, ground.people).people_of_both / everybody
        named[line.successor].append(part)
        shares[line.successor] += 1
    rest = ground.people_in(left) / everybody
    takers = [line.successor for line in said if line.part.casefold() == REST]
    if rest and len(takers) != 1:
        raise ScenarioError(
            f"{int(rest * everybody):,} people of {body} are in no part that is named. Add their part, or one line "
            f"with ‘{REST}’ in its place."
        )
    for taker in takers:
        exact[taker] += rest
        named[taker] += _others(body, left, day, ground, int(rest * everybody))
    return {successor: share for successor, share in exact.items() if share}, named


def _others(
    body: Organisation, left: Mapping[int, Fraction], day: date, ground: Ground, people: int
) -> list[Organisation]:
    """The parts that are in no line: those nested in the body whose ground is left whole."""
    covers = {inner: ground.cover(inner, day) for inner in ground.inners(body.pk, day)}
    whole = {pk: cover for pk, cover in covers.items() if cover and all(left.get(p) == w for p, w in cover.items())}
    if sum((ground.people_in(cover) for cover in whole.values()), Fraction(0)) != people:
        raise ScenarioError(f"The rest of {body} is not made of whole parts. Name each part on a line of its own.")
    return sorted(Organisation.objects.in_bulk(whole).values(), key=lambda part: part.name)


def _part(line: Line, body: Organisation, day: date, ground: Ground) -> Organisation:
    """The body that a line names as part; of several with its code, one nested in the whole. It must lie in it."""
    inners = set(ground.inners(body.pk, day))
    found = sorted(find(line.part), key=lambda part: (part.pk not in inners, part.kind))
    if not found:
        raise ScenarioError(
            f"Line {line.number}: no body has the code ‘{line.part}’. Look it up in the list of places."
        )
    part = found[0]
    if overlap(ground.cover(body.pk, day), ground.cover(part.pk, day), ground.people).share_of_b != 1:
        raise ScenarioError(f"Line {line.number}: {part} does not lie wholly in {body}. Name parts that do.")
    return part


def _take(left: dict[int, Fraction], whole: Cover, part: Cover, line: Line, body: Organisation) -> None:
    for patch in whole.keys() & part.keys():
        left[patch] -= whole[patch] * part[patch]
        if left[patch] < 0:
            raise ScenarioError(
                f"Line {line.number}: some people of ‘{line.part}’ are in another part of {body} that is named already."
            )
