"""What a file says of itself, checked: its rows of totals, each row's outturn, and the way its signs go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import Final

from commonpool.findings import At, Rule
from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.cells import FAULT, Fault, Place
from commonpool.ledger.rules.extracts.mapping import RowKind
from commonpool.ledger.rules.extracts.telling import Telling, others
from commonpool.ledger.rules.extracts.values import ExportRow
from commonpool.money import format_pounds

_WAYS: Final = {
    RowKind.EXPENDITURE: ("coming in", "the file writes expenditure with a minus, or debit and credit changed places"),
    RowKind.INCOME: ("going out", "the file writes income without a sign of its own"),
    RowKind.CREDIT: ("going out", "the file writes credits without a sign of their own"),
}


class Sums:
    """Running sums of the columns of amounts, as the file states them."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self._by_column: dict[int, Counter[Hashable]] = defaultdict(Counter)
        self._unknown: set[int] = set()
        self._negative: dict[str, tuple[At, int]] = {}

    def add(self, column: int, stated: int | Fault | None, group: Hashable = None) -> None:
        """Count one cell. `group` is its period, where one column holds several."""
        if stated is FAULT:
            self._unknown.add(column)
        elif stated is not None:
            self._by_column[column][group] += stated

    def check_total(self, column: int, stated: int | Fault | None, place: Place, group: Hashable = None) -> None:
        """Compare a cell of a row of totals with the cells above it. A column with a fault cannot be compared.

        A total without a period is the total of all periods.
        """
        if stated is FAULT or stated is None or column in self._unknown:
            return
        found = self._by_column[column]
        self._compare(wording.TOTAL_DIFFERS, stated, found.total() if group is None else found[group], place)

    def check_outturn(self, stated: int | Fault | None, summed: int, place: Place) -> None:
        """Compare a row's outturn with what its periods give."""
        if isinstance(stated, int):
            self._compare(wording.OUTTURN_DIFFERS, stated, summed, place)

    def _compare(self, rule: Rule, stated: int, summed: int, place: Place) -> None:
        if stated != summed:
            said = {"stated": format_pounds(stated), "summed": format_pounds(summed)}
            self.telling.tell(rule, place, difference=format_pounds(abs(stated - summed)), **said)

    def note_negative(self, side: str, place: Place) -> None:
        """Remember a debit or a credit below zero."""
        at, count = self._negative.get(side) or (place(), 0)
        self._negative[side] = (at, count + 1)

    def tell_signs(self, rows: Iterable[ExportRow], at: At) -> None:
        """A warning where signs go against the mapping; `at` is the header of the amounts."""
        for side, (place, count) in self._negative.items():
            self.telling.tell(wording.NEGATIVE_SIDE, place, side=side, others=others(count - 1))
        by_kind: Counter[RowKind] = Counter()
        for row in rows:
            by_kind[row.kind] += row.pence
        for kind, pence in by_kind.items():
            way, cause = _WAYS[kind]
            if pence and (pence > 0) is not (kind is RowKind.EXPENDITURE):
                said = {"kind": kind.value, "total": format_pounds(pence), "way": f"money {way}", "cause": cause}
                self.telling.tell(wording.WRONG_WAY, at, **said)
