"""The form with which a soft-closed period is opened again."""

from __future__ import annotations

from django import forms

from commonpool.pages.forms import GovukForm


class ReopenForm(GovukForm, forms.Form):
    """Why a period is opened again."""

    reason = forms.CharField(
        label="Why is it opened again?",
        max_length=500,
        help_text="Kept with the close, for the partners to read. Name no person.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
