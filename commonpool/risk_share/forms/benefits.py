"""Forms of gains: one gain of a body from a line, and a file of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from commonpool.pages.forms import GovukForm, MoneyField
from commonpool.places.models import Organisation
from commonpool.risk_share.actions.benefits import Gain
from commonpool.risk_share.models import Benefit
from commonpool.risk_share.models.benefits import LONGEST_WORDS

LARGEST_FILE: Final = 2_000_000
_WORDS: Final[dict[str, Any]] = {"max_length": LONGEST_WORDS, "widget": forms.Textarea(attrs={"rows": 3})}


class GainForm(GovukForm, forms.Form):
    """What is gained. `revision` is that of the row that was in front of the person; 0 for a new one."""

    cashable_pence = MoneyField(
        label="Cashable gain",
        required=False,
        help_text="Spending that falls in the year. Leave empty what is not known; 0 says that there is none.",
    )
    non_cashable_pence = MoneyField(
        label="Gain that cannot be cashed",
        required=False,
        help_text="Time or capacity that is freed, at its price.",
    )
    low_pence = MoneyField(label="The whole gain is at least", required=False, help_text="Where you are not sure.")
    high_pence = MoneyField(label="The whole gain is at most", required=False)
    not_money = forms.CharField(label="What is gained and has no price", required=False, **_WORDS)
    evidence = forms.CharField(
        label="Where was this seen?",
        help_text="A count, a contract, a comparison: so that others can look at it too.",
        error_messages={"required": "Say where the gain was seen."},
        **_WORDS,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def gain(self) -> Gain:
        """What was typed."""
        return Gain(**{name: self.cleaned_data[name] for name in Gain.__dataclass_fields__})

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where nothing is said, or the lowest is above the highest."""
        given = super().clean() or {}
        low, high = given.get("low_pence"), given.get("high_pence")
        if low is not None and high is not None and low > high:
            self.add_error("low_pence", "The lowest is above the highest. Swap them.")
        amounts = [given.get(name) for name in ("cashable_pence", "non_cashable_pence", "low_pence", "high_pence")]
        if not self.errors and not given.get("not_money") and all(pence is None for pence in amounts):
            raise ValidationError("Say what is gained: an amount, a range, or in words. 0 is an amount too.")
        return given


class NewGainForm(GainForm):
    """A gain that nobody has recorded yet: of which line, and whose."""

    line = forms.ChoiceField(label="Scheme line")
    body = forms.ModelChoiceField(
        Organisation.objects.none(), label="Who gains", empty_label=None, to_field_name="uuid", required=False
    )
    provider = forms.CharField(
        label="Or a provider that is no partner of the fund",
        required=False,
        max_length=200,
        help_text="Its code or its full name. It takes the place of what is chosen above.",
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[tuple[str, str]],
        bodies: Sequence[Organisation],
        providers: QuerySet[Organisation] | None,
        **more: Any,
    ) -> None:
        """`lines` are (key, label); `providers` are those of whom the host may speak, None for others' people."""
        super().__init__(*args, **more)
        line, body = self.fields["line"], self.fields["body"]
        line.choices = lines  # type: ignore[attr-defined]
        body.queryset = Organisation.objects.filter(pk__in=[each.pk for each in bodies]).order_by("name")  # type: ignore[attr-defined]
        self._providers, self._only = providers, bodies[0] if len(bodies) == 1 else None
        if providers is None:
            del self.fields["provider"]
        if self._only is not None:
            body.initial = self._only.uuid
        self.order_fields(["line", "body", "provider"])

    def clean_provider(self) -> Organisation | None:
        """The one body that is meant. Raises ValidationError where none or several are."""
        typed = self.cleaned_data["provider"].strip()
        return provider_named(typed, self._providers) if typed and self._providers is not None else None

    def clean(self) -> dict[str, Any]:
        """With `whose`: the provider where one is named, else the body that was chosen."""
        given = super().clean()
        given["whose"] = given.get("provider") or given.get("body") or self._only
        if given["whose"] is None and not self.errors:
            self.add_error("body", "Choose who gains.")
        return given


def provider_named(typed: str, providers: QuerySet[Organisation]) -> Organisation:
    """The one of these of that code or name. Raises ValidationError that says what to do."""
    found = list(providers.filter(Q(ods_code__iexact=typed) | Q(gss_code__iexact=typed) | Q(name__iexact=typed))[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise ValidationError(f"‘{typed}’ is the name of more than one body. Write its code.")
    raise ValidationError(f"‘{typed}’ is no provider that is known here, or is a partner. Write its code or full name.")


def gain_of(benefit: Benefit) -> dict[str, Any]:
    """What a form of that gain begins with."""
    return {**{name: getattr(benefit, name) for name in Gain.__dataclass_fields__}, "revision": benefit.revision}


class GainsFileForm(GovukForm, forms.Form):
    """A file of gains."""

    file = forms.FileField(
        label="File of gains",
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text="A .csv file with scheme, partner and the gains in pence. What each pays is read from the books.",
        error_messages={
            "required": "Choose a file of gains, a .csv file.",
            "empty": "The file is empty. Choose a file of gains, a .csv file.",
        },
    )

    def clean_file(self) -> Any:
        """The file. Raises ValidationError for one that is too large."""
        held = self.cleaned_data["file"]
        if held.size > LARGEST_FILE:
            raise ValidationError(
                f"The file is larger than {LARGEST_FILE // 1_000_000} MB. Send the year’s gains alone."
            )
        return held
