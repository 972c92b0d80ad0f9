"""Forms of consent and withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms

from commonpool.pages.forms import DatePartsField, GovukForm


class ConsentForm(GovukForm, forms.Form):
    """What somebody agreed to on a day."""

    given_on = DatePartsField(
        label="When did they agree?", error_messages={"required": "Write the day on which they agreed."}
    )
    may_record = forms.BooleanField(label="To be recorded, and the words written down", required=False)
    may_quote = forms.BooleanField(label="To be quoted without their name", required=False)
    may_archive = forms.BooleanField(label="That the text is kept for others’ research", required=False)
    note = forms.CharField(
        label="How did they say so?", required=False, max_length=400, help_text="A signed form, a recording. No names."
    )


class WithdrawForm(GovukForm, forms.Form):
    """Says once more who withdraws."""

    typed = forms.CharField(label="", max_length=40)

    def __init__(self, *args: Any, pseudonym: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["typed"].label = f"Type {pseudonym} to withdraw them"
        self.fields["typed"].error_messages["required"] = f"Type {pseudonym} to say that you mean it."
        self.fields["typed"].widget.attrs |= {"autocomplete": "off", "class": "govuk-input--width-10"}
