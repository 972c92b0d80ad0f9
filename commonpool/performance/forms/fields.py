"""Fields that this room's forms share: the terms of a process, whole numbers, trusts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm
from commonpool.performance.rules.asks import MOST_HOURS, WEEKDAYS, days_of_mask, mask_of_days
from commonpool.performance.words import bed_types, processes
from commonpool.places.models import Organisation

Fields = Iterator[tuple[str, forms.Field]]
SHORT: Final = {"inputmode": "numeric", "class": "govuk-input--width-5"}
MOST_DIGITS: Final = 20


def text(label: str, longest: int, *, rows: int = 0, **more: Any) -> forms.CharField:
    """A text of at most so many characters; with rows a box of several lines."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    field = forms.CharField(label=label, widget=widget, **more)
    field.validators.append(_not_longer(longest))
    return field


def _not_longer(longest: int) -> Any:
    def check(value: str) -> None:
        if len(value) > longest:
            raise ValidationError(
                f"This has {len(value):,} characters. Shorten it to {longest:,} or fewer.", code="too_long"
            )

    return check


class WholeField(forms.CharField):
    """A whole number as people type it, within bounds; None where left empty (unknown, never zero)."""

    def __init__(self, *, least: int, most: int, example: int, **more: Any) -> None:
        self.least, self.most, self.example = least, most, example
        super().__init__(widget=forms.TextInput(attrs=SHORT), **more)

    def to_python(self, value: Any) -> Any:
        """The number. Raises ValidationError, showing what was typed."""
        typed = super().to_python(value)
        if not typed:
            return None
        plain = typed.replace(",", "").replace("−", "-")
        # Looked at before it becomes a number: very many digits would keep a processor busy.
        number = int(plain) if plain.lstrip("-").isascii() and plain.lstrip("-").isdigit() and len(plain) < 10 else None
        if number is None or not self.least <= number <= self.most:
            raise ValidationError(
                f"‘{typed[:40]}’ is not a whole number from {self.least:,} to {self.most:,}. "
                f"Enter one, for example {self.example}."
            )
        return number


class AmountField(forms.CharField):
    """A number with decimals; None where left empty."""

    def __init__(self, *, is_above_zero: bool = False, **more: Any) -> None:
        self.is_above_zero = is_above_zero
        super().__init__(widget=forms.TextInput(attrs={**SHORT, "inputmode": "decimal"}), **more)

    def to_python(self, value: Any) -> Any:
        """The number. Raises ValidationError, showing what was typed."""
        typed = super().to_python(value)
        if not typed:
            return None
        try:
            number = Decimal(typed.replace(",", "")) if len(typed) <= MOST_DIGITS else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or int(number.as_tuple().exponent) < -4 or abs(number) >= 10**12:
            raise ValidationError(f"‘{typed[:40]}’ is not a number. Enter one with up to 4 decimals, for example 12.5.")
        if self.is_above_zero and number <= 0:
            raise ValidationError(f"‘{typed[:40]}’ is not above zero. Enter by how much it falls, for example 120.")
        return number


