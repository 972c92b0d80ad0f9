"""What changed in the rules between two rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from commonpool.policy.description import payer_label, say_value
from commonpool.policy.rules import Entry, Reference, Round, Value, same_spelling


class Kind(StrEnum):
    """How one thing changed."""

    ADDED = "new"
    REMOVED = "gone"
    CHANGED = "changed"
    NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two rounds say differently.

    part           "income", "floors", "scheme_types" ...; title   the part in words
    before, after  what each round says; "" where it says nothing
    mark           why a side is not confirmed, the later one first; "" when both are
    """

    part: str
    title: str
    kind: Kind
    code: str
    label: str
    what: str = ""
    before: str = ""
    after: str = ""
    mark: str = ""

    def as_json(self) -> dict[str, str]:
        """The change as `commonpool policy diff --format json` has it."""
        return {
            "part": self.part,
            "kind": self.kind.value,
            "code": self.code,
            "label": self.label,
            "what": self.what,
            "before": self.before,
            "after": self.after,
            "mark": self.mark,
        }


@dataclass(frozen=True, slots=True)
class _Thing:
    """One entry of a part: its label, its facts in words, and where they are from.

    `compared` has what decides whether a fact changed, where that is less than the words: 5.66% in one year and
    5.66% in the next is no change.
    """

    label: str
    facts: Mapping[str, str]
    reference: Reference
    compared: Mapping[str, str] = field(default_factory=dict)

    def basis(self, what: str) -> str:
        """What a fact is compared by."""
        if what == "label":
            return same_spelling(self.facts[what])
        return self.compared.get(what, self.facts.get(what, ""))

    @property
    def said(self) -> str:
        """The thing in a few words: its value, or its label."""
        return self.facts.get("value", self.label)


Things = Mapping[str, _Thing]

TITLES: Final = {
    "about": "The round",
    "income": "Where the money comes from",
    "floors": "Floors",
    "conditions": "National conditions",
    "metrics": "Metrics",
    "scheme_types": "Scheme types",
    "sub_types": "Sub-types",
    "values": "Amounts, uplifts and dates",
    "checks": "Checks",
}


def differences(before: Round, after: Round) -> tuple[Change, ...]:
    """All that the later round adds, drops or says differently, part by part.

    A part that one of the rounds does not state at all is left out: not known is not the same as gone. Such parts
    are named by `not_comparable`. Changes of a source alone are no change of policy.
    """
    changes: list[Change] = []
    earlier, later = _parts(before), _parts(after)
    for part in dict.fromkeys((*earlier, *later)):
        if earlier.get(part) and later.get(part):
            changes += _compare(part, earlier[part], later[part])
    return tuple(changes)


def not_comparable(before: Round, after: Round) -> tuple[str, ...]:
    """The parts, in words, that only one of the two rounds states."""
    earlier, later = _parts(before), _parts(after)
    names = dict.fromkeys((*earlier, *later))
    return tuple(_title(part) for part in names if bool(earlier.get(part)) != bool(later.get(part)))


def _title(part: str) -> str:
    return TITLES.get(part, f"List: {part.replace('_', ' ')}")


def _compare(part: str, before: Things, after: Things) -> Iterable[Change]:
    for code, thing in before.items():
        if code not in after:
            # An amount that the later round does not state is not known, which is not the same as gone.
            kind = Kind.NOT_STATED if part == "values" else Kind.REMOVED
            yield Change(part, _title(part), kind, code, thing.label, before=thing.said, mark=thing.reference.mark)
    for code, thing in after.items():
        mark = thing.reference.mark
        if code not in before:
            yield Change(part, _title(part), Kind.ADDED, code, thing.label, after=thing.said, mark=mark)
            continue
        earlier = before[code]
        for what in dict.fromkeys((*earlier.facts, *thing.facts)):
            if earlier.basis(what) != thing.basis(what):
                old, new = earlier.facts.get(what, ""), thing.facts.get(what, "")
                either = mark or earlier.reference.mark
                yield Change(part, _title(part), Kind.CHANGED, code, thing.label, what, old, new, either)


def _parts(about: Round) -> dict[str, Things]:
    lists = {
        name: {entry.code: _entry(about, entry) for entry in code_list.entries}
        for name, code_list in about.lists.items()
        if name != "source_of_funding"
    }
    first = ("floors", "scheme_types", "sub_types")
    return {
        "about": _about(about),
        "income": _income(about),
        "floors": lists.get("floors", {}),
        "conditions": {
            code: _Thing(one.label, {"condition": one.label, "text": one.text}, one.reference)
            for code, one in about.conditions.items()
        },
        "metrics": _metrics(about),
        "values": _values(about),
        "scheme_types": lists["scheme_types"],
        "sub_types": lists["sub_types"],
        "checks": {
            check.rule: _Thing(
                check.title,
                {"title": check.title, "severity": check.severity, "condition": check.national_condition or ""},
                check.reference,
            )
            for check in about.checks
        },
        **{name: things for name, things in lists.items() if name not in first},
    }


def _about(about: Round) -> Things:
    own = Reference(about.label, verified=True)
    facts = {
        "currency": about.currency,
        "first month": str(about.first_month),
        "number of years": str(len(about.years)),
        **{f"name of {kind}": label for kind, label in about.body_labels.items()},
    }
    return {key: _Thing(key, {"": text}, own) for key, text in facts.items()}


def _income(about: Round) -> Things:
    return {
        code: _Thing(
            one.label,
            {
                "label": one.label,
                "paid by": payer_label(about, one),
                "in a plan": "must be there" if one.mandatory else "may be there",
                "legal basis": one.legal_basis,
                "permitted use": one.permitted_use,
                "who may allow another use": one.lifted_by,
            },
            one.reference,
        )
        for code, one in about.income.items()
    }


def _entry(about: Round, entry: Entry) -> _Thing:
    label = entry.label
    if entry.parent:
        label = f"{about.lists['scheme_types'].by_code[entry.parent].label}: {label}"
    return _Thing(label, {"label": entry.label, "unit": entry.unit or ""}, entry.reference)


def _metrics(about: Round) -> Things:
    return {
        code: _Thing(
            one.label,
            {
                "label": one.label,
                "kind": "headline" if one.is_headline else "supporting",
                "counted": one.numerator,
                "of": one.denominator,
                "unit": one.unit,
                "good": one.good,
                "every": one.frequency,
                "data": one.source,
                "goal": one.goal,
            },
            one.reference,
        )
        for code, one in about.metrics.items()
    }


def _values(about: Round) -> Things:
    """Dated values side by side: the years of one value stand together under its name."""
    by_name: dict[str, list[Value]] = {}
    for value in about.values.values():
        by_name.setdefault(value.key.partition("/")[0], []).append(value)
    return {name: _dated(values, about.currency_symbol) for name, values in by_name.items()}


def _dated(values: Sequence[Value], symbol: str) -> _Thing:
    said = [say_value(value, symbol) for value in values]
    with_years = [f"{value.year}: {text}" if value.year else text for value, text in zip(values, said, strict=True)]
    unconfirmed = next((value.reference for value in values if value.reference.mark), values[-1].reference)
    return _Thing(
        values[-1].label, {"value": "; ".join(with_years)}, unconfirmed, {"value": "; ".join(sorted(set(said)))}
    )
