"""Forms of what comes in: what has fallen due, cash that came, and when a contribution falls due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms

from commonpool.ledger.forms.fields import AmountField, HintedRadios, OnceForm, RowField, reference_field
from commonpool.ledger.models import ContributionSchedule
from commonpool.ledger.queries.contributing import MONTHS
from commonpool.ledger.rules.phasing import LONGEST_PERIOD_DAYS, Profile, Spread
from commonpool.money import format_pounds
from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.periods import FINANCIAL_YEAR

SPREADS: Final = {
    Spread.TWELFTHS: ("Monthly", "Twelve parts, one for each month from April."),
    Spread.QUARTERS: ("Quarterly", "Four parts, one for each quarter from April."),
    Spread.WHOLE_YEAR: ("Once a year", "The whole sum on one day."),
    Spread.FOUR_FOUR_FIVE: (
        "In periods of 4, 4 and 5 weeks",
        "Twelve parts, for partners whose months are whole weeks.",
    ),
    Spread.THIRTEEN_PERIODS: ("In thirteen periods of four weeks", "Thirteen parts."),
    Spread.BY_HAND: ("Amounts entered by hand", "Each date with its amount, as the partner’s own schedule says."),
}
ROWS_AT_LEAST, ROWS_TO_SPARE, ROWS_AT_MOST = 6, 4, 60


class DueForm(GovukForm, forms.Form):
    """Up to which day what has fallen due is posted."""

    up_to = DatePartsField(label="Up to and including")

    def __init__(self, *args: Any, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["up_to"].initial = on


class CashForm(GovukForm, OnceForm):
    """Cash that arrived for a contribution."""

    def __init__(self, *args: Any, sources: Sequence[tuple[str, Any]], pools: Sequence[tuple[str, Any]], **more: Any):
        super().__init__(*args, **more)
        self.fields["source"] = RowField(sources, label="Whose money came?")
        self.fields["pence"] = AmountField()
        self.fields["on"] = DatePartsField(label="Day on which it arrived")
        self.fields["pool"] = pool_field(pools)
        self.fields["reference"] = reference_field(
            help_text="Of the bank statement or the remittance, if it has one: the same one twice is one entry."
        )


def pool_field(pools: Sequence[tuple[str, Any]], label: str = "Pool") -> RowField:
    """Which pool; not asked where there is only one."""
    field = RowField(pools, empty=None, label=label)
    if len(pools) == 1:
        field.initial, field.widget = pools[0][1], forms.HiddenInput()
    return field


class SpreadForm(GovukForm, forms.Form):
    """Into which parts a year's contribution falls: asked first, as the rest depends on it."""

    spread = forms.ChoiceField(
        label="How is it paid?",
        choices=[(spread.value, label) for spread, (label, _) in SPREADS.items()],
        widget=HintedRadios({spread.value: hint for spread, (_, hint) in SPREADS.items()}),
    )


class ProfileForm(GovukForm, forms.Form):
    """The rest of a calendar that falls into equal parts. `profile()` is what was typed."""

    def __init__(self, *args: Any, spread: Spread, held: ContributionSchedule, **more: Any) -> None:
        more["initial"] = held.profile
        super().__init__(*args, **more)
        self.spread = spread
        if spread is Spread.WHOLE_YEAR:
            months = [*range(4, 13), *range(1, 4)]
            self.fields["month"] = forms.TypedChoiceField(
                label="Month", coerce=int, choices=[(month, MONTHS[month - 1]) for month in months]
            )
        period = {Spread.WHOLE_YEAR: "month", Spread.TWELFTHS: "month", Spread.QUARTERS: "quarter"}.get(
            spread, "period"
        )
        self.fields["day"] = forms.IntegerField(
            label=f"Day of the {period}",
            min_value=1,
            max_value=LONGEST_PERIOD_DAYS,
            initial=1,
            help_text=f"1 is its first day. Where the {period} has no such day, its last day counts.",
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
            error_messages={"invalid": "A day is a whole number, for example 15."},
        )
        when = "in that month of the next year" if spread is Spread.WHOLE_YEAR else f"in the {period} after it"
        self.fields["is_in_arrears"] = forms.BooleanField(label=f"It is paid in arrears: {when}", required=False)

    def profile(self) -> Profile:
        """What was typed. Raises PhasingError for what makes no sense."""
        given = self.cleaned_data
        return Profile(self.spread, is_in_arrears=given["is_in_arrears"], day=given["day"], month=given.get("month"))


class ByHandForm(GovukForm, forms.Form):
    """Dates with amounts, as many as there are rows; empty rows are passed over."""

    def __init__(self, *args: Any, held: ContributionSchedule, begin_with: Sequence[tuple[date, int]], **more: Any):
        super().__init__(*args, **more)
        self.held = held
        typed = sum(1 for name in self.data if name.startswith("pence_"))
        wanted = typed or max(ROWS_AT_LEAST, len(begin_with) + ROWS_TO_SPARE)
        self.numbers = range(1, min(wanted, ROWS_AT_MOST) + 1)
        for number in self.numbers:
            on, pence = begin_with[number - 1] if number <= len(begin_with) else (None, None)
            self.fields[f"on_{number}"] = DatePartsField(label="Date", required=False, initial=on)
            self.fields[f"pence_{number}"] = AmountField(label="Amount", required=False, initial=pence)

    @property
    def rows(self) -> list[tuple[int, Any, Any]]:
        """(number, the date's field, the amount's field) of each row."""
        return [(number, self[f"on_{number}"], self[f"pence_{number}"]) for number in self.numbers]

    def clean(self) -> dict[str, Any]:
        """A date goes with its amount; together they make the year."""
        given = super().clean() or {}
        for number in self.numbers:
            on, pence = f"on_{number}", f"pence_{number}"
            if given.get(on) and pence in given and given[pence] is None:
                self.add_error(pence, f"Instalment {number} has a date and no amount. Fill in both or neither.")
            if given.get(pence) and on in given and given[on] is None:
                self.add_error(on, f"Instalment {number} has an amount and no date. Fill in both or neither.")
        if not self.errors and not self.amounts():
            self.add_error(None, "Enter at least one date with its amount.")
        return given

    def amounts(self) -> tuple[tuple[date, int], ...]:
        """The rows that were filled in."""
        given = self.cleaned_data
        filled = ((given.get(f"on_{number}"), given.get(f"pence_{number}")) for number in self.numbers)
        return tuple((on, pence) for on, pence in filled if on and pence)

    def profile(self) -> Profile:
        """What was typed. Raises PhasingError for what makes no sense."""
        return Profile(Spread.BY_HAND, amounts=self.amounts())

    @property
    def about(self) -> str:
        """What the amounts must come to."""
        year = FINANCIAL_YEAR.year(self.held.year)
        return (
            f"Together they make the agreed {format_pounds(self.held.pence)} of {self.held.year}, which runs from "
            f"{year.starts_on:%-d %B %Y} to {year.ends_on:%-d %B %Y}. Leave rows that you do not need empty."
        )
