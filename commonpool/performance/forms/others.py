"""Forms of plans beside the fund's: the plan, what it says, and why a plan of the fund does not follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.db.models import QuerySet

from commonpool.pages.forms import DatePartsField, GovukForm, MoneyField
from commonpool.performance.forms.fields import (
    AmountField,
    RowForm,
    WholeField,
    bed_type_choice,
    check_dates,
    choice,
    initial_of,
    text,
    trust_choice,
)
from commonpool.performance.models import OtherPlan, Statement
from commonpool.performance.models.asks import MOST_BEDS
from commonpool.places.models import Organisation
from commonpool.plans.forms import ReasonForm
from commonpool.policy.reading import load_round, round_ids

Kind = Organisation.Kind
COVERING: Final = (Kind.ICB, Kind.SUB_ICB, Kind.HWB_AREA, Kind.LOWER_TIER, Kind.STP, Kind.REGION)
PLAN_NAMES: Final = ("kind", "name", "owner", "covers", "starts_on", "ends_on", "source")
MONEY: Final = ("year", "pot", "payer", "category", "pence", "whole_pence")
BEDS: Final = ("bed_type", "ward", "beds", "starts_on", "ends_on")
TARGET: Final = ("metric", "period", "year", "value", "reduction")
EMPTY: Final = {"pot": "", "category": "", "year": "", "metric": "", "period": "", "bed_type": "", "ward": ""}
NAMES: Final = tuple(dict.fromkeys((*MONEY, *TARGET, *BEDS)))

__all__ = ["ExceptForm", "OtherPlanForm", "StatementForm"]


class _Named(forms.ModelMultipleChoiceField[Organisation]):
    def label_from_instance(self, obj: Any) -> str:
        """A body with its kind: an area and a council may have one name."""
        return f"{obj.name} ({obj.get_kind_display()})"


class OtherPlanForm(RowForm):
    """A published plan of one of the person's organisations."""

    def __init__(
        self, *args: Any, owners: Sequence[Organisation], is_invented: bool, plan: OtherPlan | None = None, **more: Any
    ) -> None:
        more["initial"] = _initial_of_plan(plan)
        super().__init__(*args, **more)
        self.fields["kind"] = choice("Kind of plan", dict(OtherPlan.Kind.choices))
        self.fields["name"] = text("Name", 200)
        self.fields["owner"] = forms.ModelChoiceField(
            Organisation.objects.filter(pk__in=[body.pk for body in owners]).order_by("name"),
            label="Whose plan it is",
            to_field_name="uuid",
            empty_label=None,
        )
        self.fields["covers"] = _Named(
            _bodies(is_invented),
            label="Whose people it covers",
            to_field_name="uuid",
            widget=forms.SelectMultiple(attrs={"size": 10}),
            help_text="One body or several; their footprints say which smaller plans it touches.",
            error_messages={"invalid_choice": "One of the bodies is not in the register. Choose from the list."},
        )
        self.fields["starts_on"] = DatePartsField(label="First day")
        self.fields["ends_on"] = DatePartsField(label="Last day")
        self.fields["source"] = text("Where it is published", 500)

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        given = super().clean() or {}
        check_dates(self, "starts_on", "ends_on", "The plan")
        return given

    def changes(self) -> dict[str, Any]:
        """{field: value}; the bodies covered as a list."""
        return {**{name: self.cleaned_data[name] for name in PLAN_NAMES}, "covers": list(self.cleaned_data["covers"])}


