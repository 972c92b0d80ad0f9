"""How forms look (GOV.UK pattern), and the fields that every room's forms share: money and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.template import TemplateDoesNotExist
from django.template.loader import select_template
from django.utils.datastructures import MultiValueDict

from commonpool.money import AmountError, pence_from_text, pounds_from_pence

DJANGO_WIDGETS = "django/forms/widgets/"


class GovukRenderer(TemplatesSetting):
    """Renders every form in the GOV.UK pattern, ours and those of libraries alike (settings.FORM_RENDERER)."""

    form_template_name = "pages/forms/form.html"
    field_template_name = "pages/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """Our template of a widget where there is one, else Django's; independent of the order of apps."""
        ours = template_name.replace(DJANGO_WIDGETS, "pages/forms/widgets/")
        try:
            return select_template([ours, template_name])
        except TemplateDoesNotExist as error:
            raise TemplateDoesNotExist(template_name) from error


class GovukForm(forms.BaseForm):
    """Mixin: the browser's own messages stay off, so that ours appear, all at once and in our words.

    Write `<form method="post" novalidate>`, and bind with `Form(request.POST)` whenever the method is POST:
    `request.POST or None` leaves an empty post unbound and shows no error.
    """

    use_required_attribute = False


class HintedRadios(forms.RadioSelect):
    """Radio buttons, each with a sentence below it. `hints` is {value: sentence}; a value without one has none."""

    hints: Mapping[str, str] = MappingProxyType({})

    def create_option(self, name: str, value: Any, *args: Any, **more: Any) -> dict[str, Any]:
        """Django's option, with its hint."""
        return {**super().create_option(name, value, *args, **more), "hint": self.hints.get(str(value), "")}


class MoneyField(forms.CharField):
    """Pounds as people type them; whole pence as an int, or None where left empty (unknown, never zero)."""

    prefix = "£"

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}))
        super().__init__(**more)

    def to_python(self, value: Any) -> Any:
        """Whole pence. Raises ValidationError, showing what was typed."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return pence_from_text(text)
        except AmountError as error:
            raise ValidationError(f"‘{text}’ {error}. Enter pounds as a number, for example 1234.50.") from error

    def prepare_value(self, value: Any) -> Any:
        """Pence as pounds to edit; text that was typed stays as it was."""
        return f"{pounds_from_pence(value):.2f}" if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another amount was typed: 12, £12 and 12.00 are the same."""
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class DateParts(forms.MultiWidget):
    """Day, month and year in three boxes, as people know their dates by heart."""

    template_name = "pages/forms/widgets/date_parts.html"
    use_fieldset = True
    parts = (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({name: forms.TextInput() for name, _, _ in self.parts}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """A date, or what was typed, as its three parts."""
        if isinstance(value, date):
            return [value.day, value.month, value.year]
        return list(value) if isinstance(value, (list, tuple)) else [None, None, None]

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> Any:
        """The three texts, or the single one that a program sent as an ISO date."""
        if (iso := data.get(name)) is not None:
            return iso
        return [(data.get(f"{name}_{part}") or "").strip() for part, _, _ in self.parts]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The parts with their labels and widths."""
        context = super().get_context(name, value if not isinstance(value, str) else value.split("-")[::-1], attrs)
        for part, (_, label, width) in zip(context["widget"]["subwidgets"], self.parts, strict=True):
            part |= {"label": label, "width": width}
        context["widget"]["attrs"]["is_wrong"] = bool(attrs and attrs.get("aria-invalid"))
        return context

    def id_for_label(self, id_: str) -> str:
        """The first box, which a link from the list of errors goes to."""
        return f"{id_}_0" if id_ else id_


class DatePartsField(forms.DateField):
    """A date typed as day, month and year. None where all three are empty."""

    widget = DateParts

    def to_python(self, value: Any) -> date | None:
        """The date. Raises ValidationError that says which part is missing, or that there is no such day."""
        if not isinstance(value, list):
            return super().to_python(value)
        if not any(value):
            return None
        missing = [label.lower() for text, (_, label, _) in zip(value, DateParts.parts, strict=True) if not text]
        if missing:
            raise ValidationError(f"The date has no {' and no '.join(missing)}. Fill in day, month and year.")
        try:
            day, month, year = (int(text) for text in value)
            return date(year, month, day)
        except (ValueError, OverflowError):
            raise ValidationError(
                f"‘{' '.join(value)}’ is not a date. Enter day, month and year as numbers, for example 31 3 2031."
            ) from None

    def validate(self, value: Any) -> None:
        """Required means all three parts."""
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
