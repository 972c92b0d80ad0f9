"""Forms of quotations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from commonpool.pages.forms import GovukForm
from commonpool.voices.actions.quotations import LONGEST
from commonpool.voices.models import Code, Transcript
from commonpool.voices.rules.attribution import Breadth


class WordingForm(GovukForm, forms.Form):
    """The words of a quotation and its label. `revision` is that of the row that was in front of the person."""

    text = forms.CharField(
        label="Words to print",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="As they were said. Show a cut by …, and put words of your own in square brackets: [organisation].",
        error_messages={"required": "Keep some of what was said."},
    )
    breadth = forms.ChoiceField(
        label="Who is said to have said it",
        choices=[(each.value, each.label) for each in Breadth],
        help_text="A label that few participants share is made wider by itself.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=1)


class FindForm(GovukForm, forms.Form):
    """A passage by its first words in a text."""

    transcript = forms.ModelChoiceField(
        Transcript.objects.none(), label="Text", to_field_name="uuid", error_messages={"required": "Choose a text."}
    )
    words = forms.CharField(
        label="Words of the passage",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Copied from the text, from the first word to the last.",
        error_messages={"required": "Type or paste the words."},
    )

    def __init__(self, *args: Any, texts: QuerySet[Transcript], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["transcript"].queryset = texts  # type: ignore[attr-defined]


class CodeForm(GovukForm, forms.Form):
    """A code whose passages shall be shown."""

    code = forms.ModelChoiceField(Code.objects.none(), label="Passages of the code", to_field_name="uuid")

    def __init__(self, *args: Any, codes: QuerySet[Code], in_order: Sequence[tuple[Code, str]], **more: Any) -> None:
        """`in_order`: the codes as the tree is read, each with the names above it."""
        super().__init__(*args, **more)
        field: Any = self.fields["code"]
        field.queryset = codes
        named = ((str(code.uuid), f"{path} › {code.name}" if path else code.name) for code, path in in_order)
        field.choices = [("", "Choose a code"), *named]


class FewestForm(GovukForm, forms.Form):
    """How few participants a label may stand for."""

    fewest = forms.IntegerField(
        label="Participants that a label must fit, at least",
        min_value=2,
        max_value=50,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )
