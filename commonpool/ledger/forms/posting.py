"""Forms of what happened to the money: an invoice, work not invoiced, a partner's own payment, income, an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from commonpool.ledger.forms.contributing import pool_field
from commonpool.ledger.forms.fields import (
    NO_NAMES,
    AmountField,
    HintedRadios,
    OnceForm,
    RowField,
    reason_field,
    reference_field,
)
from commonpool.pages.forms import DatePartsField, GovukForm

Groups = Mapping[str, Sequence[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that can have happened: its name in addresses, what it is called, a line of help, the form's words."""

    slug: str
    label: str
    hint: str
    title: str
    about: str


HAPPENED: Final = {
    each.slug: each
    for each in (
        Happened(
            "invoice",
            "An invoice came",
            "A provider asks to be paid. Money is drawn from the line’s sources now; the payment comes later.",
            "Enter an invoice",
            "The line’s sources are drawn now. If they hold too little, nothing is posted, and you see what is short.",
        ),
        Happened(
            "accrual",
            "Work was done and is not invoiced",
            "An accrual: it counts in this month and is reversed by itself on the first day of the next.",
            "Enter work that is not invoiced",
            "It counts in its month, and is reversed in the same split when the month is soft-closed. What no source "
            "covers is posted as such, because the work is done.",
        ),
        Happened(
            "direct",
            "A partner paid a provider itself",
            "No cash of the pool moves. It counts as spend and as part of what that partner owes the pool.",
            "Enter what a partner paid itself",
            "The usual way of NHS bodies: the payment stands as spend of the line, and the partner owes the pool so "
            "much less. What its own money does not cover is posted as covered by no source.",
        ),
        Happened(
            "income",
            "A line had income",
            "Such as client charges. It goes back to the sources that paid for the line, and stands apart from spend.",
            "Enter income of a line",
            "It is given to the sources in proportion to what each has paid for the line. Statements show spend and "
            "income apart.",
        ),
        Happened(
            "order",
            "An order was placed",
            "It sets money aside, and lowers what is free. Nothing is spent until its invoice comes.",
            "Enter an order",
            "Money is set aside under the sources that the line would draw now. When the invoice comes, it is drawn "
            "anew, and the rest is free again.",
        ),
        Happened(
            "transfer",
            "Money moves between pools",
            "Each source keeps its name in the other pool, so it can still be followed.",
            "Move money between pools",
            "Every source in the first pool gives its part. It keeps its name in the second, and its conditions.",
        ),
    )
}


