"""The form of every report's two dates: which year, up to which day, and what was known when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.formats import day_text
from commonpool.pages.forms import DatePartsField
from commonpool.periods import Period

Years = Mapping[str, Sequence[Period]]
FIRST_YEAR, LAST_YEAR = 1970, 2999
MOMENT: Final = "%Y-%m-%dT%H:%M:%S"


class MomentField(forms.DateTimeField):
    """A day with a time, as browsers send it; without a time zone it is the time of the place. None where empty."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "step": 1, "class": "govuk-input--width-20"}, format=MOMENT
    )

    def to_python(self, value: Any) -> datetime | None:
        """Raises ValidationError that shows what was typed."""
        wrong = f"‘{value}’ is not a moment. Write a day and a time, for example 2031-04-10T17:00."
        try:
            found: datetime | None = super().to_python(value)
        except ValidationError:
            raise ValidationError(wrong) from None
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValidationError(wrong)
        return found


class AsAtForm(forms.Form):
    """Which year, up to which of its days, and counting what was recorded by which moment. Empty is the usual one."""

    year = forms.ChoiceField(label="Year", required=False)
    as_at = DatePartsField(label="Day", required=False, help_text="What happened later is left out.")
    known_at = MomentField(
        label="Recorded up to",
        required=False,
        help_text="To see the books as they stood then. Leave it empty to count all that is recorded now.",
    )

    def __init__(self, data: Any = None, *, years: Years, **more: Any) -> None:
        super().__init__(data, **more)
        self.years = years
        chosen: Any = self.fields["year"]
        chosen.choices = [(year, year) for year in years]
        chosen.error_messages["invalid_choice"] = (
            f"These books have no year ‘%(value)s’. They have: {', '.join(years)}."
        )
        if len(years) == 1:
            chosen.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """The day lies in the year; a day alone says which year is meant."""
        given: dict[str, Any] = super().clean() or {}
        day, year = given.get("as_at"), given.get("year")
        if day is None or "year" in self.errors:
            return given
        if not year:
            year = next((label for label in self.years if self._holds(label, day)), "")
        if not year or not self._holds(year, day):
            self.add_error("as_at", self._outside(day, year))
        return {**given, "year": year}

    def _holds(self, year: str, day: date) -> bool:
        months = self.years[year]
        return months[0].starts_on <= day <= months[-1].ends_on

    def _outside(self, day: date, year: str) -> str:
        wanted = [year] if year else list(self.years)
        spans = [
            f"{day_text(self.years[each][0].starts_on)} to {day_text(self.years[each][-1].ends_on)}" for each in wanted
        ]
        which = f"in {year}" if year else "in a year of these books"
        return f"{day_text(day)} is not {which}. Choose a day from {' or '.join(spans)}."
