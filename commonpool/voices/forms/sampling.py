"""Forms of criteria, of cells, and of the choice of sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm
from commonpool.voices.forms.fieldwork import RowForm
from commonpool.voices.models import Criterion, Level, Study
from commonpool.voices.rules import sampling as rules

MOST_LEVELS: Final = 30
MOST_SLOTS: Final = 100


class CriterionForm(RowForm):
    """A criterion with its levels, one on a line: `small, from 0, 3 wanted`."""

    name = forms.CharField(label="By what should sites differ?", max_length=80, help_text="Such as funding per head.")
    levels = forms.CharField(
        label="Its levels",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One on a line, then how many sites you want of it, and for a number the least that belongs to it. "
        "For example: <code>coast; 3</code> or <code>under 200,000 people; 4; from 0</code>.",
    )

    def clean_levels(self) -> list[rules.Level]:
        """The levels. Raises ValidationError with every line that cannot be read."""
        lines = [line.strip() for line in self.cleaned_data["levels"].splitlines() if line.strip()]
        if len(lines) > MOST_LEVELS:
            raise ValidationError(f"There are {len(lines)} levels. Give at most {MOST_LEVELS}.")
        found, wrong = [], []
        for line in lines:
            try:
                found.append(level_of_line(line))
            except ValueError as error:
                wrong.append(str(error))
        if wrong:
            raise ValidationError(wrong)
        return found


def level_of_line(line: str) -> rules.Level:
    """A level as typed. Raises ValueError, which says what to write."""
    name, *rest = (part.strip() for part in line.split(";"))
    target, lowest = None, None
    for part in rest:
        if part.casefold().startswith("from"):
            lowest = rules.number_in(part[4:])
            if lowest is None or abs(lowest) >= 10**14:
                raise ValueError(f"‘{part}’ of ‘{name}’ is no number. Write it as: from 200000.")
        elif part.isascii() and part.isdigit() and len(part) < 6:
            target = int(part)
        elif part:
            raise ValueError(f"‘{part}’ of ‘{name}’ is no number of sites. Write it as: {name}; 3.")
    if not name or len(name) > 80:
        raise ValueError(f"‘{line[:40]}’ has no name of up to 80 letters. Write the level’s name first.")
    return rules.Level(name, lowest, target)


def line_of_level(level: rules.Level) -> str:
    """The same the other way round."""
    target = "" if level.target is None else str(level.target)
    parts = [level.name, target, "" if level.lowest is None else f"from {level.lowest.normalize():f}"]
    return "; ".join(parts).rstrip("; ")


class CrossingForm(GovukForm, forms.Form):
    """Which two criteria to look at together."""

    down = forms.ModelChoiceField(Criterion.objects.none(), to_field_name="uuid", label="Down", empty_label=None)
    across = forms.ModelChoiceField(Criterion.objects.none(), to_field_name="uuid", label="Across", empty_label=None)

    def __init__(self, *args: Any, study: Study, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("down", "across"):
            self.fields[name].queryset = Criterion.objects.filter(study=study)  # type: ignore[attr-defined]


class CellForm(GovukForm, forms.Form):
    """How many sites of two levels are wanted."""

    down = forms.ModelChoiceField(Level.objects.none(), to_field_name="uuid", empty_label=None)
    across = forms.ModelChoiceField(Level.objects.none(), to_field_name="uuid", empty_label=None)
    target = forms.IntegerField(
        label="How many sites?",
        required=False,
        min_value=0,
        max_value=9999,
        help_text="Leave empty to take the target away.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
    )

    def __init__(self, *args: Any, down: Criterion, across: Criterion, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, criterion in (("down", down), ("across", across)):
            self.fields[name].label = criterion.name
            self.fields[name].queryset = Level.objects.filter(criterion=criterion)  # type: ignore[attr-defined]


class SlotsForm(GovukForm, forms.Form):
    """How many sites to choose, and by which facts."""

    slots = forms.IntegerField(
        label="How many sites in all?",
        min_value=1,
        max_value=MOST_SLOTS,
        help_text="Those that take part already count.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
    )
    facts = forms.MultipleChoiceField(label="By which facts?", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, columns: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["facts"].choices = [(each, each) for each in columns]  # type: ignore[attr-defined]
