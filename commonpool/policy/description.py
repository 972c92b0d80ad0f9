"""A round as tables of words: what the command line prints, the pages show and the JSON holds.

One description serves all three, so that none of them can forget to say that a value is unverified.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from commonpool.policy.rules import CodeList, Entry, IncomeCategory, MetricDefinition, Reference, Round, Value

Row = Mapping[str, str]

# Lists that have a table of their own.
_SHOWN_APART: Final = ("scheme_types", "sub_types", "source_of_funding", "floors")


@dataclass(frozen=True)
class Section:
    """One table of a round. `columns` are (key, heading); a row lacks no key. `mark` is "" where confirmed."""

    name: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    about: str = ""


@dataclass(frozen=True)
class Description:
    """A round in words."""

    id: str
    label: str
    years: Sequence[str]
    based_on: str | None
    is_invented: bool
    currency: str
    summary: str
    digest: str
    sections: Sequence[Section]
    not_known: Sequence[str] = field(default_factory=tuple)

    @property
    def unverified(self) -> int:
        """How many rows nobody has confirmed in a document."""
        return sum(row.get("mark") == "unverified" for section in self.sections for row in section.rows)

    def as_json(self) -> dict[str, Any]:
        """The description as `commonpool policy show --format json` prints it."""
        return {
            "round": self.id,
            "label": self.label,
            "years": list(self.years),
            "based_on": self.based_on,
            "is_invented": self.is_invented,
            "currency": self.currency,
            "summary": self.summary,
            "digest": self.digest,
            "unverified": self.unverified,
            **{section.name: [dict(row) for row in section.rows] for section in self.sections},
            "not_known": list(self.not_known),
        }


def describe(about: Round) -> Description:
    """The round in words, section by section; sections with nothing in them are left out."""
    sections = (
        _income(about),
        _floors(about),
        _scheme_types(about),
        _conditions(about),
        _metrics(about),
        _checks(about),
        _values(about),
        _published(about),
        _lists(about),
    )
    return Description(
        id=about.id,
        label=about.label,
        years=about.years,
        based_on=about.based_on,
        is_invented=about.is_invented,
        currency=about.currency,
        summary=about.summary,
        digest=about.digest,
        sections=tuple(_without_empty_columns(section) for section in sections if section.rows),
        not_known=about.not_known,
    )


def _without_empty_columns(section: Section) -> Section:
    """The section without the columns that no row says anything in."""
    said = [(key, heading) for key, heading in section.columns if any(row[key] for row in section.rows)]
    return replace(section, columns=said)


def say_value(value: Value, symbol: str = "£") -> str:
    """A value with its unit: `5.66%`, `£3,460 million`, `28 June 2023`, or its words."""
    given = value.value
    if isinstance(given, date):
        return f"{given.day} {given:%B %Y}"
    if not isinstance(given, Decimal):
        return given
    if value.unit == "share":
        return f"{_plain(given * 100)}%"
    if value.unit == "million":
        return f"{symbol}{given:,} million" if len(symbol) == 1 else f"{given:,} million {symbol}"
    return f"{given:,}" if value.unit in ("rate", "number") else f"{given:,} {value.unit}"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sourced(reference: Reference, /, **row: str) -> Row:
    return {**row, "source": str(reference), "mark": reference.mark}


_SOURCE: Final = (("source", "Source"),)


def payer_label(about: Round, category: IncomeCategory) -> str:
    """Who pays a category, in the round's own name for that kind of body."""
    return about.body_labels.get(category.payer.value, category.payer.value)


def _income(about: Round) -> Section:
    rows = [
        _sourced(
            one.reference,
            code=one.code,
            label=one.label,
            payer=payer_label(about, one),
            required="must be there" if one.mandatory else "may be there",
            legal_basis=one.legal_basis,
            permitted_use=one.permitted_use,
            lifted_by=one.lifted_by,
            use_mark=one.use_reference.mark if one.use_reference != one.reference else "",
        )
        for one in about.income.values()
    ]
    columns = (
        ("code", "Code"),
        ("label", "Money"),
        ("payer", "Paid by"),
        ("required", "In a plan"),
        ("legal_basis", "Legal basis"),
        ("permitted_use", "What it may be used for"),
        ("lifted_by", "Who may allow another use"),
        ("use_mark", "The use is"),
        *_SOURCE,
    )
    return Section("income", "Where the money comes from", columns, rows)


def _entries(code_list: CodeList | None) -> Sequence[Entry]:
    return code_list.entries if code_list else ()


