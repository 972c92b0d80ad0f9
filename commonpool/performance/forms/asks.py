"""The form of an ask, and of beds that a trust states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import DatePartsField, MoneyField
from commonpool.performance.forms.fields import (
    TERM_NAMES,
    AmountField,
    Fields,
    RowForm,
    WholeField,
    bed_type_choice,
    check_dates,
    check_terms,
    choice,
    initial_of,
    process_choice,
    term_fields,
    text,
    trust_choice,
)
from commonpool.performance.models import Ask, TrustBeds
from commonpool.performance.models.asks import MOST_BEDS
from commonpool.plans.models import Ambition, PlanVersion
from commonpool.policy.reading import load_round

AS_THEY_ARE: Final = (
    *("trust", "process", "applies_to", "trigger", "not_before_hours", "deadline_hours", "days", "channel"),
    *("is_only_way", "contact_role", "reason", "starts_on", "ends_on", "reduction", "bed_type", "ward", "beds"),
    *("beds_from", "beds_until", "shared_as", "shared_whole_pence"),
)
BED_FIELDS: Final = ("bed_type", "beds", "beds_from", "beds_until")


GROUPS: Final = (
    ("What, and of whom", ("trust", "process", "applies_to", "reason", "starts_on", "ends_on")),
    ("How it is to be done", TERM_NAMES),
    ("What it should bring about", ("target", "reduction")),
    ("Beds that the plan counts on", ("bed_type", "ward", "beds", "beds_from", "beds_until")),
    ("Money", ("lines", "shared_as", "shared_whole_pence")),
)


class AskForm(RowForm):
    """What a draft asks of one trust. `ask` None is a new one."""

    def __init__(self, *args: Any, version: PlanVersion, ask: Ask | None = None, **more: Any) -> None:
        self.version, self.targets = version, _targets(version)
        more["initial"] = {**_initial(ask, self.targets), **more.get("initial", {})}
        super().__init__(*args, **more)
        for name, field in _fields(version):
            self.fields[name] = field

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """(heading, fields) as the page shows them."""
        return [(heading, [self[name] for name in names]) for heading, names in GROUPS]

    def clean_lines(self) -> list[str]:
        """Ids of scheme lines. Raises ValidationError that names those which the plan does not have."""
        typed = [each.strip() for each in self.cleaned_data["lines"].split(",")]
        ids = list(dict.fromkeys(each for each in typed if each))
        known = set(self.version.scheme_lines.filter(line_id__in=ids).values_list("line_id", flat=True))
        if strange := [each for each in ids if each not in known]:
            raise ValidationError(
                f"The plan has no scheme line ‘{'’, ‘'.join(strange)[:200]}’. Enter ids of its lines, with commas "
                "between them."
            )
        return ids

    def clean(self) -> dict[str, Any]:
        """What no single field can see."""
        given = super().clean() or {}
        check_terms(self)
        check_dates(self, "starts_on", "ends_on", "The ask")
        check_dates(self, "beds_from", "beds_until", "The time with these beds")
        self._check_beds(given)
        if given.get("reduction") and not given.get("target"):
            self.add_error("reduction", "Say which target it is a part of, or leave it empty.")
        if given.get("shared_whole_pence") is not None:
            if given["shared_whole_pence"] < 0:
                self.add_error("shared_whole_pence", "What the whole costs cannot be negative.")
            if not given.get("shared_as"):
                self.add_error("shared_as", "Say what it is that several plans pay for, or leave its cost empty.")
        return given

    def _check_beds(self, given: dict[str, Any]) -> None:
        said = {name for name in BED_FIELDS if given.get(name)}
        wrong = self.errors.keys() & set(BED_FIELDS)
        if (said or given.get("ward")) and not wrong:
            for name in BED_FIELDS:
                if name not in said:
                    label = self.fields[name].label
                    self.add_error(name, f"Fill in ‘{label}’, or leave all that is about beds empty.")

    def changes(self) -> dict[str, Any]:
        """{field of the ask: value}, its scheme lines as `lines`."""
        given = self.cleaned_data
        target = dict(zip(("metric", "period", "year"), self.targets.get(given["target"], ("",) * 3), strict=True))
        return {**{name: given[name] for name in AS_THEY_ARE}, **target, "lines": given["lines"]}


def _initial(ask: Ask | None, targets: Mapping[str, tuple[str, str, str]]) -> dict[str, Any]:
    if ask is None:
        return {}
    made = initial_of(ask, [*AS_THEY_ARE, "revision"])
    made["trust"] = ask.trust.uuid
    aimed = (ask.metric, ask.period, ask.year)
    made["target"] = next((key for key, target in targets.items() if target == aimed), "")
    made["lines"] = ", ".join(line.line_id for line in ask.lines.all())
    return made


def _fields(version: PlanVersion) -> Fields:
    """The fields in their order: what of whom, how, why and when; then target, beds and money, all optional."""
    yield "trust", trust_choice(version.plan.area.is_invented)
    yield "process", process_choice()
    patients = dict(Ask._meta.get_field("applies_to").choices or ())
    yield "applies_to", choice("For which patients", patients, widget=forms.RadioSelect, initial="residents")
    yield from term_fields()
    yield "reason", text("Why", 2000, rows=3, required=False)
    yield "starts_on", DatePartsField(label="First day")
    yield "ends_on", DatePartsField(label="Last day")
    yield "target", choice("Target", _ambitions(version), empty="None", required=False)
    yield (
        "reduction",
        AmountField(
            label="Fall at the trust that the plan counts as its own",
            required=False,
            is_above_zero=True,
            help_text="In the unit of the target. Of those patients for whom it is asked.",
        ),
    )
    yield from _beds()
    yield from _money()


def _beds() -> Fields:
    yield "bed_type", bed_type_choice(required=False)
    yield "ward", text("Ward", 200, required=False, help_text="Where it is one ward’s beds that the plan counts on.")
    yield "beds", WholeField(label="How many beds", least=1, most=MOST_BEDS, example=12, required=False)
    yield "beds_from", DatePartsField(label="First day with these beds", required=False)
    yield "beds_until", DatePartsField(label="Last day with these beds", required=False)


def _money() -> Fields:
    yield (
        "lines",
        text(
            "Scheme lines that pay the trust for it",
            2000,
            required=False,
            help_text="Ids of lines of this plan, with commas between them. Their amounts stay in the plan.",
        ),
    )
    yield (
        "shared_as",
        text(
            "What these lines pay for together with other plans",
            200,
            required=False,
            help_text="Its name, spelled alike in all the plans that pay for it, such as: discharge hub.",
        ),
    )
    yield (
        "shared_whole_pence",
        MoneyField(label="What the whole of that costs in a year", required=False),
    )


def _ambitions(version: PlanVersion) -> dict[str, str]:
    metrics = load_round(version.plan.round_id).metrics
    found = {}
    for each in version.ambitions.all():
        label = metrics[each.metric].label if each.metric in metrics else each.metric
        value = "not known" if each.value is None else f"{each.value.normalize() + 0:f}"
        found[_key(each)] = f"{label}, {each.period} {each.year}: {value}"
    return found


def _targets(version: PlanVersion) -> dict[str, tuple[str, str, str]]:
    """{what the form sends: the ambition's metric, period and year}"""
    return {_key(each): (each.metric, each.period, each.year) for each in version.ambitions.all()}


def _key(each: Ambition) -> str:
    return f"{each.position}-{each.year}"


class BedsForm(RowForm):
    """Beds that a trust states it has."""

    def __init__(self, *args: Any, beds: TrustBeds | None = None, **more: Any) -> None:
        names = ("bed_type", "ward", "beds", "starts_on", "ends_on", "source")
        more["initial"] = initial_of(beds, [*names, "revision"]) if beds else {}
        super().__init__(*args, **more)
        self.names = names
        self.fields["bed_type"] = bed_type_choice()
        self.fields["ward"] = text(
            "Ward", 200, required=False, help_text="Leave empty where it is all the trust’s beds of the kind."
        )
        self.fields["beds"] = WholeField(label="How many beds", least=0, most=MOST_BEDS, example=12)
        self.fields["starts_on"] = DatePartsField(label="First day")
        self.fields["ends_on"] = DatePartsField(label="Last day")
        self.fields["source"] = text("Where the trust has stated it", 300, help_text="Such as: board paper, May 2025.")

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        given = super().clean() or {}
        check_dates(self, "starts_on", "ends_on", "The statement")
        return given

    def changes(self) -> dict[str, Any]:
        """{field: value}"""
        return {name: self.cleaned_data[name] for name in self.names}
