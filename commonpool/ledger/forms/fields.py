"""Fields that several of this room's forms share: one of some rows, an amount above zero, explained choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import MoneyField

Row = Any
Groups = Mapping[str, Sequence[tuple[str, Row]]]
"""{heading: (label, row) of each}; the heading "" for rows that stand in no group."""

NO_NAMES: Final = "It is kept for ever, so leave out names of persons."


class RowField(forms.ChoiceField):
    """One of some rows, known by the id that addresses use. Gives the row, or None where none is chosen.

    rows   (label, row) of each, or groups of them
    empty  what stands where nothing is chosen; None leaves that out, for a list whose first row is the usual one
    none   what is sent for it; where it is not "", to choose nothing is an answer too
    """

    def __init__(
        self, rows: Iterable[tuple[str, Row]] | Groups, *, empty: str | None = "Choose one", none: str = "", **more: Any
    ) -> None:
        groups = rows if isinstance(rows, Mapping) else {"": list(rows)}
        self.rows = {str(row.uuid): row for group in groups.values() for _, row in group}
        choices: list[Any] = [] if empty is None else [(none, empty)]
        for heading, group in groups.items():
            options = [(str(row.uuid), label) for label, row in group]
            choices += [(heading, options)] if heading else options
        super().__init__(choices=choices, **more)

    def clean(self, value: Any) -> Row | None:
        """Raises ValidationError for what is not in the list."""
        return self.rows.get(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """A row that it begins with as its id; what was chosen stays as it was."""
        return str(value.uuid) if hasattr(value, "uuid") else value


class AmountField(MoneyField):
    """Pounds above zero."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"label": "Amount", **more})

    def clean(self, value: Any) -> int | None:
        """Whole pence. Raises ValidationError, showing what was typed, for nothing or less than nothing."""
        pence: int | None = super().clean(value)
        if pence is not None and pence <= 0:
            raise ValidationError(f"‘{value}’ is not above zero. Enter pounds, for example 1234.50.")
        return pence


class HintedRadios(forms.RadioSelect):
    """Radios with a line of help under each choice that has one."""

    template_name = "ledger/widgets/hinted_radios.html"

    def __init__(self, hints: Mapping[str, str], **more: Any) -> None:
        super().__init__(**more)
        self.hints = hints

    def create_option(self, name: str, value: Any, *more: Any, **also: Any) -> dict[str, Any]:
        """The choice with its help."""
        return {**super().create_option(name, value, *more, **also), "hint": self.hints.get(str(value), "")}


class OnceForm(forms.Form):
    """A form that posts: sent twice by mistake, it is one entry; sent again with other content, it is another.

    A document's own number says which entry it is. Where it has none, the form's hidden id and all that was typed do.
    """

    once = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def own_reference(self) -> str:
        """The document's number, or what stands for it. Call it when the form is valid."""
        given = dict(self.cleaned_data)
        if typed := str(given.get("reference") or "").strip():
            return typed
        once: UUID = given.pop("once", None) or uuid4()
        said = sorted((name, str(getattr(value, "uuid", value))) for name, value in given.items())
        return str(uuid5(once, repr(said)))


def reference_field(label: str = "Reference", **more: Any) -> forms.CharField:
    """A document's own number."""
    said = f"The document’s own number, if it has one: the same number twice is one entry. {NO_NAMES}"
    return forms.CharField(label=label, **{"required": False, "max_length": 100, "help_text": said, **more})


def reason_field(label: str = "Reason", **more: Any) -> forms.CharField:
    """Why something is done, for those who read it later."""
    said = f"Those who read the books later will want to know. {NO_NAMES}"
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, **{"max_length": 400, "help_text": said, "widget": widget, **more})
