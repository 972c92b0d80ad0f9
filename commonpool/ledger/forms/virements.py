"""Forms of virements: a proposal, and a delegated limit."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.ledger.forms.fields import AmountField, Groups, RowField, reason_field
from commonpool.ledger.models import Ledger
from commonpool.pages.forms import DatePartsField, GovukForm, MoneyField
from commonpool.people.rules import Role

UP_TO, NO_LIMIT = "up_to", "no_limit"
DECIDE: Final = (
    Role.POOL_MANAGER,
    Role.FINANCE_MANAGER,
    Role.BCF_LEAD,
    Role.CHIEF_OFFICER,
)
"""Roles that a scheme of delegation names; the others change no budget."""


class VirementForm(GovukForm, forms.Form):
    """Budget that should move from one line to another."""

    def __init__(self, *args: Any, ledger: Ledger, lines: Groups, **more: Any) -> None:
        super().__init__(*args, **more)
        pools = [(pool.name, pool) for pool in ledger.pools.order_by("pk")]
        self.fields["pool"] = RowField(pools, empty=None, label="Pool")
        if len(pools) == 1:
            self.fields["pool"].initial, self.fields["pool"].widget = pools[0][1], forms.HiddenInput()
        self.fields["from_line"] = RowField(lines, label="From which line?", help_text="With its budget of the year.")
        self.fields["to_line"] = RowField(lines, label="To which line?")
        self.fields["pence"] = AmountField()
        self.fields["on"] = DatePartsField(label="From which day does it hold?")
        self.fields["reason"] = reason_field("Why should the budget move?")


class LimitForm(GovukForm, forms.Form):
    """Up to how much a role decides alone, from a day on."""

    role = forms.ChoiceField(label="Role", choices=[(role.value, role.label) for role in DECIDE])
    how = forms.ChoiceField(
        label="How much may it move by its own decision?",
        choices=[(UP_TO, "Up to a sum"), (NO_LIMIT, "Any sum")],
        initial=UP_TO,
        widget=forms.RadioSelect,
    )
    limit_pence = MoneyField(label="That sum", required=False, help_text="0 where it may move nothing alone.")
    needs_all_partners_above_pence = MoneyField(
        label="Every partner is asked above",
        required=False,
        help_text="Whoever proposes it. Leave empty where the agreement does not ask for that.",
    )
    starts_on = DatePartsField(label="From which day?")

    def clean(self) -> dict[str, Any]:
        """A sum is needed for a limit up to one; no sum is below nothing."""
        given = super().clean() or {}
        for name in ("limit_pence", "needs_all_partners_above_pence"):
            if (pence := given.get(name)) is not None and pence < 0:
                self.add_error(name, ValidationError("A limit is not below £0. Enter the sum without a minus."))
        if given.get("how") == NO_LIMIT:
            given["limit_pence"] = None
        elif given.get("limit_pence") is None and "limit_pence" not in self.errors:
            self.add_error("limit_pence", "Enter the sum up to which the role decides alone, or choose ‘Any sum’.")
        given.pop("how", None)
        return given
