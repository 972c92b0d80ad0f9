"""What the pages of periods show: how far each is closed, what stands in its way, and what its closes published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate

from commonpool.ledger.checklist import Item, checklist
from commonpool.ledger.models import Ledger, Period, PeriodClose
from commonpool.pages import formats

State = Period.State


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period in the list: how it stands, and its last step with the head of the chain that it published."""

    period: Period
    last: PeriodClose | None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a period's checklist, and where it is dealt with; no address where that page is not there."""

    item: Item
    url: str

    @property
    def status(self) -> tuple[str, str]:
        """Its standing as a word, and the colour of the word's box."""
        if self.item.is_done:
            return "Done", "green"
        return ("Blocks", "red") if self.item.blocks else ("Check", "yellow")


@dataclass(frozen=True, slots=True)
class PeriodPage:
    """A period, what the books say about closing it, and every step that was taken."""

    period: Period
    points: tuple[Point, ...]
    steps: tuple[PeriodClose, ...]

    @property
    def blocking(self) -> tuple[Point, ...]:
        """The points that closing waits for."""
        return tuple(point for point in self.points if point.item.blocks)

    @property
    def open_points(self) -> tuple[Point, ...]:
        """The points that do not stand in the way and want a look."""
        return tuple(point for point in self.points if not point.item.is_done and not point.item.blocks)

    @property
    def minutes(self) -> str:
        """What the last close says in the partners' minutes; "" before any."""
        closed = [step for step in self.steps if step.step != PeriodClose.Step.REOPEN]
        return minutes(closed[-1]) if closed and self.period.state != State.OPEN else ""


def periods_of(ledger: Ledger) -> list[PeriodRow]:
    """Every period, the newest year first and in each year the earliest month first."""
    rows = ledger.periods.prefetch_related("closes__closed_by").order_by("-year", "starts_on")
    return [PeriodRow(period, _last(period.closes.all())) for period in rows]


def _last(steps: Iterable[PeriodClose]) -> PeriodClose | None:
    return next(reversed(list(steps)), None)


def period_page(period: Period, on: date) -> PeriodPage:
    """The period's page as the books stand. `on` is today. A closed period has no list: nothing is left to do."""
    items: Sequence[Item] = () if period.state == State.CLOSED else checklist(period, on)
    points = tuple(Point(item, _address(item, period)) for item in items)
    steps = period.closes.select_related("closed_by", "period__ledger__fund").order_by("closed_at", "id")
    return PeriodPage(period, points, tuple(steps))


def _address(item: Item, period: Period) -> str:
    try:
        return reverse(item.page, args=[period.ledger.uuid]) if item.page else ""
    except NoReverseMatch:
        return ""


def step_in_words(close: PeriodClose | None) -> str:
    """A step as a list shows it: what, when, by whom."""
    if close is None:
        return "none yet"
    by = f", {close.closed_by}" if close.closed_by else ""
    return f"{close.get_step_display()} {formats.moment_text(close.closed_at)}{by}"


def minutes(close: PeriodClose) -> str:
    """What to put into the partners' minutes: with it there, nobody can rewrite what was closed unnoticed."""
    return (
        f"{close.period.ledger.fund}: {close.period.label} was {close.get_step_display().lower()} on "
        f"{localdate(close.closed_at):%-d %B %Y}. The ledger then had {close.entry_count:,} entries; the hash of the "
        f"last is {close.head_hash}."
    )
