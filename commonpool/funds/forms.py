"""Forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms

from commonpool.funds.models import Agreement, Partner, PooledFund
from commonpool.funds.rules import RoundingRule
from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.places.models import Organisation

# Kinds of body that join a pooled fund; a trust or a district may, an area may not.
JOINING_KINDS = [
    Organisation.Kind.UPPER_TIER,
    Organisation.Kind.LOWER_TIER,
    Organisation.Kind.ICB,
    Organisation.Kind.SUB_ICB,
    Organisation.Kind.CCG,
    Organisation.Kind.TRUST,
    Organisation.Kind.OTHER,
]


class FundForm(GovukForm, forms.Form):
    """A pooled fund: a separate budget, a larger pool, or a stream inside one."""

    name = forms.CharField(label="Name of the fund", max_length=200)
    legal_basis = forms.CharField(
        label="Legal basis",
        max_length=300,
        initial="NHS Act 2006, section 75",
        help_text="The Act and section under which the money is pooled.",
    )
    shape = forms.ChoiceField(
        label="What kind of fund is it?", choices=PooledFund.Shape.choices, widget=forms.RadioSelect
    )
    parent = forms.ModelChoiceField(
        PooledFund.objects.none(),
        label="Larger pool that it is a stream of",
        required=False,
        empty_label="None",
        to_field_name="uuid",
    )
    starts_on = DatePartsField(label="First day")
    ends_on = DatePartsField(label="Last day", required=False)

    def __init__(self, *args: Any, area: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        pools = PooledFund.objects.filter(area=area).exclude(shape=PooledFund.Shape.STREAM)
        self.fields["parent"].queryset = pools  # type: ignore[attr-defined]


class PartnerForm(GovukForm, forms.Form):
    """An organisation that joins a fund."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Organisation",
        empty_label="Choose one",
        to_field_name="uuid",
    )
    role = forms.ChoiceField(label="As", choices=Partner.Role.choices, widget=forms.RadioSelect, initial="partner")
    starts_on = DatePartsField(label="From")

    def __init__(self, *args: Any, fund: PooledFund, **more: Any) -> None:
        super().__init__(*args, **more)
        joined = fund.partners.filter(ends_on=None).values("organisation")
        bodies = Organisation.objects.filter(kind__in=JOINING_KINDS, ends_on=None).exclude(pk__in=joined)
        self.fields["organisation"].queryset = bodies.order_by("name")  # type: ignore[attr-defined]


class SignatoryForm(GovukForm, forms.Form):
    """A provider that signs the risk share without paying in."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Provider", empty_label="Choose one", to_field_name="uuid"
    )
    starts_on = DatePartsField(label="From")

    def __init__(self, *args: Any, fund: PooledFund, **more: Any) -> None:
        super().__init__(*args, **more)
        partners, signing = (each.filter(ends_on=None) for each in (fund.partners, fund.signatories))
        taken = [*partners.values_list("organisation", flat=True), *signing.values_list("organisation", flat=True)]
        left = Organisation.objects.filter(kind__in=JOINING_KINDS, ends_on=None).exclude(pk__in=taken)
        self.fields["organisation"].queryset = left.order_by("name")  # type: ignore[attr-defined]


class EndSignatoryForm(GovukForm, forms.Form):
    """A provider's last day."""

    ends_on = DatePartsField(label="Last day under the risk share")


class EndPartnerForm(GovukForm, forms.Form):
    """A partner's last day."""

    ends_on = DatePartsField(label="Last day as a partner")


class AgreementForm(GovukForm, forms.Form):
    """The next version of a section 75 agreement."""

    title = forms.CharField(label="Title", max_length=200, initial="Section 75 agreement")
    signed_on = DatePartsField(label="Signed on", required=False, help_text="Leave empty while it is not signed.")
    starts_on = DatePartsField(label="First day")
    ends_on = DatePartsField(label="Last day", required=False)
    terms = forms.CharField(label="Terms", required=False, widget=forms.Textarea(attrs={"rows": 6}))
    how_varied = forms.CharField(
        label="How contributions may be varied", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    rounding_rule = forms.ChoiceField(label="Rounding", choices=[], widget=forms.RadioSelect)
    residual_partner = forms.ModelChoiceField(
        Partner.objects.none(),
        label="Who takes what half-up rounding leaves over",
        required=False,
        empty_label="Nobody",
        to_field_name="uuid",
    )

    def __init__(self, *args: Any, fund: PooledFund, **more: Any) -> None:
        super().__init__(*args, **more)
        rounding: Any = self.fields["rounding_rule"]
        rounding.choices = Agreement._meta.get_field("rounding_rule").choices
        rounding.initial = RoundingRule.LARGEST_REMAINDER.value
        self.fields["residual_partner"].queryset = fund.partners.filter(ends_on=None)  # type: ignore[attr-defined]
