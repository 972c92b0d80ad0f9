"""Words and rows that templates show as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.audit.models import AuditEvent
from commonpool.audit.words import words_for
from commonpool.figures import Figure, How
from commonpool.funds.models import PooledFund
from commonpool.money import half_up
from commonpool.pages.formats import money_text, number_text, share_text
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.comparing import Change, What
from commonpool.plans.contents import scheme_row
from commonpool.plans.models import IncomeLine, PlanVersion, SchemeLine
from commonpool.plans.queries import history_of_line
from commonpool.plans.queries.figures import category_label, code_label
from commonpool.plans.queries.pages import PlanPage
from commonpool.plans.rules.content import LIST_OF
from commonpool.plans.rules.sums import unit_cost_pence
from commonpool.plans.rules.undoing import can_be_undone
from commonpool.policy.rules import Round

FIELD_WORDS: Final = {
    "scheme_name": "scheme name",
    "name": "scheme name",
    "pence": "amount",
    "source_category": "source of funding",
    "source": "source of funding",
    "nhs_share": "NHS share",
    "loss_bearer": "who bears a loss",
    "is_test_pot": "test pot",
    "sub_type": "sub-type",
    "purpose_kind": "purpose",
    "funding_kind": "kind of money",
    "local_plan": "local plan",
}
EMPTY: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: a sentence, and where."""

    text: str
    url: str
    label: str


def field_words(name: str) -> str:
    """A field as people call it: `scheme_name` is "scheme name", `pence:2024-25` "amount 2024-25"."""
    field, _, year = name.partition(":")
    said = FIELD_WORDS.get(field, field.replace("_", " "))
    return f"{said} {year}".strip()


