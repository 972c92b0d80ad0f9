"""The form that states one shock. It gives back the text by which the address of the page says it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from django import forms

from commonpool.money import format_pounds
from commonpool.pages.forms import GovukForm, HintedRadios, MoneyField
from commonpool.plans.forms import ShareField
from commonpool.risk_share.queries.shocks import Ground
from commonpool.risk_share.reading.shocks import ADD, EVERYBODY, STOP, month_codes, percent_text
from commonpool.risk_share.rules.shocks import Way
from commonpool.risk_share.rules.shocks.paying import payers_of
from commonpool.risk_share.rules.shocks.stopping import shares_by_commissioner

LONGEST_NOTICE: Final = 3_650
WHAT: Final = {
    Way.CUT.value: "A partner cuts what it pays",
    Way.LEAVE.value: "A partner leaves",
    Way.FREEZE.value: "A partner pays nothing more",
    Way.WITHDRAW.value: "A top-up is withdrawn",
    STOP: "Spending is frozen",
    ADD: "A fund is added",
}
HINTS: Final = {
    Way.CUT.value: "By a share of what it still has to pay.",
    Way.LEAVE.value: "Once its notice has run.",
    Way.FREEZE.value: "From that month, without notice.",
    Way.WITHDRAW.value: "Voluntary contributions above the minimum, once their notice has run.",
    STOP: "Whoever commissions spends nothing more; the money stays in the pool.",
    ADD: "So much comes in during the rest of the year.",
}
_PAYS: Final = ("who", "source", "month")
ASKED: Final = {
    Way.CUT.value: ("who", "percent", "source", "month"),
    Way.LEAVE.value: ("who", "month", "notice"),
    Way.FREEZE.value: _PAYS,
    Way.WITHDRAW.value: ("who", "source", "month", "notice"),
    STOP: ("commissioner", "month"),
    ADD: ("source", "pounds", "who", "month"),
}
"""What is asked of each kind of shock, in this order."""


class KindForm(GovukForm, forms.Form):
    """Which kind of shock: what else is asked depends on it."""

    is_choice = True
    kind = forms.ChoiceField(
        label="What happens?",
        choices=list(WHAT.items()),
        widget=HintedRadios,
        error_messages={"required": "Choose what happens.", "invalid_choice": "Choose what happens."},
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        widget: Any = self.fields["kind"].widget
        widget.hints = HINTS


class ShockForm(GovukForm, forms.Form):
    """One shock of a kind: to whom, how much, from when."""

    is_choice = False
    kind = forms.CharField(widget=forms.HiddenInput)
    commissioner = forms.ChoiceField(
        label="Who spends nothing more?", error_messages={"required": "Choose who spends nothing more."}
    )
    source = forms.ChoiceField(
        label="Which source of funding?", error_messages={"required": "Choose the source of funding that it is."}
    )
    pounds = MoneyField(
        label="How much comes in this year?",
        error_messages={"required": "Enter how much is added, for example 500000."},
    )
    who = forms.ChoiceField(label="Which partner?", error_messages={"required": "Choose the partner."})
    percent = ShareField(
        label="By how much?",
        help_text="In per cent of what it still has to pay.",
        error_messages={"required": "Enter by how much, for example 8."},
    )
    month = forms.ChoiceField(label="From when?", required=False)
    notice = forms.IntegerField(
        label="Days of notice",
        required=False,
        min_value=0,
        max_value=LONGEST_NOTICE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        help_text="Of contributions for which the plan records none.",
        error_messages={"invalid": "Enter a whole number of days, for example 90."},
    )

    def __init__(self, *args: Any, ground: Ground, kind: str, **more: Any) -> None:
        """Raises KeyError for a kind that there is not."""
        super().__init__(*args, **{"initial": {"kind": kind}, **more})
        self.what, asked = kind, ASKED[kind]
        self.fields = {name: self.fields[name] for name in ("kind", *asked)}
        for name, choices in _choices(ground, kind).items():
            if name in self.fields:
                field: Any = self.fields[name]
                field.choices = choices
        if kind == ADD:
            self.fields["who"].label, self.fields["who"].required = "Who pays it?", False
        elif "source" in self.fields:
            self.fields["source"].required = False

    @property
    def title(self) -> str:
        """What happens, in words."""
        return WHAT[self.what]

    @property
    def said(self) -> tuple[str, str]:
        """(kind, text) as `shock_from` reads it."""
        given, kind = self.cleaned_data, self.what
        since = f" from {given['month']}" if given["month"] else ""
        if kind == STOP:
            return kind, f"{given['commissioner']}{since}"
        if kind == ADD:
            by = f" by {given['who']}" if given["who"] else ""
            return kind, f"{given['source']}={format_pounds(given['pounds'])}{by}{since}"
        amount = f"={percent_text(Fraction(given['percent']))}" if kind == Way.CUT else ""
        notice = f" after {given['notice']} days" if given.get("notice") else ""
        of = f" of {given['source']}" if given.get("source") else ""
        return kind, f"{given['who']}{amount}{notice}{of}{since}"


Choices = list[tuple[str, str]]


def _choices(ground: Ground, kind: str) -> dict[str, Choices]:
    payers = [(payer, payer) for payer in payers_of(ground.content.income)]
    every = [] if kind == ADD else [(EVERYBODY, "Every partner")]
    names = [f"{month.starts_on:%B %Y}" for month in ground.months]
    labels = [(code, category.label) for code, category in ground.round.income.items()]
    nothing = "" if kind == ADD else "All that it pays"
    return {
        "who": [("", ""), *payers, *every],
        "source": [("", nothing), *labels],
        "commissioner": [("", ""), *_commissioners(ground)],
        "month": [("", names[0]), *zip(month_codes(ground.round, ground.year)[1:], names[1:], strict=True)],
    }


def _commissioners(ground: Ground) -> Choices:
    """Those of the round's list who commission lines by themselves."""
    own = [code for code, means in shares_by_commissioner(ground.round).items() if means != "share"]
    entries = ground.round.lists["commissioner"].by_code if "commissioner" in ground.round.lists else {}
    return [(code, entries[code].label if code in entries else code) for code in own]
