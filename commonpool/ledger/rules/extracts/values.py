"""What reading an export needs to know, and what it gives back."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from commonpool.findings import At, Finding, Severity
from commonpool.ledger.rules.extracts.mapping import RowKind, Style
from commonpool.periods import FINANCIAL_YEAR, Calendar, Period

KEY_BEGINS: Final = "export:"
"""What the key of every entry from a file begins with; the rest is a digest."""


@dataclass(frozen=True, slots=True)
class ExportFacts:
    """What is known beside the file.

    partner        code of the partner whose ledger the file is from; part of every key
    year           the ledger's year
    agreement      the days that the agreement covers
    lines          {scheme line's id: its name}
    organisations  {name or code of a registered organisation: its code}; capitals and doubled spaces do not matter
    calendar       the partner's own, whose periods the file's numbers count
    """

    partner: str
    year: Period
    agreement: Period
    lines: Mapping[str, str]
    organisations: Mapping[str, str] = field(default_factory=dict)
    calendar: Calendar = FINANCIAL_YEAR


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row as it can be posted. It holds no name of a person and no narrative.

    key       of the row whatever file it comes in: the same transaction next month has the same one
    date      the day it concerns; the last day where the row names a period
    pence     money going out is positive, for every kind; what it is to date in the cumulative style
    provider  code of a registered organisation, else ""
    code      the cost centre as the mapping has it; the scheme line's id where there is none
    period    None where the row names a day
    series    what the row is apart from its period; "" for a transaction
    """

    key: str
    date: datetime.date
    line: str
    kind: RowKind
    pence: int
    provider: str
    place: At
    code: str
    period: Period | None = None
    series: str = ""

    @property
    def content(self) -> tuple[datetime.date, str, RowKind, int]:
        """What two rows of one key must agree in. A provider may have been registered in the meantime."""
        return self.date, self.line, self.kind, self.pence


@dataclass(frozen=True, slots=True)
class ReadExport:
    """All that an export says, and all that is wrong with it. With an error in it nothing may be posted.

    sha256         of the file; "" where the rows came from no file
    unknown_codes  cost centres that the mapping says nothing of, in the order of the file
    """

    style: Style
    rows: tuple[ExportRow, ...]
    findings: tuple[Finding, ...]
    sha256: str = ""
    unknown_codes: tuple[str, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def key_of(*parts: object) -> str:
    """A key that says the same for the same parts and shows none of them."""
    said = "\x1f".join(map(str, parts)).encode("utf-8", "replace")
    return f"{KEY_BEGINS}{hashlib.sha256(said).hexdigest()[:40]}"


def day_text(day: datetime.date) -> str:
    """A day as findings write it: 1 May 2024."""
    return f"{day.day} {day:%b %Y}"
