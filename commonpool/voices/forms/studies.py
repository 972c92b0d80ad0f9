"""Forms of a study itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from commonpool.pages.forms import GovukForm
from commonpool.places.models import Organisation


class StudyForm(GovukForm, forms.Form):
    """A new study. `bodies`: those for which the person may begin one."""

    title = forms.CharField(label="Title", max_length=200, error_messages={"required": "Give the study a title."})
    question = forms.CharField(
        label="What does it ask?",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The research question, as it will stand in reports.",
    )
    body = forms.ModelChoiceField(
        label="Which organisation answers for it?",
        queryset=Organisation.objects.none(),
        error_messages={"required": "Choose the organisation that answers for the study."},
    )

    def __init__(self, *args: Any, bodies: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
