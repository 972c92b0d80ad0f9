"""The form of a partner's own money and three futures. It is sent, reckoned with and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from django import forms

from commonpool.pages.forms import GovukForm, MoneyField
from commonpool.risk_share.rules.headroom import MOST_YEARS, Finances, Future

FUTURES: Final = {"low": "Low", "central": "Central", "high": "High"}
MONEY: Final = {
    "funding_pence": ("Funding this year", "All that comes in."),
    "costs_pence": ("Unavoidable costs this year", "Without the contribution to the pool."),
    "minimum_pence": ("Minimum contribution this year", "What it must pay into the pool."),
    "reserves_pence": ("Reserves", "What it holds at the end of this year."),
    "reserves_floor_pence": ("Floor of reserves", "What they must not fall below."),
}
GROWTH: Final = {
    "funding_growth": "Growth of funding a year, %",
    "cost_growth": "Growth of unavoidable costs a year, %",
    "minimum_growth": "Growth of the minimum a year, %",
}
AMOUNTS: Final = {
    "savings_pence": "Savings found anew each year, £",
    "reserves_use_pence": "Most from reserves in a year, £",
}
_PER_CENT: Final = 100


class GrowthField(forms.DecimalField):
    """A growth in per cent, `3` or `-2.5%`; None where left empty."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-5"})
        limits: dict[str, Any] = {"min_value": -_PER_CENT, "max_value": _PER_CENT, "max_digits": 7, "decimal_places": 4}
        wrong = "Enter growth in per cent, for example 3 or -2.5."
        super().__init__(required=False, widget=widget, error_messages={"invalid": wrong}, **limits, **more)

    def to_python(self, value: Any) -> Any:
        """The number as a decimal, read without its sign of per cent."""
        return super().to_python(value.strip().removesuffix("%").replace("−", "-") if isinstance(value, str) else value)


def _amount(label: str, **more: Any) -> MoneyField:
    """An amount of nothing or more."""
    return _NotNegative(label=label, required=False, **more)


class _NotNegative(MoneyField):
    def clean(self, value: Any) -> Any:
        pence = super().clean(value)
        if pence is not None and pence < 0:
            raise forms.ValidationError(f"‘{value}’ is below zero. Enter 0 or more.")
        return pence


class HeadroomForm(GovukForm, forms.Form):
    """One partner's money, and three futures of it. Whatever is left empty is not known."""

    years = forms.IntegerField(
        label="How many years?",
        min_value=1,
        max_value=MOST_YEARS,
        initial=3,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "invalid": "Enter a whole number of years, for example 3.",
            "required": "Enter how many years.",
        },
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, (label, hint) in MONEY.items():
            self.fields[name] = _amount(label, help_text=hint)
        for future, called in FUTURES.items():
            for name, label in GROWTH.items():
                self.fields[f"{future}-{name}"] = GrowthField(label=f"{called}: {label}")
            for name, label in AMOUNTS.items():
                self.fields[f"{future}-{name}"] = _amount(f"{called}: {label}")

    def of_money(self) -> list[forms.BoundField]:
        """The fields that hold in every future."""
        return [self["years"], *(self[name] for name in MONEY)]

    def grid(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(what, its field in each future)"""
        return [(label, [self[f"{future}-{name}"] for future in FUTURES]) for name, label in (GROWTH | AMOUNTS).items()]

    def finances(self, partner: str) -> Finances:
        """The money that was typed."""
        given: Mapping[str, Any] = self.cleaned_data
        return Finances(partner, **{name: given[name] for name in MONEY})

    def futures(self) -> list[Future]:
        """The three futures that were typed."""
        return [Future(called, **self._rates(code), **self._sums(code)) for code, called in FUTURES.items()]

    def _rates(self, future: str) -> dict[str, Any]:
        typed = {name: self.cleaned_data[f"{future}-{name}"] for name in GROWTH}
        return {name: None if value is None else Fraction(value) / _PER_CENT for name, value in typed.items()}

    def _sums(self, future: str) -> dict[str, Any]:
        return {name: self.cleaned_data[f"{future}-{name}"] for name in AMOUNTS}
