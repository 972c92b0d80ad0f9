"""Forms of a shared process: its terms and plans, a partner's answer, what a plan keeps of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.performance.forms.fields import TERM_NAMES, check_terms, choice, term_fields, text
from commonpool.performance.rules.asks import Aspect, Terms, mask_of_days
from commonpool.places.models import Organisation
from commonpool.plans.forms import choose_body
from commonpool.plans.models import Plan


class ProposeForm(GovukForm, forms.Form):
    """Terms that several plans could share. It starts with the smallest change."""

    def __init__(
        self, *args: Any, bodies: Sequence[Organisation], plans: Sequence[Plan], terms: Terms, **more: Any
    ) -> None:
        initial = {name: getattr(terms, name) for name in TERM_NAMES}
        initial["days"] = mask_of_days(terms.days or ())
        more["initial"] = {**initial, "plans": [plan.uuid for plan in plans], **more.get("initial", {})}
        super().__init__(*args, **more)
        for name, field in term_fields():
            self.fields[name] = field
        self.fields["starts_on"] = DatePartsField(label="From when on")
        self.fields["plans"] = forms.ModelMultipleChoiceField(
            Plan.objects.filter(pk__in=[plan.pk for plan in plans]).select_related("area"),
            label="Offer it to",
            to_field_name="uuid",
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": "One of the plans does not ask this of the trust. Choose from the list."},
        )
        self.fields["reason"] = text("Why all should share it", 2000, rows=3)
        self.fields["body"] = forms.ModelChoiceField(
            Organisation.objects.none(), label="Proposed by", empty_label=None, to_field_name="uuid"
        )
        choose_body(self, bodies)

    def clean(self) -> dict[str, Any]:
        """Hours in their order, and two plans at least."""
        given = super().clean() or {}
        check_terms(self)
        if "plans" in given and len(given["plans"]) < 2:
            self.add_error("plans", "One process is shared by two plans or more. Tick two at least.")
        return given

    def terms(self) -> dict[str, Any]:
        """{field of the proposal: value}"""
        return {name: self.cleaned_data[name] for name in (*TERM_NAMES, "starts_on", "reason")}


class OfferAnswerForm(GovukForm, forms.Form):
    """One partner's answer for one plan."""

    body = forms.ModelChoiceField(
        Organisation.objects.none(), label="You answer for", empty_label=None, to_field_name="uuid"
    )
    verdict = forms.ChoiceField(
        label="Does the plan adopt this process?",
        choices=[("agreed", "Yes"), ("refused", "No")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed for a no, so that the others can act on it.",
    )

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        choose_body(self, bodies)

    def clean(self) -> dict[str, Any]:
        """A no says why."""
        given = super().clean() or {}
        if given.get("verdict") == "refused" and not (given.get("reason") or "").strip():
            self.add_error("reason", "Say why the plan does not adopt it, so that the others can act on it.")
        return given


class KeepOwnForm(GovukForm, forms.Form):
    """In which part of the terms a plan keeps its own, and why."""

    def __init__(self, *args: Any, kept: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        left = {each.value: each.label for each in Aspect if each.value not in kept}
        self.fields["aspect"] = choice("What the plan keeps of its own", left, widget=forms.RadioSelect)
        self.fields["reason"] = text("Why", 2000, rows=3, help_text="The trust and the other plans will read it.")
