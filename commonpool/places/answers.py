"""What the commands of places answer: codes and files in, words or JSON out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils import timezone

from commonpool.pages.formats import share_text
from commonpool.places.actions import reorganise
from commonpool.places.models import Organisation
from commonpool.places.queries import COMPARED_KINDS, BodyOverlap, Neighbour, find, neighbours, overlap_of, read_ground
from commonpool.places.reading import Refused, rows_of
from commonpool.places.scenarios import ScenarioError, read_lines, read_scenario
from commonpool.places.what_if import Outcome, outcome


class NoAnswer(ValueError):  # noqa: N818 - read in sentences
    """A question that cannot be answered. Says what was found and what to do."""


@dataclass(frozen=True, slots=True)
class TwoBodies:
    """How two bodies overlap."""

    found: BodyOverlap

    def lines(self) -> list[str]:
        """The answer for people to read."""
        found = self.found
        return [
            f"{found.a} ({found.a.code}) on {found.day_of_a:%-d %B %Y}: {int(found.people.people_of_a):,} people",
            f"{found.b} ({found.b.code}) on {found.day_of_b:%-d %B %Y}: {int(found.people.people_of_b):,} people",
            f"In both: {int(found.people.people_of_both):,} people (mid-{found.mid_year}).",
            f"Of the first {percent(found.people.share_of_a)}, of the second {percent(found.people.share_of_b)}.",
            found.sentence,
        ]

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON; shares are exact fractions, None where nobody is known."""
        found = self.found
        return {
            "a": _named(found.a),
            "b": _named(found.b),
            "mid_year": found.mid_year,
            "people_of_a": int(found.people.people_of_a),
            "people_of_b": int(found.people.people_of_b),
            "people_of_both": int(found.people.people_of_both),
            "share_of_a": _exact(found.people.share_of_a),
            "share_of_b": _exact(found.people.share_of_b),
            "relation": found.relation.value,
        }


@dataclass(frozen=True, slots=True)
class AllNeighbours:
    """Everybody with whom a body shares people."""

    body: Organisation
    rows: tuple[Neighbour, ...]

    def lines(self) -> list[str]:
        """The answer for people to read."""
        if not self.rows:
            return [f"{self.body} ({self.body.code}) shares nobody with any body known here. Load its lookup."]
        told = [f"{self.body} ({self.body.code}) shares people with:"]
        for row in self.rows:
            told.append(
                f"  {row.body} ({row.body.code}, {row.body.get_kind_display()}): {int(row.people):,} people, "
                f"{percent(row.share_of_this)} of the first, {percent(row.share_of_other)} of the other"
            )
        return told

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON; shares are exact fractions."""
        return {
            "body": _named(self.body),
            "overlaps": [
                {
                    **_named(row.body),
                    "people": int(row.people),
                    "share_of_this": _exact(row.share_of_this),
                    "share_of_other": _exact(row.share_of_other),
                }
                for row in self.rows
            ],
        }


def overlap_of_codes(a: str, b: str, *, on: str, kind: str) -> TwoBodies | AllNeighbours:
    """How two bodies overlap, or with whom the first one does. Raises NoAnswer."""
    day = read_day(on)
    first = _one(a, kind)
    ground = read_ground()
    if b:
        return TwoBodies(overlap_of(first, _one(b, ""), day, ground=ground))
    return AllNeighbours(first, tuple(neighbours(first, day, COMPARED_KINDS, ground=ground)))


def recut_by_file(
    scenario: Path, *, on: str, kind: str, amounts: Path | None, source: str, is_recorded: bool
) -> Outcome:
    """The outcome of a scenario file; recorded if asked, which needs a source. Raises NoAnswer."""
    if is_recorded and not source:
        raise NoAnswer("To record it, say with --source where it was decided.")
    try:
        lines = read_lines([",".join(row.cells) for row in rows_of(scenario)])
        read = read_scenario(lines, read_day(on), kind or None)
        found = outcome(read, {amounts.stem: _amounts(amounts)} if amounts else None)
        if is_recorded:
            reorganise(read, source=source, at=timezone.now())
    except (ScenarioError, Refused) as error:
        raise NoAnswer(str(error)) from error
    return found


def _amounts(path: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows_of(path):
        code, *rest = (cell.strip() for cell in row.cells)
        if code == "code":
            continue
        if len(rest) != 1 or not rest[0].removeprefix("-").isdigit():
            raise NoAnswer(
                f"{path.name}, line {row.line}: write a code and a whole amount, not ‘{','.join(row.cells)}’."
            )
        found[code] = found.get(code, 0) + int(rest[0])
    return found


def read_day(text: str) -> date:
    """A typed day; today for an empty text. Raises NoAnswer."""
    if not text:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NoAnswer(f"‘{text}’ is not a day. Write it as 2024-06-01.") from error


def _one(code: str, kind: str) -> Organisation:
    if kind and kind not in Organisation.Kind.values:
        raise NoAnswer(f"‘{kind}’ is not a kind of body. There are: {', '.join(Organisation.Kind.values)}.")
    found = list(find(code, kind or None))
    if not found:
        raise NoAnswer(f"No body has the code ‘{code}’. Load the lists that name it, or correct the code.")
    # A unitary council is an upper and a lower tier and an area, which cover the same people.
    order = [*COMPARED_KINDS, Organisation.Kind.TRUST, Organisation.Kind.OTHER]
    return min(found, key=lambda body: order.index(Organisation.Kind(body.kind)))


def percent(share: Fraction | None) -> str:
    """A share in words."""
    return "an unknown share" if share is None else share_text(share)


def _exact(share: Fraction | None) -> str | None:
    return None if share is None else str(share)


def _named(body: Organisation) -> dict[str, str]:
    return {"code": body.code, "name": body.name, "kind": body.kind}
