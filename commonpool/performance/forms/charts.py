"""The form that begins a phase of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from commonpool.performance.models.charts import LONGEST_REASON


class PhaseForm(forms.Form):
    """From which period on, and why."""

    starts_on = forms.ChoiceField(
        label="First period of the new phase",
        error_messages={
            "required": "Choose the period with which it begins.",
            "invalid_choice": "Choose a period of the chart.",
        },
    )
    reason = forms.CharField(
        label="What changed there",
        help_text="A real change that people understand and that has lasted. It stands on the chart.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Write what changed there.",
            "max_length": f"Shorten it to {LONGEST_REASON} characters.",
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, periods: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["starts_on"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a period"), *periods]
