"""What every question of the books is asked with, who may ask, and what it is answered from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from commonpool.figures import Figure, How, QuestionError
from commonpool.ledger.models import Ledger, Posting
from commonpool.ledger.queries.access import may_read
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.choices import with_providers
from commonpool.ledger.queries.names import names_of, year_of
from commonpool.ledger.queries.sums import cells
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.columns import COLUMNS, Column, Scope
from commonpool.ledger.rules.statements.names import By, Cell, Names
from commonpool.periods import Period


def may_ask(person: Any, ledger: UUID, **others: Any) -> bool:
    """Whoever may see the area of the books may have each of their figures explained."""
    return bool(person.is_authenticated) and may_read(person, Ledger, ledger, localdate())


@dataclass(frozen=True)
class Asked:
    """What every question of the books is asked with, and what it is answered from."""

    uuid: UUID
    year: str
    as_at: AsAt
    stream: str = ""
    partner: str = ""

    @cached_property
    def ledger(self) -> Ledger:
        """The books."""
        found = Ledger.objects.select_related("fund").filter(uuid=self.uuid).first()
        if found is None:
            raise QuestionError("There are no such books. Copy the whole link again.")
        return found

    @cached_property
    def names(self) -> Names:
        """What their codes are called, with the providers whom postings name."""
        spent = Posting.objects.filter(ledger=self.ledger, account=Account.EXPENDITURE).order_by()
        return with_providers(names_of(self.ledger), spent.values_list("provider", flat=True).distinct())

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """The periods of the year."""
        return year_of(self.ledger, self.year)

    @cached_property
    def starts(self) -> frozenset[date]:
        """The first days of the year's periods."""
        return frozenset(month.starts_on for month in self.months)

    def cells(self, column: Column) -> list[Cell]:
        """The sums that the column may count."""
        return cells(self.ledger, self.as_at, (min(column.accounts), max(column.accounts)))

    def scope(self, by: str, key: str) -> Scope:
        """A row of a statement."""
        try:
            return Scope(By(by), key, self.stream, self.partner)
        except ValueError:
            raise QuestionError(f"Figures are not grouped by ‘{by}’. Use one of: {', '.join(By)}.") from None

    def said(self, name: str, **arguments: str) -> dict[str, Any]:
        """What a figure says of its question."""
        own = {"ledger": str(self.uuid), "year": self.year, "stream": self.stream, "partner": self.partner}
        given = {key: value for key, value in (own | arguments).items() if value or key in arguments}
        return {
            "question": name,
            "arguments": given,
            "as_at": self.as_at.day,
            "known_at": self.as_at.known_at,
        }


def asked_for(
    ledger: UUID, year: str, as_at: date, known_at: datetime | None, stream: str = "", partner: str = ""
) -> Asked:
    """A question's arguments, as they come."""
    return Asked(ledger, year, AsAt(as_at, known_at), stream, partner)


def column_named(name: str) -> Column:
    """The amount of that name. Raises QuestionError, with the names that there are."""
    if name not in COLUMNS:
        raise QuestionError(f"The books have no amount ‘{name}’. They have: {', '.join(COLUMNS)}.")
    return COLUMNS[name]


def closed(figure: Figure) -> Figure:
    """A figure as a part of another: it shows its value, and its parts when its own question is asked."""
    return replace(figure, how=How.LOOKUP, parts=())


def difference(label: str, parts: tuple[Figure, ...], **said: Any) -> Figure:
    """The first part less the others; not known where one of them is not, or only in part."""
    unknown = sum(part.unknown for part in parts)
    values = [int(part.value) for part in parts if part.value is not None]
    value = None if unknown or len(values) < len(parts) else values[0] - sum(values[1:])
    return Figure(label, value, "pence", How.DIFFERENCE, parts, unknown=unknown, **said)
