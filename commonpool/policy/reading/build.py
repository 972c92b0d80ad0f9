"""Makes a `Round` from resolved data, refusing what is not complete."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from commonpool.findings import Severity
from commonpool.policy.reading.files import Resolved
from commonpool.policy.reading.item import Item
from commonpool.policy.rules import (
    Check,
    CodeList,
    Condition,
    Entry,
    Field,
    IncomeCategory,
    MetricDefinition,
    PayerKind,
    PolicyError,
    PublishedAmount,
    Round,
    Sheet,
    Value,
    same_spelling,
)

FIELD_KINDS: Final = ("text", "list", "money", "number", "share", "date", "yes_no", "email")
# Units whose values are not numbers.
_WORDS: Final = ("text", "date")


def build_round(round_id: str, resolved: Resolved, published: tuple[PublishedAmount, ...]) -> Round:
    """The round that this data describes. Raises PolicyError, naming file and key, where it is not complete."""
    data = resolved.data
    about = Item(data["round"], f"{round_id}/round.yaml", resolved.sources)
    if not (years := about.texts("years")):
        raise PolicyError(
            f'{round_id}/round.yaml: years is missing. State the years that it plans, such as ["2031-32"].'
        )
    plain = _plain(data)

    def items(part: str) -> dict[str, Item]:
        return {
            code: Item(entry, f"{round_id}/{part}.yaml, {code}", resolved.sources) for code, entry in data[part].items()
        }

    income = {code: _income(code, item) for code, item in items("income").items()}
    return Round(
        id=round_id,
        label=about.needed("label"),
        years=years,
        based_on=resolved.based_on,
        is_invented=about.flag("is_invented"),
        currency=about.needed("currency"),
        currency_symbol=about.needed("currency_symbol"),
        first_month=_month(about),
        summary=about.text("summary"),
        body_labels=_texts_by_key(about, "body_labels"),
        income=income,
        lists=_lists(round_id, items("lists"), items("scheme_types"), income),
        conditions={code: _condition(code, item) for code, item in items("conditions").items()},
        metrics={code: _metric(code, item) for code, item in items("metrics").items()},
        checks=tuple(_check(code, item) for code, item in items("checks").items()),
        sheets={code: _sheet(code, item) for code, item in items("layout").items()},
        values={value.key: value for key, item in items("values").items() for value in _values(key, item)},
        published=published,
        not_known=about.texts("not_known"),
        resolved=plain,
        digest=digest_of(plain),
    )


def digest_of(resolved: Mapping[str, Any]) -> str:
    """SHA-256 of the data as canonical JSON: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(resolved, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(data: Any) -> Any:
    """The data as JSON can hold it: dates as text."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def _texts_by_key(item: Item, key: str) -> dict[str, str]:
    texts = Item(item.mapping(key), f"{item.where}, {key}", {})
    return {kind: texts.needed(kind) for kind in texts.data}


def _month(about: Item) -> int:
    text = about.needed("first_month")
    if not text.isdigit() or not 1 <= int(text) <= 12:
        raise PolicyError(f'{about.where}, first_month: ‘{text}’ is not a month. Write "4" for April.')
    return int(text)


def _income(code: str, item: Item) -> IncomeCategory:
    return IncomeCategory(
        code=code,
        label=item.needed("label"),
        payer=PayerKind(item.choice("payer", tuple(PayerKind))),
        aliases=item.texts("aliases"),
        mandatory=item.flag("mandatory"),
        is_published=item.flag("is_published"),
        one_row_per=item.choice("one_row_per", ("payer", "area"), "area"),
        children=item.maybe("children"),
        is_capital=item.flag("is_capital"),
        legal_basis=item.needed("legal_basis"),
        permitted_use=item.text("permitted_use"),
        lifted_by=item.text("lifted_by"),
        reference=item.reference(),
        use_reference=item.reference("use_source" if item.data.get("use_source") else "source"),
    )


def _entry(code: str, item: Item, parent: str | None = None) -> Entry:
    return Entry(
        code=f"{parent}.{code}" if parent else code,
        label=item.needed("label"),
        aliases=item.texts("aliases"),
        parent=parent,
        unit=item.maybe("unit"),
        needs_text=item.flag("needs_text"),
        reference=item.reference(),
    )


def _lists(
    round_id: str, lists: Mapping[str, Item], types: Mapping[str, Item], income: Mapping[str, IncomeCategory]
) -> dict[str, CodeList]:
    """The round's code lists. Scheme types, sub-types and sources of funding are made from their own files."""
    made = {
        name: CodeList(
            name,
            tuple(
                _entry(code, Item(entry, f"{item.where}, {code}", item.sources)) for code, entry in item.data.items()
            ),
        )
        for name, item in lists.items()
    }
    scheme_types = tuple(_entry(code, item) for code, item in types.items())
    sub_types = tuple(
        _entry(code, sub, parent) for parent, item in types.items() for code, sub in item.inner("sub_types").items()
    )
    made["scheme_types"] = CodeList("scheme_types", scheme_types)
    made["sub_types"] = CodeList("sub_types", sub_types)
    sources = tuple(Entry(one.code, one.label, one.aliases, reference=one.reference) for one in income.values())
    made["source_of_funding"] = CodeList("source_of_funding", sources)
    for code_list in made.values():
        _refuse_doubles(round_id, code_list)
    return made


def _refuse_doubles(round_id: str, code_list: CodeList) -> None:
    """Raise when one spelling means two entries: `find` would silently take the first."""
    meant: dict[tuple[str | None, str], str] = {}
    for entry in code_list.entries:
        for spelling in (entry.code, entry.label, *entry.aliases):
            other = meant.setdefault((entry.parent, same_spelling(spelling)), entry.code)
            if other != entry.code:
                raise PolicyError(
                    f"{round_id}, list {code_list.name}: ‘{spelling}’ means both {other} and {entry.code}. "
                    "Change one of them."
                )


def _condition(code: str, item: Item) -> Condition:
    return Condition(code, item.needed("label"), item.text("text"), item.reference())


def _metric(code: str, item: Item) -> MetricDefinition:
    return MetricDefinition(
        code=code,
        label=item.needed("label"),
        unit=item.needed("unit"),
        numerator=item.needed("numerator"),
        denominator=item.text("denominator"),
        good=item.choice("good", ("high", "low", "local")),
        frequency=item.needed("frequency"),
        source=item.needed("data_source"),
        periods=item.texts("periods"),
        goal=item.text("goal"),
        is_headline=item.flag("is_headline", True),
        reference=item.reference(),
    )


def _values(key: str, item: Item) -> list[Value]:
    label, unit = item.needed("label"), item.needed("unit")
    if not item.data.get("by_year"):
        return [Value(key, _value(item, unit), unit, item.reference(), label)]
    return [
        Value(f"{key}/{year}", _value(one, unit), unit, one.reference(), label, year)
        for year, one in item.inner("by_year").items()
    ]


def _value(item: Item, unit: str) -> Decimal | str | date:
    value = item.data.get("value")
    if unit == "date":
        if not isinstance(value, date):
            raise PolicyError(f"{item.where}, value: ‘{value}’ is not a date. Write 2031-04-01.")
        return value
    text = item.needed("value")
    if unit in _WORDS:
        return text
    try:
        return Decimal(text)
    except InvalidOperation:
        raise PolicyError(f"{item.where}, value: ‘{text}’ is not a number, but its unit is {unit}.") from None


def _check(rule: str, item: Item) -> Check:
    return Check(
        rule=rule,
        kind=item.needed("kind"),
        severity=item.choice("severity", tuple(Severity)),
        title=item.needed("title"),
        national_condition=item.maybe("condition"),
        parameters=item.mapping("parameters"),
        reference=item.reference(),
    )


def _sheet(code: str, item: Item) -> Sheet:
    return Sheet(
        code=code,
        title=item.needed("title"),
        is_table=item.flag("is_table"),
        fields=tuple(_field(code, field) for code, field in item.inner("fields").items()),
        aliases=item.texts("aliases"),
        help=item.text("help"),
    )


def _field(code: str, item: Item) -> Field:
    return Field(
        code=code,
        header=item.needed("header"),
        kind=item.choice("kind", FIELD_KINDS),
        aliases=item.texts("aliases"),
        list=item.maybe("list"),
        per_year=item.flag("per_year"),
        required=item.text("required", "never"),
        help=item.text("help"),
    )
