"""The form by which a settlement is posted: the day, and whose money carries it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms

from commonpool.ledger.forms.fields import AmountField
from commonpool.ledger.rules.settling import Goes
from commonpool.money import format_pounds
from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.periods import FINANCIAL_YEAR
from commonpool.risk_share.actions.settlements import Carrying
from commonpool.risk_share.models import YearSettlement
from commonpool.risk_share.queries.settlements import LeftToCarry

NO_PART: Final = "none"


class CarryingForm(GovukForm, forms.Form):
    """What becomes of each sum that is left, and from where each fund of the contract pays.

    rows   what the books have left of the year
    names  party -> its name, partners and funds
    """

    def __init__(
        self, *args: Any, settlement: YearSettlement, rows: Sequence[LeftToCarry], names: Mapping[str, str], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.settlement, self.rows = settlement, rows
        due = settlement.due_pence
        year = FINANCIAL_YEAR.year(settlement.year)
        is_forecast = settlement.basis == YearSettlement.Basis.FORECAST
        funds = [] if is_forecast else settlement.content["funds"]
        self.pays = [fund for fund in funds if due.get(fund, 0) > 0]
        keeps = [fund for fund in funds if due.get(fund, 0) < 0]
        self.fields["on"] = DatePartsField(
            label="Day that it concerns",
            # A difference is settled in the year that runs by then; what is kept leaves its own year within it.
            initial=settlement.as_at if is_forecast or (settlement.before and not keeps) else year.ends_on,
            help_text="A day whose month is open in the books, or softly closed.",
        )
        for row in rows:
            self._ask(row, keeps, names, is_forecast=is_forecast)
        held = [(row.row.source.code, f"{row.row.label}, {format_pounds(row.row.pence)}") for row in rows]
        for fund in self.pays:
            self.fields[f"used-{fund}"] = forms.ChoiceField(
                label=f"{format_pounds(due[fund])} comes from {names.get(fund, fund)}. Which source is that?",
                choices=[("", "Choose a source"), *held],
                error_messages={"required": "Choose the source from which this fund pays."},
            )

    def _ask(self, row: LeftToCarry, keeps: Sequence[str], names: Mapping[str, str], *, is_forecast: bool) -> None:
        owner = row.row.source.code.split(":")[1]
        back = "As much as is due goes back to" if is_forecast else "It goes back to"
        choices = [(f"{Goes.BACK}:{owner}", f"{back} {names.get(owner, owner)}")]
        if not is_forecast:  # what is kept is only known when the year is over
            choices.append((f"{Goes.FORWARD}:{owner}", f"It is carried forward for {names.get(owner, owner)}"))
            choices += [(f"{Goes.FORWARD}:{fund}", f"It is kept as {names.get(fund, fund)}") for fund in keeps]
        choices.append((NO_PART, "It is no part of this settlement"))
        is_older = row.row.source.code.split(":")[2] != self.settlement.year
        goes = Goes.FORWARD if row.is_kept else Goes.BACK
        # While the year runs, what is held is not left: only where lines are expected to be under does some go back.
        is_needed = is_forecast and (row.is_kept or not row.is_under)
        wanted = NO_PART if is_older or is_needed else f"{goes}:{row.party}"
        said = f"{format_pounds(row.row.pence)} of {row.row.label} is {'held' if is_forecast else 'left'}"
        self.fields[box_of(row)] = forms.ChoiceField(label=said, choices=choices, initial=wanted)
        for number, district in enumerate(row.districts if not is_forecast else ()):
            self.fields[f"{box_of(row)}-{number}"] = AmountField(label=f"Of that, {district}", required=False)

    def clean(self) -> dict[str, Any]:
        """A source from which a fund pays is no part of what is left besides."""
        given = super().clean() or {}
        used = {given.get(f"used-{fund}") for fund in self.pays}
        for row in self.rows:
            if row.row.source.code in used and given.get(box_of(row)) != NO_PART:
                self.add_error(box_of(row), "A fund pays from this source. Say that it is no part of what is left.")
        return given

    @property
    def carrying(self) -> Carrying:
        """What was chosen, of a form that is valid."""
        return self._carrying(self.cleaned_data)

    @property
    def usual(self) -> Carrying:
        """What stands there to begin with."""
        return self._carrying({name: field.initial for name, field in self.fields.items()})

    def _carrying(self, given: Mapping[str, Any]) -> Carrying:
        goes, parts = {}, {}
        for row in self.rows:
            said = given.get(box_of(row)) or NO_PART
            if said != NO_PART:
                what, _, party = said.partition(":")
                goes[row.row.source.code] = (party, Goes(what))
                own = {name: given.get(f"{box_of(row)}-{number}") for number, name in enumerate(row.districts)}
                if any(own.values()):
                    parts[row.row.source.code] = {name: pence for name, pence in own.items() if pence}
        return Carrying(goes, {fund: given.get(f"used-{fund}") or "" for fund in self.pays}, parts)

    def clean_on(self) -> date:
        """The day; whether the books still take it, they say themselves.

        Raises ValidationError for a day before an outturn was one: what is left then was not yet left.
        """
        on: date = self.cleaned_data["on"]
        ends_on = FINANCIAL_YEAR.year(self.settlement.year).ends_on
        if self.settlement.basis == YearSettlement.Basis.OUTTURN and on < ends_on:
            raise forms.ValidationError(
                f"The year was still running on {on.day} {on:%B %Y}. Enter {ends_on.day} {ends_on:%B %Y} or later."
            )
        return on


def box_of(row: LeftToCarry) -> str:
    """The name of a source's box: its own, so that no choice moves to another when the books change meanwhile."""
    return f"left-{row.row.source.uuid}"