def _floors(about: Round) -> Section:
    rows = [
        _sourced(entry.reference, code=entry.code, label=entry.label) for entry in _entries(about.lists.get("floors"))
    ]
    columns = (("code", "Code"), ("label", "At least this much must go to"), *_SOURCE)
    return Section("floors", "Floors", columns, rows, "Each area’s amount is published; a plan may not go below it.")


def _scheme_types(about: Round) -> Section:
    sub_types = about.lists["sub_types"]
    rows = [
        _sourced(
            entry.reference,
            code=entry.code,
            label=entry.label,
            unit=entry.unit or "",
            sub_types="; ".join(child.label for child in sub_types.children_of(entry.code)),
        )
        for entry in about.lists["scheme_types"].entries
    ]
    columns = (("code", "Code"), ("label", "Type"), ("unit", "Counted in"), ("sub_types", "Sub-types"), *_SOURCE)
    return Section("scheme_types", "Scheme types", columns, rows)


def _conditions(about: Round) -> Section:
    rows = [_sourced(one.reference, code=one.code, label=one.label, text=one.text) for one in about.conditions.values()]
    columns = (("code", "Code"), ("label", "Condition"), ("text", "What it asks"), *_SOURCE)
    return Section("conditions", "National conditions", columns, rows, "In our own words.")


def _metric(one: MetricDefinition) -> Row:
    good = {"high": "high is good", "low": "low is good"}.get(one.good, "as each area decides")
    return _sourced(
        one.reference,
        code=one.code,
        label=one.label,
        kind="headline" if one.is_headline else "supporting",
        measured=f"{one.numerator} ÷ {one.denominator}" if one.denominator else one.numerator,
        unit=one.unit,
        good=good,
        frequency=one.frequency,
        periods=", ".join(one.periods),
        data=one.source,
        goal=one.goal,
    )


def _metrics(about: Round) -> Section:
    columns = (
        ("code", "Code"),
        ("label", "Metric"),
        ("kind", "Kind"),
        ("measured", "What is counted"),
        ("unit", "Unit"),
        ("good", "Good"),
        ("frequency", "Every"),
        ("periods", "A plan sets it for"),
        ("data", "Data"),
        ("goal", "Goal"),
        *_SOURCE,
    )
    return Section("metrics", "Metrics", columns, [_metric(one) for one in about.metrics.values()])


def _checks(about: Round) -> Section:
    rows = [
        _sourced(
            check.reference,
            rule=check.rule,
            title=check.title,
            severity=check.severity,
            condition=check.national_condition or "",
        )
        for check in about.checks
    ]
    columns = (("rule", "Rule"), ("title", "A plan is checked for"), ("severity", "If not"), ("condition", "Condition"))
    return Section("checks", "Checks", (*columns, *_SOURCE), rows)


def _values(about: Round) -> Section:
    rows = [
        _sourced(
            one.reference, key=one.key, label=one.label, year=one.year, value=say_value(one, about.currency_symbol)
        )
        for one in about.values.values()
    ]
    columns = (("label", "What"), ("year", "Year"), ("value", "Value"), *_SOURCE)
    return Section("values", "Amounts, uplifts and dates", columns, rows)


def _published(about: Round) -> Section:
    """How many areas each published amount is known for; the amounts themselves are too many to list."""
    floors = {entry.code: entry.label for entry in _entries(about.lists.get("floors"))}
    labels = {code: one.label for code, one in about.income.items()} | floors
    known: dict[tuple[str, str, str, str], set[str]] = {}
    for one in about.published:
        known.setdefault((one.category, one.year, one.source, one.mark), set()).add(one.area)
    rows = [
        {
            "category": category,
            "label": labels.get(category, category),
            "year": year,
            "areas": str(len(areas)),
            "source": source,
            "mark": mark,
        }
        for (category, year, source, mark), areas in sorted(known.items())
    ]
    columns = (("category", "Code"), ("label", "Amount"), ("year", "Year"), ("areas", "Areas"), *_SOURCE)
    return Section("published", "Published amounts that are loaded", columns, rows)


def _lists(about: Round) -> Section:
    rows = [
        _sourced(entry.reference, list=name.replace("_", " "), code=entry.code, label=entry.label)
        for name, code_list in about.lists.items()
        if name not in _SHOWN_APART
        for entry in code_list.entries
    ]
    columns = (("list", "List"), ("code", "Code"), ("label", "Value"), *_SOURCE)
    return Section("lists", "Other lists", columns, rows)
