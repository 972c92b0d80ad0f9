"""Forms of the reports."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm

LARGEST_HISTORY: Final = 50_000_000


class HistoryFileForm(GovukForm, forms.Form):
    """A history that was downloaded, to be checked."""

    file = forms.FileField(
        label="History that was downloaded",
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text="The .csv file of the audit history, as it was saved. A spreadsheet that saved it again changes it.",
        error_messages={
            "required": "Choose the .csv file of an audit history.",
            "empty": "The file is empty. Choose the .csv file of an audit history.",
        },
    )

    def clean_file(self) -> Any:
        """The file. Raises ValidationError for one that is too large."""
        held = self.cleaned_data["file"]
        if held.size > LARGEST_HISTORY:
            raise ValidationError(f"The file is larger than {LARGEST_HISTORY // 1_000_000} MB: no history is.")
        return held
