"""Forms of shared aims, and of what a plan says of its own beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from commonpool.pages.forms import GovukForm
from commonpool.places.models import Organisation
from commonpool.plans.forms import choose_body
from commonpool.plans.models import Plan
from commonpool.policy.reading import load_round


class PlansField(forms.ModelMultipleChoiceField[Plan]):
    """Plans to tick, each by its area and round."""

    def label_from_instance(self, obj: Any) -> str:
        """As people call a plan."""
        return f"{obj.area}, {load_round(obj.round_id).label}"


class AimForm(GovukForm, forms.Form):
    """An aim in its owner's words, and the plans that it is shared with."""

    title = forms.CharField(
        label="The aim in a line",
        max_length=200,
        error_messages={"required": "Say the aim in a line.", "max_length": "Shorten it to 200 characters."},
    )
    text = forms.CharField(
        label="What it means",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Every plan that has the aim shows these words. What each does about it, each says itself.",
        error_messages={"max_length": "Shorten it to 2,000 characters."},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, bodies: Sequence[Organisation] = (), plans: Sequence[Plan], **more: Any) -> None:
        """`bodies` are those of which one will own a new aim; none where the aim is there. `plans` lack it still."""
        super().__init__(*args, **more)
        if plans:
            self.fields["plans"] = PlansField(
                Plan.objects.filter(pk__in=[plan.pk for plan in plans]).select_related("area"),
                label="Share it with" if bodies else "Share it with more plans",
                to_field_name="uuid",
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "One of these is no plan of your areas. Choose from the list."},
            )
        if bodies:
            self.fields["body"] = forms.ModelChoiceField(
                Organisation.objects.none(), label="Whose aim it is", empty_label=None, to_field_name="uuid"
            )
            choose_body(self, bodies)


class PlanAimForm(GovukForm, forms.Form):
    """What a plan says of its own: beside a shared aim, or as a priority with a title."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, is_own: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if is_own:
            self.fields["title"] = forms.CharField(
                label="The priority in a line",
                max_length=200,
                error_messages={
                    "required": "Say the priority in a line.",
                    "max_length": "Shorten it to 200 characters.",
                },
            )
        self.fields["local_text"] = forms.CharField(
            label="What this plan says about it",
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 8}),
            error_messages={"max_length": "Shorten it to 4,000 characters."},
        )
