"""The form of a chart that is made of what somebody types or sends, and of nothing that is kept."""

from __future__ import annotations

import math
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm
from commonpool.performance.rules.icons import Equality, Improvement
from commonpool.performance.rules.limits import LEAST_BASELINE
from commonpool.performance.rules.rule_sets import RULE_SETS

FILE_BYTES: Final = 1_000_000
LONGEST_TITLE: Final = 120
LONGEST_LIST: Final = 200
NARROW: Final = {"class": "govuk-input--width-10"}
FOLDED: Final = ("rule_set", "screen", "fix_after", "equality", "lowest", "highest")
WAYS: Final = (
    (Improvement.NEUTRAL.value, "Neither way"),
    (Improvement.INCREASE.value, "More"),
    (Improvement.DECREASE.value, "Less"),
)
ON_LIMIT: Final = ((Equality.STRICT.value, "Hit and miss"), (Equality.INCLUSIVE.value, "Hit, or miss"))


class NumberField(forms.CharField):
    """A finite number as people type it, thousands separators too; None where left empty."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal", **NARROW}), **more
        )

    def clean(self, value: Any) -> Any:
        """Raises ValidationError, showing what was typed."""
        text = super().clean(value).strip().replace(",", "")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValidationError(f"‘{value}’ is not a number. Enter digits, with a point for decimals: 1234.5.")
        return number


class PointsField(forms.CharField):
    """Numbers of points, with commas or spaces between them. Cleans to a sorted list."""

    def clean(self, value: Any) -> Any:
        """Raises ValidationError, naming everything that is no point."""
        parts = super().clean(value).replace(",", " ").split()
        wrong = [part for part in parts if not (part.isascii() and part.isdigit() and len(part) < 9 and int(part) > 1)]
        if wrong:
            named = ", ".join(f"‘{part[:20]}’" for part in wrong)
            raise ValidationError(
                f"{named}: not a point at which a new phase can begin. Enter whole numbers from 2, such as 13, 25."
            )
        return sorted({int(part) for part in parts})


class NumbersField(forms.CharField):
    """Numbers to chart, unless a file has them: one of the two is asked for, so neither is called optional."""

    def validate(self, value: Any) -> None:
        """The form looks at both together."""


class SeriesField(forms.FileField):
    """A file of them, unless they are typed."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file; None where none was chosen."""
        return super().clean(data, initial) if data else None


class ChartForm(GovukForm, forms.Form):
    """A file or pasted numbers, and how they are judged: the options of `commonpool performance chart`."""

    numbers = NumbersField(
        label="Numbers",
        help_text="One row a period, the oldest first, as copied from a spreadsheet: values alone, or with columns "
        "‘period’, ‘value’, ‘target’. An empty row is a gap.",
        strip=False,
        max_length=FILE_BYTES,
        widget=forms.Textarea(attrs={"rows": 10, "class": "cp-typed", "spellcheck": "false"}),
    )
    file = SeriesField(
        label="Or a CSV file",
        help_text="With a column ‘value’, and if you like ‘period’ and ‘target’. At most 1 MB.",
        error_messages={"empty": "The file is empty. Choose another, or paste the numbers."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )
    title = forms.CharField(label="What it shows", required=False, max_length=LONGEST_TITLE)
    improvement = forms.ChoiceField(
        label="What is better?", choices=WAYS, initial=Improvement.NEUTRAL.value, widget=forms.RadioSelect
    )
    target = NumberField(
        label="Target", help_text="If it is the same all the time. One for each period stands in a column ‘target’."
    )
    rule_set = forms.ChoiceField(
        label="Rule set",
        help_text="How many points in a row make a shift and a trend.",
        choices=[(name, f"{name}: {rules.shift_points} and {rules.trend_points}") for name, rules in RULE_SETS.items()],
        initial="mdc7",
    )
    rebase_at = PointsField(
        label="New phases begin at points",
        help_text="Counted from 1 over all rows, gaps too: 13, 25. Only where something really changed, and stayed so.",
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.TextInput(attrs=NARROW),
    )
    screen = forms.BooleanField(label="Leave out extreme moving ranges, once", required=False)
    fix_after = forms.CharField(
        label="Limits from the first so many values of each phase",
        help_text=f"{LEAST_BASELINE} or more. Left empty: from all of them.",
        required=False,
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
    )
    equality = forms.ChoiceField(
        label="A target exactly on a limit counts as", choices=ON_LIMIT, initial=Equality.STRICT.value
    )
    lowest = NumberField(label="No value can be below", help_text="Such as 0. Limits are shown cut there.")
    highest = NumberField(label="No value can be above", help_text="Such as 100.")

    def clean_fix_after(self) -> int | None:
        """How many values; None where left empty."""
        text = str(self.cleaned_data["fix_after"]).strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and int(text) >= LEAST_BASELINE):
            raise ValidationError(f"‘{text}’ is not a whole number of {LEAST_BASELINE} or more.")
        return int(text)

    def clean_file(self) -> Any:
        """The file, if there is one and it is not too large."""
        file = self.cleaned_data["file"]
        if file and file.size > FILE_BYTES:
            raise ValidationError(
                f"‘{file.name}’ has {file.size / 1e6:,.1f} MB, and at most 1 MB is charted here. "
                "The command commonpool performance chart takes larger ones."
            )
        return file

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where there is nothing to chart, or where bounds contradict each other."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("file") and not (given.get("numbers") or "").strip() and "file" not in self.errors:
            self.add_error("numbers", "Paste the numbers, or choose a file.")
        lowest, highest = given.get("lowest"), given.get("highest")
        if lowest is not None and highest is not None and lowest >= highest:
            self.add_error("highest", f"{highest:g} is not above the lowest value, {lowest:g}.")
        return given

    @property
    def has_more(self) -> bool:
        """Whether one of the choices that are folded away was made, or has a fault."""
        return any(name in self.changed_data or name in self.errors for name in FOLDED) if self.is_bound else False