class DaysField(forms.TypedMultipleChoiceField):
    """Days of the week as boxes to tick; the seven bits that tables keep, or None where none is ticked."""

    def __init__(self, **more: Any) -> None:
        choices = [(str(number), name) for number, name in enumerate(WEEKDAYS, 1)]
        super().__init__(
            choices=choices,
            coerce=int,
            empty_value=[],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": "‘%(value)s’ is no day of the week. Tick the days that are meant."},
            **more,
        )

    def clean(self, value: Any) -> Any:
        """The seven bits."""
        return mask_of_days(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Seven bits as the boxes to tick; what was ticked stays as it was."""
        return [str(day) for day in sorted(days_of_mask(value) or ())] if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other days are ticked."""
        return set(self.prepare_value(initial) or ()) != set(data or ())


def term_fields() -> Fields:
    """How something is to be done: the fields of `models.TermFields`, in their order."""
    hours = {"least": 0, "most": MOST_HOURS, "required": False}
    yield (
        "trigger",
        text("What starts the clock", 300, required=False, help_text="For example: no longer meets the criteria."),
    )
    yield "deadline_hours", WholeField(label="Done within how many hours", example=24, **hours)
    yield "not_before_hours", WholeField(label="Not before how many hours", example=2, **hours)
    yield "days", DaysField(label="On which days of the week", required=False)
    yield "channel", text("On which form or channel", 200, required=False)
    yield (
        "is_only_way",
        forms.BooleanField(label="No other form, channel or day will do", required=False),
    )
    yield (
        "contact_role",
        text("Whom to contact", 200, required=False, help_text="A role, not a person, such as: discharge coordinator."),
    )


def check_terms(form: forms.BaseForm) -> None:
    """What no single field can see: hours in their order, and an only way that is one. For a form's `clean`."""
    given = form.cleaned_data
    first, last = given.get("not_before_hours"), given.get("deadline_hours")
    if first is not None and last is not None and first > last:
        form.add_error(
            "not_before_hours",
            f"It may start {first} hours after the trigger, but must be done within {last}. Change one of the two.",
        )
    has_way = bool(given.get("channel")) or given.get("days") is not None
    if given.get("is_only_way") and not has_way and not form.errors.keys() & {"channel", "days"}:
        form.add_error("is_only_way", "‘No other way will do’ needs a way: name the form or channel, or the days.")


def check_dates(form: forms.BaseForm, starts: str, ends: str, what: str) -> None:
    """Add an error where the last day comes before the first."""
    first, last = form.cleaned_data.get(starts), form.cleaned_data.get(ends)
    if first and last and last < first:
        form.add_error(ends, f"{what} ends on {last:%d/%m/%Y}, before it starts on {first:%d/%m/%Y}. Change one date.")


def choice(label: str, options: Mapping[str, str], *, empty: str = "", **more: Any) -> forms.ChoiceField:
    """One of a list; `empty` is what an empty choice is called."""
    choices = [("", empty)] if empty else []
    wrong = f"‘%(value)s’ is not in the list of ‘{label}’. Choose one that is."
    field = forms.ChoiceField(label=label, choices=[*choices, *options.items()], **more)
    field.error_messages["invalid_choice"] = wrong
    return field


def process_choice(**more: Any) -> forms.ChoiceField:
    """One of the processes that are listed."""
    return choice("Process", {code: each.label for code, each in processes().items()}, empty="Choose one", **more)


def bed_type_choice(**more: Any) -> forms.ChoiceField:
    """One of the kinds of bed that are listed."""
    return choice("Kind of bed", bed_types(), empty="None", **more)


class BodyField(forms.ModelChoiceField[Organisation]):
    """A body of the register by its public id; what is no id at all is no body of the register either."""

    def to_python(self, value: Any) -> Any:
        """The body. Raises ValidationError."""
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


def trust_choice(is_invented: bool, **more: Any) -> BodyField:
    """A trust of the register that still exists; the invented and the real do not mix."""
    trusts = Organisation.objects.filter(kind=Organisation.Kind.TRUST, ends_on=None, is_invented=is_invented)
    field = BodyField(trusts.order_by("name"), label="Trust", to_field_name="uuid", empty_label="Choose one", **more)
    field.error_messages["invalid_choice"] = (
        "That trust is not in the register of organisations. Choose one of the list, or have the published list of "
        "trusts loaded first."
    )
    return field


class RowForm(GovukForm, forms.Form):
    """What forms of rows share: they know which revision of the row they were opened on."""

    revision = forms.IntegerField(widget=forms.HiddenInput, initial=1, required=False)

    def seen_revision(self) -> int:
        """The revision that the person saw; 0, which no row has, where it was taken out of the form."""
        return self.cleaned_data.get("revision") or 0


def initial_of(row: Any, names: Any) -> dict[str, Any]:
    """What a form about a row starts with."""
    return {name: getattr(row, name) for name in names if hasattr(row, name)}


TERM_NAMES: Final = (
    *("trigger", "deadline_hours", "not_before_hours", "days", "channel", "is_only_way", "contact_role"),
)
