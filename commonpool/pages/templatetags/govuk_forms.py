"""What the form templates need to know of a field. Used by `pages/forms/*.html` only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.utils.safestring import SafeString

register = template.Library()

# The first class that a widget is an instance of decides; the classes on the right are GOV.UK Frontend's.
_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (Input, "govuk-input"),
)


@dataclass(frozen=True, slots=True)
class LinkedError:
    """One sentence of the list of errors, and the id of the box that it is about."""

    text: str
    link: str


@register.simple_tag
def govuk_widget(field: BoundField) -> SafeString:
    """The field's widget with the classes that give it its look."""
    widget = field.field.widget
    base = next((name for kind, name in _CLASSES if isinstance(widget, kind)), "")
    classes = [base, *str(widget.attrs.get("class", "")).split()]
    if base and field.errors and base != "govuk-checkboxes__input":
        classes.append(f"{base}--error")
    given = " ".join(dict.fromkeys(name for name in classes if name))
    return field.as_widget(attrs={"class": given} if given else None)


@register.filter
def is_tick_box(field: BoundField) -> bool:
    """Whether the field is a single box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def prefix_of(field: BoundField) -> str:
    """What stands before the box, such as a currency sign; "" for most fields."""
    return getattr(field.field, "prefix", "") or ""


@register.filter
def optional(field: BoundField) -> str:
    """Words for a field that may be left empty: most must be filled in, so only the others say so."""
    return "" if field.field.required or isinstance(field.field, forms.BooleanField) else " (optional)"


@register.filter
def error_texts(field: BoundField) -> list[str]:
    """The field's errors; one that only says "required" is told in words that name the field."""
    texts = []
    for error in field.errors.as_data():
        is_plain = error.code == "required" and error.message == forms.Field.default_error_messages["required"]
        texts += [_missing(field)] if is_plain else [str(text) for text in error.messages]
    return texts


def _missing(field: BoundField) -> str:
    if is_tick_box(field):
        return f"Tick ‘{field.label}’ to go on."
    chosen = isinstance(field.field.widget, (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple))
    verb = "Choose an answer to" if chosen else "Choose a file for" if _is_file(field) else "Fill in"
    return f"{verb} ‘{field.label}’."


def _is_file(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.FileInput)


@register.filter
def errors_with_links(form: forms.BaseForm) -> list[LinkedError]:
    """All errors of a form in the order of its fields, those of the form as a whole first."""
    found = [LinkedError(str(text), "") for text in form.non_field_errors()]
    for field in form:
        found += [LinkedError(text, _first_box(field)) for text in error_texts(field)]
    return found


def _first_box(field: BoundField) -> str:
    widget: Any = field.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return f"{field.auto_id}_0"
    return field.id_for_label
