"""Forms of reconciling: whose record is held against the books and within which limits, and why a row differs."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from commonpool.funds.models import Partner
from commonpool.ledger.forms.importing import FileNameMixin
from commonpool.ledger.rules.matching import Compares, MatchingError, Terms
from commonpool.pages.forms import DatePartsField, GovukForm, MoneyField

DAYS_APART: Final = 10
LONGEST_APART: Final = 366


class RecordForm(FileNameMixin, GovukForm, forms.Form):
    """A partner's record of what passed between it and the fund, and the limits that are agreed with it."""

    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="Whose record is it?", empty_label="Choose a partner", to_field_name="uuid"
    )
    file = forms.FileField(
        label="The partner’s record",
        help_text="A .csv or .xlsx file with one payment in a row: date, amount, and a reference if there is one. At "
        f"most {settings.REQUEST_BYTES_LIMIT // 1_000_000} MB. It is deleted once it is read; no name in it is kept.",
        error_messages={
            "required": "Choose the file, a .csv or .xlsx.",
            "empty": "The file is empty. Choose the partner’s record, a .csv or .xlsx.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    compares = forms.ChoiceField(
        label="What does it list?",
        choices=[(each.value, each.label[0].upper() + each.label[1:]) for each in Compares],
        initial=Compares.PAID.value,
        widget=forms.RadioSelect,
    )
    starts_on = DatePartsField(label="First day that both records cover")
    our_cut_off = DatePartsField(label="Last day that our books cover")
    their_cut_off = DatePartsField(label="Last day that its record covers")
    as_at = DatePartsField(label="As at", help_text="How long something is outstanding is counted to this day.")
    days = forms.IntegerField(
        label="How many days may the two dates of one payment lie apart?",
        initial=DAYS_APART,
        min_value=0,
        max_value=LONGEST_APART,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
    )
    pence = MoneyField(
        label="Up to which difference is it rounding?", initial=0, help_text="0 where the two must agree to the penny."
    )
    threshold_pence = MoneyField(
        label="From which difference are balances to be resolved?",
        initial=0,
        help_text="Smaller differences are still shown, to the penny.",
    )
    their_balance_pence = MoneyField(
        label="What do its books say that it owes the pool on its last day?",
        required=False,
        help_text="With a minus where the pool owes it. For the confirmation of balances; empty where it has not said.",
    )

    def __init__(self, *args: Any, partners: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices: Any = self.fields["partner"]
        choices.queryset = partners
        self.terms: Terms | None = None

    def clean(self) -> dict[str, Any]:
        """The days in order, no limit below nothing."""
        given = super().clean() or {}
        for name in ("pence", "threshold_pence"):
            if (pence := given.get(name)) is not None and pence < 0:
                self.add_error(name, ValidationError("A limit is not below £0. Enter it without a minus."))
        if not self.errors:
            names = ("starts_on", "our_cut_off", "their_cut_off", "days", "pence", "threshold_pence")
            kept = {name: given[name] for name in (*names, "their_balance_pence")}
            try:
                self.terms = Terms(**kept, compares=Compares(given["compares"]))
            except MatchingError as wrong:
                self.add_error(None, str(wrong))
        return given


class CauseForm(GovukForm, forms.Form):
    """Why the two records differ at one row."""

    cause = forms.CharField(
        label="Why do they differ here?",
        max_length=500,
        help_text="Kept for both finance teams to read. Name no person.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
