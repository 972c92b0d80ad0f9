"""Gathers the rows of one file under their keys, so that none is taken twice and none changes its meaning unseen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from commonpool.findings import At
from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.mapping import RowKind, Style, code_key
from commonpool.ledger.rules.extracts.telling import Telling, others
from commonpool.ledger.rules.extracts.values import ExportRow, key_of
from commonpool.periods import Period


@dataclass(frozen=True, slots=True)
class Coded:
    """What a row's codes say: by what it is known, its line and kind, and the words as written.

    A cost centre that is not the pool's has no line.
    """

    code: str
    line: str
    kind: RowKind
    written: tuple[str, str, str]


class Stated(NamedTuple):
    """One amount of a row: as the file states it, in pence going out, and where it stands."""

    as_written: int
    pence: int
    place: At


class Collecting:
    """The rows so far, each under its own key."""

    def __init__(self, partner: str, telling: Telling) -> None:
        self.partner, self.telling = partner, telling
        self.rows: list[ExportRow] = []
        self._seen: dict[str, ExportRow] = {}
        self._alike: Counter[object] = Counter()
        self._first_alike: At | None = None

    def add_transaction(
        self, coded: Coded, stated: Stated, when: date | Period, reference: tuple[str, str], provider: str
    ) -> None:
        """Take one transaction. `reference` is its reference and the line within it, "" where there is none."""
        day, period = (when.ends_on, when) if isinstance(when, Period) else (when, None)
        if reference[0]:
            key = key_of(self.partner, "reference", *map(code_key, reference))
        else:
            key = self._key_without_reference(day, coded, stated)
        row = ExportRow(key, day, coded.line, coded.kind, stated.pence, provider, stated.place, coded.code, period)
        self._add(row, "reference")

    def _key_without_reference(self, day: date, coded: Coded, stated: Stated) -> str:
        """From what the file itself says: a code mapped anew, or an organisation registered, makes no new key."""
        content = (day, *map(code_key, coded.written), stated.as_written)
        self._alike[content] += 1
        if self._alike[content] > 1:
            self._first_alike = self._first_alike or stated.place
        return key_of(self.partner, "row", *content, self._alike[content])

    def add_amount(self, style: Style, coded: Coded, stated: Stated, period: Period) -> None:
        """Take the amount of one code and period."""
        series = "\x1f".join(map(code_key, coded.written))
        key = key_of(self.partner, style, series, period.starts_on, period.ends_on)
        row = ExportRow(
            key,
            period.ends_on,
            coded.line,
            coded.kind,
            stated.pence,
            provider="",
            place=stated.place,
            code=coded.code,
            period=period,
            series=series,
        )
        self._add(row, "cost centre and period")

    def _add(self, row: ExportRow, what: str) -> None:
        earlier = self._seen.get(row.key)
        if earlier is None:
            self._seen[row.key] = row
            self.rows.append(row)
            return
        is_same = (earlier.content, earlier.provider) == (row.content, row.provider)
        rule = wording.REPEATED if is_same else wording.CONFLICT
        self.telling.tell(rule, row.place, what=what, first=earlier.place.cell)

    def tell_alike(self) -> None:
        """One note for all rows without a reference that say what an earlier one says."""
        if self._first_alike:
            more = sum(count - 1 for count in self._alike.values()) - 1
            self.telling.tell(wording.ALIKE, self._first_alike, others=others(more))
