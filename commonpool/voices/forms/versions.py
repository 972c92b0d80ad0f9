"""Forms that correct a text, and that look over what a correction touched."""

from __future__ import annotations

from django import forms

from commonpool.pages.forms import GovukForm
from commonpool.voices.forms.texts import ENCODINGS, ENDINGS


class CorrectForm(GovukForm, forms.Form):
    """What every correction says. `version` is the number of the version that was in front of the person."""

    reason = forms.CharField(
        label="Why is it changed?",
        max_length=400,
        help_text="A mishearing, a name taken out. It stands in the history of the text.",
        error_messages={"required": "Say why the text is changed: a mishearing, a name taken out."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class TurnForm(CorrectForm):
    """The words of one turn."""

    words = forms.CharField(
        label="What is said",
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="To cut the turn in two, begin a new line with the other speaker’s label and a colon.",
    )
    field_order = ("words", "reason", "version")


class WholeTextForm(CorrectForm):
    """The whole text, or a file that takes its place."""

    text = forms.CharField(
        label="The text", strip=False, required=False, widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"})
    )
    file = forms.FileField(
        label="Or a corrected file",
        required=False,
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
        help_text="If you choose one, it takes the place of what stands above.",
    )
    encoding = forms.ChoiceField(label="Plain text is written in", choices=ENCODINGS, required=False)
    field_order = ("text", "file", "encoding", "reason", "version")


class TouchedForm(GovukForm, forms.Form):
    """The words that a coding should cover."""

    words = forms.CharField(
        label="The passage",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Write the words that it should cover exactly as they stand in the text.",
    )
