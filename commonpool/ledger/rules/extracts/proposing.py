"""A likely mapping for a file that nobody has mapped yet, from its headers and first rows. A person confirms it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from commonpool.ledger.rules.extracts.amounts import NotAnAmount, pence_of
from commonpool.ledger.rules.extracts.dates import DateForm, day_of, is_period_label
from commonpool.ledger.rules.extracts.mapping import ColumnMapping, Role, Style, header_key, missing_roles

# In the order in which roles choose; the first words of a role are its likeliest.
_HEADERS: Final[Mapping[Role, str]] = {
    Role.COST_CENTRE: "cost centre|cost center|cost centre code|cost code|costcentre|cc|centre|cost ctr",
    Role.SCHEME_LINE: "scheme id|scheme line|scheme line id|line id|bcf scheme id|scheme number|scheme no|scheme|line",
    Role.DEBIT: "debit|debit amount|dr|debits",
    Role.CREDIT: "credit|credit amount|cr|credits",
    Role.OUTTURN: "outturn|full year|year total|actual outturn",
    Role.AMOUNT: "amount|net amount|amount gbp|value|net value|net|actual to date|ytd actual|ytd|year to date"
    "|amount to date|cumulative|cumulative amount|cumulative actual|actual|actuals|spend|spend to date|total",
    Role.DATE: "date|transaction date|posting date|gl date|effective date|journal date|document date|invoice date"
    "|payment date|trans date",
    Role.PERIOD: "period|accounting period|financial period|fiscal period|fin period|month|quarter|period name",
    Role.REFERENCE: "transaction id|reference|ref|transaction number|transaction no|document number|document no|doc no"
    "|voucher|voucher number|journal|journal id|journal number|invoice number|invoice no|invoice|trans id|id",
    Role.REFERENCE_LINE: "line number|line no|document line|journal line|transaction line",
    Role.PROVIDER: "provider|payee|supplier|supplier name|vendor|vendor name|payee name|provider name|beneficiary",
    Role.NARRATIVE: "narrative|description|details|line description|text|transaction description|memo|comment|notes",
    Role.KIND: "kind|type|transaction type|income or expenditure|account type",
}
_TO_DATE: Final = re.compile(r"\b(?:ytd|to date|cumulative|cum)\b")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file's columns were taken for. `mapping` is None while something is `missing`, which says what."""

    columns: Mapping[Role, str]
    periods: Mapping[str, str]
    missing: tuple[str, ...]
    mapping: ColumnMapping | None


def propose_mapping(headers: Sequence[str], sample: Sequence[Sequence[object]]) -> Proposal:
    """The likeliest mapping.

    headers  of the columns in order, "" where there is none
    sample   some of the rows below them

    Cost centres are left without a meaning: only a person knows which scheme line they pay for.
    """
    columns = _columns_by_role(headers)
    taken = set(columns.values())
    labels = {
        column: header
        for column, header in enumerate(headers)
        if column not in taken and header and is_period_label(header)
    }
    if len(labels) < 2:
        labels = {}
    if labels:
        dropped = (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.DATE, Role.PERIOD)
        columns = {role: column for role, column in columns.items() if role not in dropped}
    elif Role.AMOUNT not in columns and not {Role.DEBIT, Role.CREDIT} <= columns.keys():
        columns = {role: column for role, column in columns.items() if role not in (Role.DEBIT, Role.CREDIT)}
    if {Role.DATE, Role.PERIOD} <= columns.keys():
        del columns[Role.PERIOD]
    return _proposal(headers, sample, columns, labels)


def _proposal(
    headers: Sequence[str], sample: Sequence[Sequence[object]], columns: dict[Role, int], labels: dict[int, str]
) -> Proposal:
    named = {role: _reference(headers, column) for role, column in columns.items()}
    periods = {_reference(headers, column): label for column, label in labels.items()}
    style = _style_of(headers, sample, columns, [*labels])
    missing = tuple(missing_roles(style, named, is_wide=bool(periods)))
    if missing:
        return Proposal(named, periods, missing, None)
    amounts = [*labels, *(columns[role] for role in (Role.AMOUNT,) if role in columns)]
    mapping = ColumnMapping(
        style,
        named,
        periods,
        dates=_form_of(_values(sample, columns.get(Role.DATE))) if Role.DATE in columns else DateForm.PERIOD,
        expenditure_is_negative=_is_mostly_negative([pence for one in amounts for pence in _amounts(sample, one)]),
    )
    return Proposal(named, periods, (), mapping)


def _columns_by_role(headers: Sequence[str]) -> dict[Role, int]:
    """The best column for each role: by the order of its likely headers. A column serves one role."""
    keys = [header_key(header) for header in headers]
    found: dict[Role, int] = {}
    for role, words in _HEADERS.items():
        if role is Role.AMOUNT and {Role.DEBIT, Role.CREDIT} <= found.keys():
            continue
        free = {key: column for column, key in reversed([*enumerate(keys)]) if column not in found.values()}
        column = next((free[word] for word in words.split("|") if word in free), None)
        if column is not None:
            found[role] = column
    return found


def _reference(headers: Sequence[str], column: int) -> str:
    """How a mapping names the column: by its header, or by its letter where another column has the same header."""
    key = header_key(headers[column])
    if [header_key(header) for header in headers].count(key) == 1:
        return headers[column]
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _style_of(
    headers: Sequence[str], sample: Sequence[Sequence[object]], columns: Mapping[Role, int], periods: list[int]
) -> Style:
    if periods:
        return _style_of_wide(sample, columns.get(Role.OUTTURN), periods)
    if Role.PERIOD not in columns or Role.REFERENCE in columns:
        return Style.TRANSACTIONS
    is_to_date = any(_TO_DATE.search(header_key(header)) for header in headers)
    return Style.CUMULATIVE if is_to_date or _only_grow(sample, columns) else Style.PERIODIC


def _style_of_wide(sample: Sequence[Sequence[object]], outturn: int | None, periods: list[int]) -> Style:
    """Cumulative if the outturn is the last period rather than their sum; without an outturn nothing tells."""
    for row in sample:
        amounts = [pence for column in periods for pence in _amounts([row], column)]
        total = [] if outturn is None else _amounts([row], outturn)
        if total and len(amounts) == len(periods) and sum(amounts) != amounts[-1]:
            return Style.CUMULATIVE if total[0] == amounts[-1] else Style.PERIODIC
    return Style.PERIODIC


def _only_grow(sample: Sequence[Sequence[object]], columns: Mapping[Role, int]) -> bool:
    """Whether every code's amounts grow from row to row, at least one code having several."""
    by_code: defaultdict[object, list[int]] = defaultdict(list)
    code = columns.get(Role.COST_CENTRE, columns.get(Role.SCHEME_LINE))
    for row in sample:
        for name in _values([row], code):
            by_code[name] += _amounts([row], columns.get(Role.AMOUNT))
    several = [amounts for amounts in by_code.values() if len(amounts) > 1]
    return bool(several) and all(amounts == sorted(set(amounts)) for amounts in several)


def _form_of(values: Iterable[object]) -> DateForm:
    """The form that reads most of the values; day first where they are equal."""
    forms = (DateForm.DMY, DateForm.YMD, DateForm.EXCEL)
    found = [*values]
    if any(isinstance(value, date) for value in found):
        return DateForm.EXCEL
    return max(forms, key=lambda form: sum(day_of(value, form) is not None for value in found))


def _is_mostly_negative(amounts: Sequence[int]) -> bool:
    return sum(pence < 0 for pence in amounts) > sum(pence > 0 for pence in amounts)


def _values(sample: Sequence[Sequence[object]], column: int | None) -> list[object]:
    if column is None:
        return []
    return [row[column] for row in sample if column < len(row) and row[column] is not None]


def _amounts(sample: Sequence[Sequence[object]], column: int | None) -> list[int]:
    found = []
    for value in _values(sample, column):
        try:
            found.append(pence_of(value))
        except NotAnAmount:
            continue
    return found