def value_words(name: str, value: Any, round_: Round) -> str:
    """A value of a field as people read it."""
    field = name.partition(":")[0]
    if value is None or value == "" or value == [] or value == ():
        return EMPTY
    if field in ("pence", "published_pence"):
        return money_text(int(value), round_.currency_symbol)
    if field in ("source", "source_category", "category"):
        return category_label(round_, str(value))
    if field in LIST_OF:
        return code_label(round_, LIST_OF[field], str(value))
    if field == "nhs_share":
        return share_text(Fraction(str(value)))
    if field == "objectives":
        return ", ".join(code_label(round_, "objectives", str(code)) for code in value)
    if field in ("loss_bearer", "payer", "fund"):
        return _named(field, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _named(field: str, value: Any) -> str:
    """A body or a fund by its name; history keeps its id only."""
    model: Any = PooledFund if field == "fund" else Organisation
    found = model.objects.filter(uuid=value).first() if not isinstance(value, model) else value
    return str(found or "a body that is no longer here")


def scheme_facts(line: SchemeLine, round_: Round) -> list[tuple[str, str, bool]]:
    """(label, value, whether it is known) of a scheme line, in the order in which people ask."""
    row = scheme_row(line)
    said = [
        ("Source of funding", category_label(round_, line.source_category), bool(line.source_category)),
        ("What it buys", line.description or "not said", bool(line.description)),
        ("Scheme type", code_label(round_, "scheme_types", line.scheme_type), bool(line.scheme_type)),
    ]
    if line.sub_type:
        said.append(("Sub-type", code_label(round_, "sub_types", line.sub_type), True))
    if line.other_text:
        said.append(("In other words", line.other_text, True))
    said += [
        ("Area of spend", code_label(round_, "area_of_spend", line.area_of_spend), bool(line.area_of_spend)),
        ("Commissioner", _commissioner(line, row.nhs_share, round_), bool(line.commissioner)),
        ("Provider", code_label(round_, "provider", line.provider), bool(line.provider)),
        ("Who bears a loss", str(line.loss_bearer or "not agreed"), line.loss_bearer is not None),
        (
            "Objective",
            value_words("objectives", line.objectives, round_) if line.objectives else "not said",
            bool(line.objectives),
        ),
        ("Is this money new?", _novelty(line, round_), bool(line.funding_kind)),
        ("What is it for?", code_label(round_, "purpose_kind", line.purpose_kind), bool(line.purpose_kind)),
    ]
    if line.fund:
        said.append(("Pool or stream", line.fund.name, True))
    if line.is_test_pot:
        said.append(("Ring-fenced", "Yes, to try something out", True))
    if line.comment:
        said.append(("Comment", line.comment, True))
    return said


def _commissioner(line: SchemeLine, share: Fraction | None, round_: Round) -> str:
    label = code_label(round_, "commissioner", line.commissioner)
    return f"{label}, NHS share {share_text(share, 0)}" if share not in (None, 0, 1) else label


def _novelty(line: SchemeLine, round_: Round) -> str:
    label = code_label(round_, "funding_kind", line.funding_kind)
    return f"{label}, from: {line.redirected_from}" if line.redirected_from else label


def outputs_text(amount: Decimal | None, unit: str) -> str:
    """`2,640 packages`; "" where no output is stated. A unit called "Number of beds" is said as "beds"."""
    if not amount:
        return ""
    plain = amount.to_integral_value() if amount == amount.to_integral_value() else amount.normalize()
    return f"{number_text(Decimal(f'{plain:f}'))} {unit.lower().removeprefix('number of ')}".strip()


@dataclass(frozen=True, slots=True)
class LineYear:
    """One year of a scheme line, and where its amount stands in the file."""

    year: str
    pence: int | None
    outputs: str
    unit_cost: Figure | None
    place: str


def scheme_years(line: SchemeLine, version: PlanVersion) -> list[LineYear]:
    """A scheme line year by year."""
    row, made = scheme_row(line), []
    for each in line.years.all():
        cost, stood = unit_cost_pence(row, each.year), row.at("pence", each.year)
        figure = None
        if cost is not None:
            asked = {"version": str(version.uuid), "year": each.year, "line": line.line_id}
            figure = Figure(
                f"Unit cost, {each.year}",
                half_up(cost),
                "pence",
                How.RATIO,
                as_at=version.as_at,
                question="plans.unit_cost",
                arguments=asked,
            )
        outputs = outputs_text(each.outputs, line.output_unit)
        place = f"{stood.sheet}, cell {stood.cell}" if stood.cell else "typed here"
        made.append(LineYear(each.year, each.pence, outputs, figure, place))
    return made


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a line's history in words."""

    event: AuditEvent
    who: str
    did: str
    changes: tuple[tuple[str, str, str], ...]
    may_be_undone: bool


def history(line: SchemeLine | IncomeLine, person: Person, at: datetime) -> list[Told]:
    """Who changed the line, and what, newest first, as far as this person may see it."""
    from commonpool.policy.reading import load_round

    round_ = load_round(line.version.plan.round_id)
    told = []
    for event in history_of_line(line, person, localdate(at))[:50]:
        rows = tuple(
            (field_words(name), value_words(name, before, round_), value_words(name, after, round_))
            for name, before, after in (event.changes() if event.before else [])
        )
        # An earlier version's step stands in its history too, but that version can no longer be changed.
        is_of_this_line = event.subject_uuid == line.uuid and line.version.is_draft
        is_edit = event.action.startswith("plans.edit_")
        undoable = is_of_this_line and is_edit and can_be_undone(event.happened_at, at)
        who = str(event.actor) if event.actor else "The system"
        told.append(Told(event, who, words_for(event.action), rows, undoable))
    return told


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """Everything that changed in one row of a plan."""

    name: str
    what: str
    fields: tuple[tuple[str, str, str], ...]


TABLE_WORDS: Final = {
    "income": "Income",
    "districts": "Passed down to districts",
    "lines": "Scheme lines",
    "ambitions": "Ambitions",
    "answers": "Statements",
    "cover": "Cover",
}


def changes_by_row(changes: Iterable[Change], round_: Round) -> list[tuple[str, list[ChangedRow]]]:
    """(table in words, its changed rows) for a page that compares two versions."""
    tables: dict[str, dict[str, list[Change]]] = {}
    for change in changes:
        tables.setdefault(change.table, {}).setdefault(change.key, []).append(change)
    return [
        (TABLE_WORDS[table], [_changed_row(key, found, round_) for key, found in rows.items()])
        for table, rows in tables.items()
    ]


def _changed_row(key: str, found: list[Change], round_: Round) -> ChangedRow:
    first = found[0]
    shown = category_label(round_, key.partition(" · ")[0]) if first.table in ("income", "districts") else ""
    payer = key.partition(" · ")[2]
    name = f"{shown}, {payer}".strip(", ") if shown else f"{key} {first.name}" if first.name != key else key
    fields = tuple(
        (
            field_words(f"{change.field}:{change.year}"),
            value_words(change.field, change.before, round_),
            value_words(change.field, change.after, round_),
        )
        for change in found
        if change.what is What.CHANGED
    )
    return ChangedRow(name, first.what.value, fields)


def next_step(page: PlanPage) -> Step | None:
    """The one thing to do next with a version."""
    version, standing = page.version, page.standing
    findings = reverse("plans:findings", args=[version.uuid])
    sign_off = reverse("plans:sign-off", args=[version.uuid])
    if version.is_draft and standing.errors:
        many = "errors stand" if standing.errors != 1 else "error stands"
        return Step(f"{standing.errors} {many} against an offer.", findings, "See what to correct")
    if version.is_draft and standing.warnings > standing.accepted:
        left = standing.warnings - standing.accepted
        wants = "warnings want" if left != 1 else "warning wants"
        return Step(f"{left} {wants} a correction or a reason.", findings, "See the warnings")
    if version.is_draft:
        return Step("Nothing stands against offering it to the partners.", sign_off, "Go on to sign-off")
    if version.state == PlanVersion.State.OFFERED:
        missing = [answer.body.name for answer in standing.answers if not answer.has_agreed]
        return Step(f"Waiting for {', '.join(missing)}.", sign_off, "See who has agreed")
    return None
