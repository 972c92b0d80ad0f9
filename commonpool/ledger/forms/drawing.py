"""Forms of drawing: the policy of a line, and the common conditions of a ring-fence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from commonpool.ledger.forms.fields import AmountField, Groups, RowField
from commonpool.ledger.rules.draws import HOW
from commonpool.ledger.rules.eligibility import RingFence
from commonpool.pages.forms import DatePartsField, GovukForm

WRITTEN: Final = (
    f"{HOW} A stands for the code of a source: they are listed below. A/B>C draws on A and B in proportion to what is "
    "held of them, and on C when they are spent."
)
EITHER, CAPITAL, REVENUE = "", "capital", "revenue"


class PolicyForm(GovukForm, forms.Form):
    """How spend on a line, or on every line without a policy of its own, picks its sources."""

    text = forms.CharField(label="Policy", max_length=1000, help_text=WRITTEN)

    def __init__(self, *args: Any, lines: Groups, pools: Sequence[tuple[str, Any]], is_tried: bool, **more: Any):
        super().__init__(*args, **more)
        self.fields["line"] = RowField(
            lines, empty="Every line without a policy of its own", label="For which line?", required=is_tried
        )
        self.fields["line"].error_messages["required"] = "Choose one line, to see what the policy would draw for it."
        self.fields["starts_on"] = DatePartsField(label="From which day?")
        self.fields["reason"] = forms.CharField(
            label="Who agreed this, and where?",
            max_length=400,
            required=not is_tried,
            help_text="For example: finance group of 3 June 2024, item 4. Name no person.",
        )
        self.fields["pence"] = AmountField(
            label="Try it with a sum",
            required=is_tried,
            help_text="Shows what the policy would draw now. Posts nothing.",
        )
        self.fields["pool"] = RowField(pools, empty=None, label="From which pool?", required=is_tried)
        if len(pools) == 1:
            self.fields["pool"].initial, self.fields["pool"].widget = pools[0][1], forms.HiddenInput()
        self.order_fields(["line", "text", "starts_on", "reason", "pence", "pool"])


class FenceForm(GovukForm, forms.Form):
    """The common conditions on a category of money, or on one source of it."""

    applies_to = forms.ChoiceField(label="Which money?")
    starts_on = DatePartsField(label="From which day does it hold?")
    ends_on = DatePartsField(label="To which day?", required=False, help_text="Empty: until a newer version.")
    nature = forms.ChoiceField(
        label="Capital or revenue?",
        choices=[(EITHER, "Either"), (CAPITAL, "Capital only"), (REVENUE, "Revenue only")],
        required=False,
        widget=forms.RadioSelect,
    )
    spend_by = DatePartsField(label="Last day on which it may be spent", required=False)
    scheme_types = forms.MultipleChoiceField(
        label="Only on these scheme types", required=False, widget=forms.CheckboxSelectMultiple
    )
    areas_of_spend = forms.MultipleChoiceField(
        label="Only in these areas of spend", required=False, widget=forms.CheckboxSelectMultiple
    )
    commissioners = forms.MultipleChoiceField(
        label="Only where these commission", required=False, widget=forms.CheckboxSelectMultiple
    )
    lines = forms.MultipleChoiceField(label="Only on these lines", required=False, widget=forms.CheckboxSelectMultiple)
    floor_name = forms.CharField(label="Name of a minimum", required=False, max_length=100)
    floor_pence = AmountField(label="At least this much of it", required=False)
    floor_areas = forms.MultipleChoiceField(
        label="Goes to these areas of spend", required=False, widget=forms.CheckboxSelectMultiple
    )
    because = forms.CharField(
        label="Which document says so?",
        required=False,
        max_length=300,
        help_text="For example: grant letter, section 3.",
    )

    def __init__(self, *args: Any, choices: Mapping[str, Any], **more: Any) -> None:
        super().__init__(*args, **more)
        fields: Any = self.fields
        for name, offered in choices.items():
            fields[name].choices = offered

    def clean(self) -> dict[str, Any]:
        """A minimum has a name and a sum, or neither."""
        given = super().clean() or {}
        if given.get("floor_name") and given.get("floor_pence") is None and "floor_pence" not in self.errors:
            self.add_error("floor_pence", "Enter the sum of the minimum, or leave its name out.")
        if given.get("floor_pence") and not given.get("floor_name"):
            self.add_error("floor_name", "Say what the minimum is called.")
        return given

    def terms(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """The ring-fence's terms. `kept` are those of the version before, of which the form shows not all."""
        given = self.cleaned_data
        terms: dict[str, Any] = {name: kept[name] for name in ("places",) if name in kept}
        terms |= {name: given[name] for name in ("applies_to", "starts_on", "ends_on", "spend_by", "because")}
        terms |= {
            name: given[name] for name in ("scheme_types", "areas_of_spend", "commissioners", "lines") if given[name]
        }
        terms |= {"capital_only": given["nature"] == CAPITAL, "revenue_only": given["nature"] == REVENUE}
        floors = list(kept.get("floors", ()))[1:]
        if given["floor_name"]:
            areas = {"areas_of_spend": given["floor_areas"]} if given["floor_areas"] else {}
            floors.insert(0, {"name": given["floor_name"], "pence": given["floor_pence"], **areas})
        return {**terms, "floors": floors}


def fence_initial(fence: RingFence) -> dict[str, Any]:
    """The form's values for a ring-fence that is changed."""
    first = fence.floors[0] if fence.floors else None
    return {
        "applies_to": fence.applies_to,
        "starts_on": fence.starts_on,
        "ends_on": fence.ends_on,
        "nature": CAPITAL if fence.capital_only else REVENUE if fence.revenue_only else EITHER,
        "spend_by": fence.spend_by,
        "scheme_types": sorted(fence.scheme_types or ()),
        "areas_of_spend": sorted(fence.areas_of_spend or ()),
        "commissioners": sorted(fence.commissioners or ()),
        "lines": sorted(fence.lines or ()),
        "floor_name": first.name if first else "",
        "floor_pence": first.pence if first else None,
        "floor_areas": sorted(first.areas_of_spend or ()) if first else [],
        "because": fence.because,
    }
