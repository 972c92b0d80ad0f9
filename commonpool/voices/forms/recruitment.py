"""The form of one approach."""

from __future__ import annotations

from typing import Any

from django import forms

from commonpool.pages.forms import DatePartsField
from commonpool.voices.actions.recruitment import Asking
from commonpool.voices.forms.fieldwork import RowForm, unknown_first
from commonpool.voices.models import Approach, Site, Study

_NUMBER = {"inputmode": "numeric", "class": "govuk-input--width-4"}


class ApproachForm(RowForm):
    """Who was asked, how, and what came of it. An empty answer is not known."""

    site = forms.ModelChoiceField(Site.objects.none(), label="Site", required=False, empty_label="None of the study’s")
    label = forms.CharField(
        label="Or in words, where these people are",
        max_length=120,
        required=False,
        help_text="Such as: councils of the coast. No person’s name.",
    )
    channel = forms.ChoiceField(label="How did it reach them?", choices=(), required=False)
    made_on = DatePartsField(label="Day", required=False)
    people = forms.IntegerField(
        label="How many people?",
        required=False,
        min_value=1,
        max_value=99_999,
        help_text="Leave empty what nobody can know, such as how many read a newsletter. It is never counted as none.",
        widget=forms.TextInput(attrs=_NUMBER),
    )
    attempts = forms.IntegerField(
        label="How often were they asked?",
        required=False,
        min_value=1,
        max_value=999,
        help_text="The first time and each reminder.",
        widget=forms.TextInput(attrs=_NUMBER),
    )
    outcome = forms.ChoiceField(label="What came of it?", choices=(), required=False)
    reason = forms.ChoiceField(label="If they declined, why?", choices=(), required=False)
    words = forms.CharField(label="In their words", max_length=400, required=False)

    def __init__(self, *args: Any, study: Study, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["site"].queryset = Site.objects.filter(study=study)  # type: ignore[attr-defined]
        for name, choices in (
            ("channel", Approach.Channel.choices),
            ("outcome", Approach.Outcome.choices),
            ("reason", Approach.Reason.choices),
        ):
            self.fields[name].choices = unknown_first(choices)  # type: ignore[attr-defined]

    def asking(self) -> Asking:
        """What was typed."""
        return Asking(**self.given())