def _initial_of_plan(plan: OtherPlan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    made = initial_of(plan, ["kind", "name", "starts_on", "ends_on", "source", "revision"])
    return {**made, "owner": plan.owner.uuid, "covers": [body.uuid for body in plan.covers.all()]}


def _bodies(is_invented: bool) -> QuerySet[Organisation]:
    living = Organisation.objects.filter(ends_on=None, is_invented=is_invented, kind__in=COVERING)
    return living.exclude(name="").order_by("name", "kind")


class StatementForm(RowForm):
    """One thing that another plan says: about money, beds or a target. `about` decides which fields are asked."""

    def __init__(
        self, *args: Any, about: str, is_invented: bool, statement: Statement | None = None, **more: Any
    ) -> None:
        self.about = about
        more["initial"] = _initial_of_statement(statement)
        super().__init__(*args, **more)
        self.fields["title"] = text("Title", 300, help_text="By which people find it, such as: discharge hub 2025-26.")
        trust = trust_choice(is_invented, required=about != "money")
        self.fields["trust"] = trust
        for name, field in {"money": _money, "beds": _beds, "target": _target}[about](is_invented).items():
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """What no single field can see."""
        given = super().clean() or {}
        {"money": self._check_money, "beds": self._check_beds, "target": self._check_target}[self.about](given)
        return given

    def _check_money(self, given: dict[str, Any]) -> None:
        by_source = bool(given.get("payer") or given.get("category"))
        if by_source and given.get("pot"):
            self.add_error("pot", "Name the money, or say who pays it under which category: one of the two.")
        elif by_source and not (given.get("payer") and given.get("category")):
            missing = "category" if given.get("payer") else "payer"
            self.add_error(missing, "A source is a body that pays and the category: fill in both.")
        elif not by_source and not (given.get("pot") and given.get("trust")):
            self.add_error("pot", "Name the money and the trust that it pays, or say who pays it under which category.")
        for name in ("pence", "whole_pence"):
            if (given.get(name) or 0) < 0:
                self.add_error(name, "Amounts here are what plans count on, and are not negative.")

    def _check_beds(self, given: dict[str, Any]) -> None:
        check_dates(self, "starts_on", "ends_on", "The time with these beds")

    def _check_target(self, given: dict[str, Any]) -> None:
        if given.get("value") is None and given.get("reduction") is None and not self.errors:
            self.add_error("value", "A target has a value, or a fall that the plan counts on. Fill in one of them.")

    def changes(self) -> dict[str, Any]:
        """{field of the statement: value}; what it is not about is empty."""
        given = {name: self.cleaned_data.get(name, EMPTY.get(name)) for name in NAMES}
        return {"about": self.about, "title": self.cleaned_data["title"], "trust": self.cleaned_data["trust"], **given}


def _initial_of_statement(statement: Statement | None) -> dict[str, Any]:
    if statement is None:
        return {}
    made = initial_of(statement, ["title", *NAMES, "revision"])
    for name in ("trust", "payer"):
        body = getattr(statement, name)
        made[name] = body.uuid if body else None
    if statement.value is not None:
        made["value"] = f"{statement.value.normalize() + 0:f}"
    return made


def _money(is_invented: bool) -> dict[str, forms.Field]:
    payers = Organisation.objects.filter(
        kind__in=[Kind.ICB, Kind.UPPER_TIER], is_invented=is_invented, ends_on=None
    ).order_by("name")
    categories = {code: each.label for round_id in round_ids() for code, each in load_round(round_id).income.items()}
    return {
        "year": choice("Year", _years(), empty="Choose one"),
        "pot": text("What the money is called", 200, required=False, help_text="As the other plans call it."),
        "payer": forms.ModelChoiceField(
            payers, label="Or: who pays it", to_field_name="uuid", required=False, empty_label="Nobody in particular"
        ),
        "category": choice("Under which category", categories, empty="None", required=False),
        "pence": MoneyField(label="What this plan counts of it", required=False),
        "whole_pence": MoneyField(label="What all of it is", required=False),
    }


def _beds(is_invented: bool) -> dict[str, forms.Field]:
    return {
        "bed_type": bed_type_choice(),
        "ward": text("Ward", 200, required=False),
        "beds": WholeField(label="How many beds", least=1, most=MOST_BEDS, example=12),
        "starts_on": DatePartsField(label="First day with these beds"),
        "ends_on": DatePartsField(label="Last day with these beds"),
    }


def _target(is_invented: bool) -> dict[str, forms.Field]:
    metrics = {code: each.label for round_id in round_ids() for code, each in load_round(round_id).metrics.items()}
    return {
        "metric": choice("Metric", metrics, empty="Choose one"),
        "period": text("Period", 100, required=False, help_text="As plans write it, such as: Q1. Empty: the year."),
        "year": choice("Year", _years(), empty="Choose one"),
        "value": AmountField(label="Value", required=False),
        "reduction": AmountField(label="Fall that the plan counts on", required=False, is_above_zero=True),
    }


def _years() -> dict[str, str]:
    years = sorted({year for round_id in round_ids() for year in load_round(round_id).years}, reverse=True)
    return {year: year for year in years}


class ExceptForm(ReasonForm, GovukForm):
    """Why a plan of the fund does not follow a larger plan."""
