"""Forms of themes and typologies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from commonpool.pages.forms import GovukForm
from commonpool.voices.forms.matrices import CodesField
from commonpool.voices.models import CaseKind, Code, Theme, ThemeEvidence

MAJOR = [("major", "A main theme"), ("minor", "A minor theme")]


class ThemeForm(GovukForm, forms.Form):
    """A theme. `above`: the themes that it may be part of."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give the theme a name."})
    statement = forms.CharField(
        label="What does it claim?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A sentence that a case could speak against.",
    )
    parent = forms.ModelChoiceField(
        label="Part of", queryset=Theme.objects.none(), required=False, empty_label="no other theme"
    )
    weight = forms.ChoiceField(label="How large is it?", choices=MAJOR, widget=forms.RadioSelect, initial="major")
    codes = CodesField(
        label="Member codes",
        required=False,
        help_text="Their passages, with those of all codes beneath them, are offered as evidence.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, codes: Sequence[tuple[Code, str]], above: Sequence[Theme], **more: Any) -> None:
        super().__init__(*args, **more)
        field, parent = self.fields["codes"], self.fields["parent"]
        assert isinstance(field, CodesField)
        field.offer(codes)
        parent.queryset = Theme.objects.filter(pk__in=[each.pk for each in above])  # type: ignore[attr-defined]


class MarkForm(GovukForm, forms.Form):
    """Which way a passage speaks; no side takes the mark away."""

    coding = forms.IntegerField(widget=forms.HiddenInput)
    side = forms.ChoiceField(choices=[*ThemeEvidence.Side.choices, ("", "")], required=False)
    note = forms.CharField(max_length=400, required=False)


class TypologyForm(GovukForm, forms.Form):
    """A typology: what falls into types, and the types."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give the typology a name."})
    case_kind = forms.ChoiceField(
        label="What falls into types?", choices=CaseKind.choices, widget=forms.RadioSelect, initial=CaseKind.SITE
    )
    types = forms.CharField(
        label="Types",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Each on a line of its own, such as ‘pooled in full’ and ‘aligned budgets’.",
        error_messages={"required": "Name at least two types, each on a line of its own."},
    )
