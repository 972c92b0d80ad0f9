"""Forms for partners' files: which file of whom, and why a posted one is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from commonpool.funds.models import Partner
from commonpool.ledger.models import Ledger, Pool
from commonpool.pages.forms import DatePartsField, GovukForm

LONGEST_NAME: Final = 200


class FileNameMixin(forms.Form):
    """A form with a file from outside, in the field `file`."""

    def clean_file(self) -> Any:
        """The file. Its name says least; what it is, the reading of it finds out."""
        file = self.cleaned_data["file"]
        if len(PurePath(file.name).name) > LONGEST_NAME:
            raise ValidationError(f"The file’s name is longer than {LONGEST_NAME} characters. Give it a shorter name.")
        return file


class FileForm(FileNameMixin, GovukForm, forms.Form):
    """A partner's export: whose, of which year, for which pool."""

    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="Whose export is it?", empty_label="Choose a partner", to_field_name="uuid"
    )
    pool = forms.ModelChoiceField(Pool.objects.none(), label="Pool", empty_label=None, to_field_name="uuid")
    year = forms.ChoiceField(label="Year")
    file = forms.FileField(
        label="Export of the partner’s ledger",
        help_text="A .csv or .xlsx file of at most "
        f"{settings.REQUEST_BYTES_LIMIT // 1_000_000} MB. It is deleted once it is posted or put aside.",
        error_messages={
            "required": "Choose the file, a .csv or .xlsx.",
            "empty": "The file is empty. Choose the partner’s export, a .csv or .xlsx.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(
        self, *args: Any, ledger: Ledger, partners: Any, years: Sequence[str], this_year: str, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["partner"].queryset = partners
        fields["pool"].queryset = ledger.pools.all()
        fields["year"].choices = [(year, year) for year in years]
        fields["year"].initial = this_year
        if ledger.pools.count() == 1:
            fields["pool"].widget = forms.HiddenInput()
            fields["pool"].initial = ledger.pools.get().uuid


class ReverseForm(GovukForm, forms.Form):
    """Why, and on which day, a posted file is taken back."""

    reason = forms.CharField(
        label="Why is it taken back?",
        max_length=500,
        help_text="Kept in the history. Name no person.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    on = DatePartsField(label="On which day does it count?", help_text="A day in an open period.")
