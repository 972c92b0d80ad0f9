"""The form in which a partner says what it thinks of a metric's plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from commonpool.performance.models.views import LONGEST_VIEW
from commonpool.performance.stances import stances


class LocalViewForm(forms.Form):
    """Whose view, of what, which, and why."""

    body = forms.ChoiceField(
        label="For which partner you speak",
        error_messages={
            "required": "Choose the partner.",
            "invalid_choice": "Choose a partner for which you may speak.",
        },
    )
    period = forms.ChoiceField(
        label="What it is about",
        required=False,
        error_messages={"invalid_choice": "Choose a period of the chart, or the plan as a whole."},
    )
    stance = forms.ChoiceField(
        label="What you expect",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you expect.", "invalid_choice": "Choose one of the views listed."},
    )
    reason = forms.CharField(
        label="Why",
        help_text="It stands beside the number, with the partner’s name. Name no patient and no member of staff.",
        max_length=LONGEST_VIEW,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write why.", "max_length": f"Shorten it to {LONGEST_VIEW} characters."},
    )
    use_required_attribute = False

    def __init__(
        self, *args: Any, bodies: Sequence[tuple[str, str]], periods: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        listed = [(each.code, f"{each.label}: {each.about}") for each in stances().values()]
        choices = {"body": bodies, "period": [("", "The plan as a whole"), *periods], "stance": listed}
        for name, given in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(given)
