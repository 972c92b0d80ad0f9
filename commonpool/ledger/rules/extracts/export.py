"""Reads an export's rows by its mapping: transactions, or amounts by period. All faults at once, nothing guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from commonpool.findings import At
from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.cells import FAULT, Cells, Fault, Row
from commonpool.ledger.rules.extracts.codes import Codes
from commonpool.ledger.rules.extracts.collecting import Coded, Collecting, Stated
from commonpool.ledger.rules.extracts.coverage import tell_coverage
from commonpool.ledger.rules.extracts.mapping import (
    LABELS,
    ColumnMapping,
    Role,
    RowKind,
    Style,
    code_key,
    missing_roles,
)
from commonpool.ledger.rules.extracts.sums import Sums
from commonpool.ledger.rules.extracts.table import SheetRows, has_values, locate
from commonpool.ledger.rules.extracts.telling import Telling
from commonpool.ledger.rules.extracts.values import ExportFacts, ReadExport
from commonpool.money import format_pounds
from commonpool.periods import Period

_CODES: Final = (Role.COST_CENTRE, Role.SCHEME_LINE)


def read_export(sheet: SheetRows, mapping: ColumnMapping, facts: ExportFacts) -> ReadExport:
    """All rows of an export that can be posted, and all that is wrong with it.

    Whoever posts must look at `has_errors` first: rows beside a faulty one are given too, so that they can be shown.
    """
    return _Reader(sheet, mapping, facts).read()


class _Reader:
    def __init__(self, sheet: SheetRows, mapping: ColumnMapping, facts: ExportFacts) -> None:
        self.sheet, self.mapping, self.facts = sheet, mapping, facts
        self.telling = Telling()
        self.located = locate(sheet, mapping, self.telling)
        self.roles = self.located.roles
        self.cells = Cells(sheet, mapping, facts, self.located, self.telling)
        self.codes = Codes(mapping, facts)
        self.sums = Sums(self.telling)
        self.organisations = {code_key(name): code for name, code in facts.organisations.items()}
        self.totals = {code_key(one) for one in mapping.totals}
        self.coded: dict[tuple[str, str, str], Coded] = {}
        self.used = sorted({*self.roles.values(), *self.located.periods})
        amounts = (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.PERIOD, Role.DATE)
        self.saying = [*self.located.periods, *(self.roles[role] for role in amounts if role in self.roles)]
        self.periods: dict[int, Period | None] = {}
        self.rows = Collecting(facts.partner, self.telling)
        self.dropped: Counter[Role] = Counter()

    def read(self) -> ReadExport:
        first = self.located.header_row + 1
        if self._is_readable(first):
            self.periods = {
                column: self.cells.period_of_column(column, label, first - 1)
                for column, label in self.located.periods.items()
            }
            for number in range(first, len(self.sheet.rows)):
                self._read_row(number, self.sheet.rows[number])
            self._finish()
        return ReadExport(
            self.mapping.style, tuple(self.rows.rows), self.telling.findings, unknown_codes=self.codes.unknown
        )

    def _is_readable(self, first: int) -> bool:
        """Whether there are rows, and every column without which no row can be read."""
        rows = self.sheet.rows
        has_rows = has_values(rows[first:])
        if not has_rows:
            what = "a header row and nothing below it" if has_values(rows[:first]) else "no row in it"
            self.telling.tell(wording.EMPTY, At(self.sheet.name), sheet=self.sheet.name, what=what)
        is_wide = bool(self.located.periods)
        columns = dict.fromkeys(self.roles, "")
        return has_rows and not missing_roles(self.mapping.style, columns, is_wide=is_wide)

    def _read_row(self, number: int, row: Row) -> None:
        says_something = self._is_filled(row, self.saying) or self._waits_for_formula(number)
        if not says_something and not self._is_filled(row, self.used):
            return
        text = self.cells.text
        centre, line = text(number, row, Role.COST_CENTRE), text(number, row, Role.SCHEME_LINE)
        if self._is_total(row, centre, line):
            self._check_total(number, row)
        elif not says_something:
            what = "It has neither an amount nor a date" if Role.DATE in self.roles else "It has no amount"
            self.telling.tell(wording.SAYS_NOTHING, self.cells.at(number, self.used[0]), what=what)
        else:
            coded = self._coded(number, (centre, line, text(number, row, Role.KIND)))
            read = self._read_wide if self.located.periods else self._read_long
            read(number, row, coded)

    def _is_filled(self, row: Row, columns: Iterable[int]) -> bool:
        for column in columns:  # noqa: SIM110 - it runs for every row, and a generator costs as much as the look
            if self.cells.value(row, column) is not None:
                return True
        return False

    def _waits_for_formula(self, number: int) -> bool:
        waiting = self.sheet.formulas_without_value
        return bool(waiting) and any((number, column) in waiting for column in self.saying)

    def _is_total(self, row: Row, centre: str, line: str) -> bool:
        first = row[0] if row and row[0] is not None else next((value for value in row if value is not None), None)
        words = (first, centre, line) if isinstance(first, str) else (centre, line)
        return not self.totals.isdisjoint([word.strip(" :").casefold() for word in words])

    # Rows of one amount: transactions, or one period's amount in a row

    def _read_long(self, number: int, row: Row, coded: Coded | None) -> None:
        when = self.cells.day(number, row) if Role.DATE in self.roles else self.cells.period(number, row)
        is_transaction = self.mapping.style is Style.TRANSACTIONS
        group = None if is_transaction or not isinstance(when, Period) else when
        stated = self._stated(number, row, group)
        provider = self._provider(number, row)
        if stated == 0 and is_transaction:
            self.telling.tell(wording.SAYS_NOTHING, self._amount_at(number, row), what="The amount is 0")
            return
        if coded is None or not coded.line or when is None or stated is None or stated is FAULT:
            return
        amount = self._of(coded, stated, self._amount_at(number, row))
        if is_transaction:
            text = self.cells.text
            reference = text(number, row, Role.REFERENCE), text(number, row, Role.REFERENCE_LINE)
            self.rows.add_transaction(coded, amount, when, reference, provider)
        elif isinstance(when, Period):
            self.rows.add_amount(self.mapping.style, coded, amount, when)

    def _stated(self, number: int, row: Row, group: Period | None) -> int | Fault | None:
        """The row's amount as the file states it: debit less credit where there are two columns. None is told."""
        if Role.AMOUNT in self.roles:
            column = self.roles[Role.AMOUNT]
            stated = self.cells.pence(number, row, column, LABELS[Role.AMOUNT])
            self.sums.add(column, stated, group)
            if stated is None:
                self.telling.tell(wording.EMPTY_CELL, self.cells.at_role(number, Role.AMOUNT), role="amount")
            return stated
        return self._of_two_sides(number, row, group)

    def _of_two_sides(self, number: int, row: Row, group: Period | None) -> int | Fault | None:
        sides: dict[Role, int] = {}
        for role in (Role.DEBIT, Role.CREDIT):
            pence = self.cells.pence(number, row, self.roles[role], LABELS[role])
            self.sums.add(self.roles[role], pence, group)
            if pence is FAULT:
                return FAULT
            if pence is not None:
                sides[role] = pence
                if pence < 0:
                    self.sums.note_negative(role.value, self.cells.at_role(number, role))
        if not sides:
            self.telling.tell(wording.EMPTY_CELL, self.cells.at_role(number, Role.DEBIT), role="debit or credit")
            return None
        debit, credit = sides.get(Role.DEBIT, 0), sides.get(Role.CREDIT, 0)
        if debit and credit:
            said = {"debit": format_pounds(debit), "credit": format_pounds(credit)}
            self.telling.tell(wording.BOTH_SIDES, self.cells.at_role(number, Role.CREDIT), **said)
            return FAULT
        return debit - credit

    def _amount_at(self, number: int, row: Row) -> At:
        role = Role.AMOUNT
        if role not in self.roles:
            role = Role.CREDIT if self.cells.value(row, self.roles[Role.DEBIT]) is None else Role.DEBIT
        return self.sheet.at(number, self.roles[role], role.value)

    # Rows of many amounts: one column for each period

    def _read_wide(self, number: int, row: Row, coded: Coded | None) -> None:
        known: dict[Period, int] = {}
        for column, period in self.periods.items():
            label = self.located.periods[column]
            stated = self.cells.pence(number, row, column, label)
            self.sums.add(column, stated)
            if stated is None or stated is FAULT or period is None:
                continue
            known[period] = stated
            if coded is not None and coded.line:
                amount = self._of(coded, stated, self.sheet.at(number, column, label))
                self.rows.add_amount(self.mapping.style, coded, amount, period)
        self._check_outturn(number, row, known if len(known) == len(self.periods) else {})

    def _check_outturn(self, number: int, row: Row, known: Mapping[Period, int]) -> None:
        """`known` is empty where an amount of the row is not known."""
        if Role.OUTTURN not in self.roles:
            return
        column = self.roles[Role.OUTTURN]
        stated = self.cells.pence(number, row, column, LABELS[Role.OUTTURN])
        self.sums.add(column, stated)
        if known:
            summed = known[max(known)] if self.mapping.style is Style.CUMULATIVE else sum(known.values())
            self.sums.check_outturn(stated, summed, self.cells.at_role(number, Role.OUTTURN))

    # What the rows have in common

    def _coded(self, number: int, written: tuple[str, str, str]) -> Coded | None:
        """What a row's cost centre, scheme line and kind mean. None is told."""
        known = self.coded.get(written) or self._newly_coded(number, *written)
        if known is not None:
            self.coded[written] = known
        return known

    def _newly_coded(self, number: int, centre: str, line: str, word: str) -> Coded | None:
        if not centre and not line:
            self.cells.missing(number, next(role for role in _CODES if role in self.roles))
            return None
        found = self.codes.meaning(centre, line, *(self.cells.at_role(number, role) for role in _CODES))
        if found is None:
            return None
        code, meaning = found
        if not meaning.line:
            return Coded(code, "", meaning.kind, (centre, line, word))
        kind = self.codes.kind(word, meaning.kind, self.cells.at_role(number, Role.KIND))
        return None if kind is None else Coded(code, meaning.line, kind, (centre, line, word))

    def _provider(self, number: int, row: Row) -> str:
        """The code of a registered organisation; any other name is counted and goes no further."""
        if self.cells.value(row, self.roles.get(Role.NARRATIVE)) is not None:
            self.dropped[Role.NARRATIVE] += 1
        name = self.cells.text(number, row, Role.PROVIDER)
        code = self.organisations.get(code_key(name), "") if name else ""
        if name and not code:
            self.dropped[Role.PROVIDER] += 1
        return code

    def _of(self, coded: Coded, as_written: int, place: At) -> Stated:
        """An amount with its sign as money going out."""
        pence = -as_written if self.mapping.expenditure_is_negative else as_written
        if coded.kind is not RowKind.EXPENDITURE and self.mapping.income_is_unsigned:
            pence = -pence
        return Stated(as_written, pence, place)

    def _check_total(self, number: int, row: Row) -> None:
        is_grouped = Role.PERIOD in self.roles and self.mapping.style is not Style.TRANSACTIONS
        named = is_grouped and self.cells.value(row, self.roles[Role.PERIOD]) is not None
        group = self.cells.period(number, row) if named else None
        amounts = (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.OUTTURN)
        labels = {self.roles[role]: LABELS[role] for role in amounts if role in self.roles} | dict(self.located.periods)
        for column, label in labels.items():
            stated = self.cells.pence(number, row, column, label)
            if group is not None or not named:
                self.sums.check_total(column, stated, self.cells.at(number, column, label), group)

    def _finish(self) -> None:
        self.codes.tell_unknown(self.telling)
        amounts = [self.roles[role] for role in (Role.AMOUNT, Role.DEBIT) if role in self.roles]
        column = next(iter([*amounts, *self.located.periods]))
        self.sums.tell_signs(self.rows.rows, self.sheet.at(max(self.located.header_row, 0), column, "amount"))
        if self.mapping.style is not Style.TRANSACTIONS:
            tell_coverage(self.rows.rows, self.mapping.style, self.telling)
        self.rows.tell_alike()
        self._tell_dropped()
        if not self.rows.rows and not self.telling.findings:
            what = "no row of the pool's in the columns that are read"
            self.telling.tell(wording.EMPTY, At(self.sheet.name), sheet=self.sheet.name, what=what)

    def _tell_dropped(self) -> None:
        words = {Role.PROVIDER: "name{} of payees that are no registered organisation", Role.NARRATIVE: "narrative{}"}
        said = [f"{count:,} {words[role].format('s' * (count > 1))}" for role, count in sorted(self.dropped.items())]
        if said:
            was = "was" if sum(self.dropped.values()) == 1 else "were"
            self.telling.tell(wording.DROPPED, At(self.sheet.name), dropped=f"{' and '.join(reversed(said))} {was}")
