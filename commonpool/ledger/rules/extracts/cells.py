"""Reads the cells of one row: amounts, days and periods. Each fault is told where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum
from functools import partial
from typing import Final, Literal

from commonpool.findings import At
from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.amounts import NotAnAmount, pence_of
from commonpool.ledger.rules.extracts.dates import WRITTEN_AS, DateForm, day_of, period_of
from commonpool.ledger.rules.extracts.mapping import LABELS, ColumnMapping, Role
from commonpool.ledger.rules.extracts.table import Located, SheetRows
from commonpool.ledger.rules.extracts.telling import Telling, short
from commonpool.ledger.rules.extracts.values import ExportFacts, day_text
from commonpool.periods import Period

Row = Sequence[object]
Place = Callable[[], At]


# Without these a row would be read as something else. That the others are missing is told where they are needed.
_TELLING: Final = frozenset({Role.REFERENCE, Role.REFERENCE_LINE, Role.KIND})


class Told(Enum):
    """What stands for a value that cannot be read and has been told."""

    FAULT = "fault"


FAULT: Final = Told.FAULT
Fault = Literal[Told.FAULT]


class Cells:
    """The cells of one located table. Rows are named by their number from 0."""

    def __init__(
        self, sheet: SheetRows, mapping: ColumnMapping, facts: ExportFacts, located: Located, telling: Telling
    ) -> None:
        self.sheet, self.facts, self.telling = sheet, facts, telling
        self.roles = located.roles
        self._uncalculated = sheet.formulas_without_value
        self._day_form, self._period_form = mapping.dates, mapping.period_form
        self._days: dict[object, date] = {}
        self._periods: dict[object, Period] = {}

    def value(self, row: Row, column: int | None) -> object:
        """The cell's value; None where it is empty or there is no such column."""
        if column is None or column >= len(row):
            return None
        value = row[column]
        return None if isinstance(value, str) and (not value or value.isspace()) else value

    def text(self, number: int, row: Row, role: Role) -> str:
        """The text of a role's cell; "" where it is empty or there is no such column."""
        column = self.roles.get(role)
        if column is None:
            return ""
        value = row[column] if column < len(row) else None
        if value is None:
            if role in _TELLING and (number, column) in self._uncalculated:
                self.telling.tell(wording.UNCALCULATED, self.at_role(number, role))
            return ""
        return value.strip() if isinstance(value, str) else (self.sheet.at(number, column).text or "")

    def at(self, number: int, column: int, field: str | None = None) -> Place:
        """The place of a cell, made only when somebody asks."""
        return partial(self.sheet.at, number, column, field)

    def at_role(self, number: int, role: Role) -> Place:
        """The place of a role's cell; where it has no column, the row's first cell."""
        return self.at(number, self.roles.get(role, 0), LABELS[role])

    def pence(self, number: int, row: Row, column: int, field: str) -> int | Fault | None:
        """Whole pence of a cell; None where it is empty."""
        value = self.value(row, column)
        if value is None:
            return self._empty(number, column, field)
        try:
            return pence_of(value)
        except NotAnAmount as fault:
            self.telling.tell(fault.rule, self.at(number, column, field), **fault.said)
            return FAULT

    def _empty(self, number: int, column: int, field: str) -> Fault | None:
        if (number, column) not in self._uncalculated:
            return None
        self.telling.tell(wording.UNCALCULATED, self.at(number, column, field))
        return FAULT

    def day(self, number: int, row: Row) -> date | None:
        """The row's day, within the year and the agreement. None is told."""
        value = self.value(row, self.roles[Role.DATE])
        if value is None:
            return self.missing(number, Role.DATE)
        # Few days stand on many rows: each sound one is read once.
        return self._days.get(value) or self._new_day(number, value)

    def _new_day(self, number: int, value: object) -> date | None:
        place = self.at_role(number, Role.DATE)
        day = day_of(value, self._day_form)
        if day is None:
            self.telling.tell(wording.NOT_DATE, place, what="date", form=WRITTEN_AS[self._day_form])
        elif self._is_inside(day, day, place):
            self._days[value] = day
            return day
        return None

    def period(self, number: int, row: Row) -> Period | None:
        """The row's period, within the year and the agreement. None is told."""
        value = self.value(row, self.roles[Role.PERIOD])
        if value is None:
            return self.missing(number, Role.PERIOD)
        return self._periods.get(value) or self._new_period(number, row, value)

    def _new_period(self, number: int, row: Row, value: object) -> Period | None:
        named = value if isinstance(value, date) else self.text(number, row, Role.PERIOD)
        period = period_of(named, self._period_form, self.facts.year, self.facts.calendar)
        if self._told_period(period, self.at_role(number, Role.PERIOD)) is not None and period is not None:
            self._periods[value] = period
            return period
        return None

    def period_of_column(self, column: int, label: str, header_row: int) -> Period | None:
        """The period whose amounts a column holds. None is told, at the column's header."""
        period = period_of(label, self._period_form, self.facts.year, self.facts.calendar)
        place = self.sheet.at(max(header_row, 0), column, label)
        return self._told_period(period, lambda: At(place.sheet, place.cell, label, label))

    def _told_period(self, period: Period | None, place: Place) -> Period | None:
        if period is None:
            form = self._period_form if self._period_form is DateForm.LEDGER_PERIOD else DateForm.PERIOD
            self.telling.tell(wording.NOT_DATE, place, what="period", form=WRITTEN_AS[form])
            return None
        return period if self._is_inside(period.starts_on, period.ends_on, place) else None

    def missing(self, number: int, role: Role) -> None:
        """Tell that a cell is empty without which the row cannot be read."""
        if self._empty(number, self.roles[role], LABELS[role]) is None:
            self.telling.tell(wording.EMPTY_CELL, self.at_role(number, role), role=LABELS[role])

    def _is_inside(self, starts_on: date, ends_on: date, place: Place) -> bool:
        """Whether the days are in the year and touch the agreement; told if not.

        An agreement may begin within a month: the month then holds what was spent under it.
        """
        year, agreement = self.facts.year, self.facts.agreement
        what, outer = f"the year {year.label}".strip(), year
        if starts_on in year and ends_on in year:
            what, outer = "the agreement", agreement
            if starts_on <= agreement.ends_on and ends_on >= agreement.starts_on:
                return True
        said = {"what": what, "starts_on": day_text(outer.starts_on), "ends_on": day_text(outer.ends_on)}
        day = day_text(starts_on) if starts_on == ends_on else f"{day_text(starts_on)} to {day_text(ends_on)}"
        self.telling.tell(wording.OUTSIDE, place, day=short(day), **said)
        return False
