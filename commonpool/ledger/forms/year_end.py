"""Forms of a year's end: each decides one sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonpool.ledger.forms.fields import AmountField, OnceForm, reference_field
from commonpool.money import format_pounds
from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.periods import Period


class InYearForm(GovukForm, forms.Form):
    """What every step of a year's end asks: the day, in that year."""

    def __init__(self, *args: Any, year: Period, **more: Any) -> None:
        super().__init__(*args, **more)
        self.year = year
        self.fields["on"] = DatePartsField(label="Day that it concerns", initial=year.ends_on)

    def clean_on(self) -> date:
        """Raises ValidationError for a day of another year."""
        on: date = self.cleaned_data["on"]
        if on not in self.year:
            first, last = (f"{day:%-d %B %Y}" for day in (self.year.starts_on, self.year.ends_on))
            raise ValidationError(f"{on:%-d %B %Y} is no day of {self.year.label}. Enter one from {first} to {last}.")
        return on


class CoverForm(InYearForm):
    """The host lends what no source covers."""

    may_overspend = forms.BooleanField(
        label="The agreement lets the pool overspend on these lines",
        help_text="Only then may the host’s advance carry it. Else correct the lines that it stands on.",
    )


class SettleForm(InYearForm):
    """Each partner's settled share, as the agreement's rule gave it."""

    def __init__(self, *args: Any, partners: Mapping[str, str], total_pence: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.partners, self.total_pence = partners, total_pence
        for code, name in partners.items():
            self.fields[f"share_{code}"] = AmountField(label=name, required=False)
        self.order_fields([f"share_{code}" for code in partners])

    def clean(self) -> dict[str, Any]:
        """The shares sum to what was advanced."""
        given = super().clean() or {}
        found = sum(self.shares().values())
        if not self.errors and found != self.total_pence:
            self.add_error(None, self._apart(found))
        return given

    def _apart(self, found: int) -> str:
        more, less = format_pounds(self.total_pence - found), format_pounds(found - self.total_pence)
        what = f"{more} is missing" if found < self.total_pence else f"{less} is too much"
        return f"The shares sum to {format_pounds(found)}, not to {format_pounds(self.total_pence)}: {what}."

    def shares(self) -> dict[str, int]:
        """organisation's code -> pence, of those who have a share."""
        given = ((code, self.cleaned_data.get(f"share_{code}")) for code in self.partners)
        return {code: pence for code, pence in given if pence}


class SumForm(InYearForm):
    """One sum of a source, up to what is left of it; that stands there to begin with."""

    pence = AmountField()
    field_order = ("pence", "on")

    def __init__(self, *args: Any, most_pence: int, **more: Any) -> None:
        super().__init__(*args, **{"initial": {"pence": most_pence}, **more})
        self.most_pence = most_pence

    def clean_pence(self) -> int:
        """Raises ValidationError for more than is left."""
        pence: int = self.cleaned_data["pence"]
        if pence > self.most_pence:
            most = format_pounds(self.most_pence)
            raise ValidationError(f"{format_pounds(pence)} is more than is left: {most}. Enter that at most.")
        return pence


class CarryForm(SumForm):
    """Money that is kept for next year, and how it is made up."""

    def __init__(self, *args: Any, labels: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.labels = labels
        for number, label in enumerate(labels):
            self.fields[f"part_{number}"] = AmountField(label=label, required=False)

    def parts(self) -> dict[str, int] | None:
        """label -> pence, as far as filled in; None where nothing is."""
        given = ((label, self.cleaned_data.get(f"part_{number}")) for number, label in enumerate(self.labels))
        return {label: pence for label, pence in given if pence} or None

    @property
    def whole(self) -> list[Any]:
        """The fields of the sum itself."""
        return [self["pence"], self["on"]]

    @property
    def in_parts(self) -> list[Any]:
        """The fields of its parts."""
        return [self[f"part_{number}"] for number, _ in enumerate(self.labels)]


class PayBackForm(SumForm, OnceForm):
    """Cash that goes back to whoever contributed it. It may be paid in the year after."""

    reference = reference_field(help_text="Of the payment, if it has one: the same one twice is one entry.")

    def clean_on(self) -> date:
        """Any day that the books are open for."""
        on: date = self.cleaned_data["on"]
        return on


class NextYearForm(GovukForm, forms.Form):
    """Nothing to fill in: the button opens the year."""
