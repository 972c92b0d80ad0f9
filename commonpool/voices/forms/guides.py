"""The editor of a topic guide."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django import forms

from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.voices.rules.guides import Question

MOST_QUESTIONS: Final = 60
BLANK_ROWS: Final = 3


class QuestionForm(GovukForm, forms.Form):
    """One question. One without words is left out."""

    place = forms.IntegerField(
        label="Number",
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )
    words = forms.CharField(label="Question", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    prompts = forms.CharField(
        label="Prompts, one on a line", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(label="Where it comes from", max_length=300, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def question(self) -> Question | None:
        """What was typed; None without words."""
        given = self.cleaned_data
        words = " ".join(given.get("words", "").split())
        if not words:
            return None
        prompts = tuple(line.strip() for line in given["prompts"].splitlines() if line.strip())
        return Question(str(given["key"] or uuid4()), words, prompts, given["source"].strip())


QuestionForms: Final = forms.formset_factory(
    QuestionForm, extra=BLANK_ROWS, max_num=MOST_QUESTIONS, absolute_max=MOST_QUESTIONS + BLANK_ROWS, validate_max=True
)


class VersionForm(GovukForm, forms.Form):
    """What is said of a new version as a whole."""

    used_from = DatePartsField(
        label="First day on which interviews use it", help_text="Interviews of that day and later are stamped with it."
    )
    reason = forms.CharField(
        label="Why is the guide changed?", max_length=400, help_text="Such as: a question was not understood in T02."
    )
    after_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_first: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if is_first:
            self.fields["reason"].label = "Where does the guide come from?"
            self.fields["reason"].help_text = "Such as: a review of the literature."
            self.fields["reason"].required = False


def questions_in_order(rows: forms.BaseFormSet[Any]) -> list[Question]:
    """The questions that were typed, by their numbers; those without one stand after the one above them."""
    found: list[tuple[int, Question]] = []
    last = 0
    for row in rows:
        if row.has_changed() or row.initial:
            place = row.cleaned_data.get("place")
            last = last if place is None else place
            if (question := row.question()) is not None:
                found.append((last, question))
    return [question for _, question in sorted(found, key=lambda each: each[0])]
