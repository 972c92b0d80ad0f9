"""Forms that open the books, take a plan's figures into them, and add a pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator

from commonpool.funds.models import PooledFund
from commonpool.ledger.forms.fields import RowField
from commonpool.ledger.queries.starting import years_planned
from commonpool.pages.forms import GovukForm
from commonpool.plans.models import PlanVersion

LATER: Final = "None yet: the budget comes into the books when a plan is agreed"
State = PlanVersion.State


def words_of(version: PlanVersion) -> str:
    """A plan version as somebody chooses it."""
    years = " and ".join(years_planned(version))
    named = f"version {version.number} of the plan for {years}"
    if version.state == State.AGREED:
        return f"The agreed plan for {years}: version {version.number}"
    how = "offered and not yet agreed" if version.state == State.OFFERED else "a draft that the partners share"
    return f"Provisional: {named}, {how}"


def plan_field(versions: Sequence[PlanVersion], *, may_be_later: bool) -> RowField:
    """Which plan's figures the budget and the contributions are."""
    return RowField(
        [(words_of(version), version) for version in versions],
        empty=LATER if may_be_later else None,
        none="later",
        label="Whose figures are the budget?",
        widget=forms.RadioSelect,
        help_text="A provisional budget is replaced, by what differs, on the day every partner has agreed a plan.",
    )


class OpenForm(GovukForm, forms.Form):
    """Which fund's books are opened, for which year, and with which figures."""

    def __init__(
        self,
        *args: Any,
        funds: Sequence[PooledFund],
        years: Sequence[str],
        versions: Sequence[PlanVersion],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["fund"] = RowField([(fund.name, fund) for fund in funds], empty=None, label="Pooled fund")
        if len(funds) == 1:
            self.fields["fund"].widget = forms.HiddenInput()
            self.fields["fund"].initial = funds[0]
        self.fields["year"] = forms.ChoiceField(
            label="First financial year",
            choices=[(year, year) for year in years],
            help_text="From April to March. Later years are opened one by one.",
        )
        self.fields["version"] = plan_field(versions, may_be_later=True)


class PlanForm(GovukForm, forms.Form):
    """Which plan's figures come into the books."""

    def __init__(self, *args: Any, versions: Sequence[PlanVersion], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["version"] = plan_field(versions, may_be_later=False)


class PoolForm(GovukForm, forms.Form):
    """Another pot in the same books."""

    name = forms.CharField(label="Name of the pool", max_length=200, help_text="For example Community equipment.")
    code = forms.CharField(
        label="Code",
        max_length=40,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9_-]+\Z", "Use letters, digits, hyphens and underscores only, for example EQUIPMENT."
            )
        ],
        help_text="Short, for example EQUIPMENT. It stands in the books for ever and cannot be changed.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, streams: Sequence[PooledFund], **more: Any) -> None:
        super().__init__(*args, **more)
        if streams:
            self.fields["stream"] = RowField(
                [(stream.name, stream) for stream in streams],
                empty="None",
                label="Stream that it belongs to",
                required=False,
            )