class HappenedForm(GovukForm, forms.Form):
    """What happened: asked first, as the rest depends on it."""

    kind = forms.ChoiceField(
        label="What happened?",
        choices=[(each.slug, each.label) for each in HAPPENED.values()],
        widget=HintedRadios({each.slug: each.hint for each in HAPPENED.values()}),
        error_messages={"required": "Choose what happened."},
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """What the forms let people choose from."""

    lines: Groups
    pools: Sequence[tuple[str, Any]]
    providers: Sequence[Any] = ()
    sources: Sequence[tuple[str, Any]] = ()
    accruals: Sequence[tuple[str, Any]] = ()
    orders: Sequence[tuple[str, Any]] = ()
    receivers: Groups | None = None


class PostForm(GovukForm, OnceForm):
    """The form of one thing that happened: which fields it has depends on what it was."""

    def __init__(self, *args: Any, happened: Happened, offered: Offered, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in FIELDS[happened.slug](offered):
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """An invoice clears an accrual or belongs to an order; a transfer is between two pools."""
        given = super().clean() or {}
        if given.get("accrual") and given.get("order"):
            said = "Choose an accrual or an order, not both. Enter two invoices if it is for both."
            self.add_error("order", said)
        if given.get("giver") and given.get("giver") == given.get("receiver"):
            self.add_error("receiver", "Choose another pool than the one that the money comes out of.")
        return given


Fields = list[tuple[str, forms.Field]]


def _spending(offered: Offered, day: str) -> Fields:
    return [
        ("line", RowField(offered.lines, label="Scheme line", empty="Choose a line")),
        ("pence", AmountField(help_text="To take an amount back, open its entry and enter a credit.")),
        ("on", DatePartsField(label=day, help_text="For example 30 6 2031.")),
        ("pool", pool_field(offered.pools, "Out of which pool?")),
    ]


def _provider(offered: Offered) -> tuple[str, forms.Field]:
    said = "A kind of provider, or a registered organisation. Left as it is, the one that the plan names counts."
    choices = [("", "As the plan says"), *offered.providers]
    return "provider", forms.ChoiceField(label="Provider", choices=choices, required=False, help_text=said)


def _invoice(offered: Offered) -> Fields:
    fields = [*_spending(offered, "Day that it concerns"), _provider(offered), ("reference", reference_field())]
    if offered.accruals:
        said = "The accrual is reversed first, in its own split. Leave this if its month is soft-closed already."
        accrual = RowField(offered.accruals, empty="No", label="Does it clear an accrual?", required=False)
        accrual.help_text = said
        fields.append(("accrual", accrual))
    if offered.orders:
        said = "What the order set aside is released, then the invoice is drawn."
        order = RowField(offered.orders, empty="No", label="Does it belong to an order?", required=False)
        order.help_text = said
        fields.append(("order", order))
    return fields


def _accrual(offered: Offered) -> Fields:
    return [*_spending(offered, "Day that it concerns"), _provider(offered), ("reference", reference_field())]


def _direct(offered: Offered) -> Fields:
    said = "The paying partner’s own money. It is drawn from this source and no other."
    source = RowField(offered.sources, label="Whose money paid?", help_text=said)
    return [
        *_spending(offered, "Day of the payment"),
        ("source", source),
        _provider(offered),
        ("reference", reference_field()),
    ]


def _income(offered: Offered) -> Fields:
    fields = _spending(offered, "Day that it concerns")
    fields[1] = ("pence", AmountField())
    fields[3] = ("pool", pool_field(offered.pools, "Into which pool?"))
    return [*fields, ("reference", reference_field())]


def _order(offered: Offered) -> Fields:
    said = f"Its invoice will name it. {NO_NAMES}"
    number = forms.CharField(label="Order number", max_length=80, help_text=said)
    fields = _spending(offered, "Day of the order")
    fields[1] = ("pence", AmountField())
    return [*fields, ("number", number)]


def _transfer(offered: Offered) -> Fields:
    return [
        ("giver", RowField(offered.pools, empty=None, label="Out of which pool?")),
        ("receiver", RowField(offered.receivers or {}, label="Into which pool?")),
        ("pence", AmountField()),
        ("on", DatePartsField(label="Day of the transfer", help_text="For example 30 6 2031.")),
        ("reference", reference_field()),
    ]


FIELDS: Final[Mapping[str, Callable[[Offered], Fields]]] = {
    "invoice": _invoice,
    "accrual": _accrual,
    "direct": _direct,
    "income": _income,
    "order": _order,
    "transfer": _transfer,
}


class PayForm(GovukForm, OnceForm):
    """A payment of an invoice, whole or in part."""

    pence = AmountField(help_text="What is still unpaid stands here already.")
    on = DatePartsField(label="Day of the payment")
    reference = reference_field(help_text="Of the payment, if it has one: the same one twice is one entry.")


class CreditForm(GovukForm, OnceForm):
    """A credit note, refund or reversal of an entry, whole or in part."""

    pence = AmountField(label="How much is taken back?", help_text="What still stands of the entry is here already.")
    on = DatePartsField(label="Day that it concerns")
    why = reason_field()
    reference = reference_field("Reference of the credit note")


class ReleaseForm(GovukForm, forms.Form):
    """An order that is cancelled, or whose rest is not needed."""

    on = DatePartsField(label="Day that it concerns")
    why = reason_field()
