"""What a negotiator changes on the comparison: terms of one contract, and the limits of each partner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.money import split_into_pence
from commonpool.pages.forms import GovukForm, MoneyField
from commonpool.plans.forms import ShareField
from commonpool.risk_share.queries.lines import PlanLines
from commonpool.risk_share.rules.checking import gaps
from commonpool.risk_share.rules.contract import Contract, pence_of, percent
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.futures.limits import Limit, Year
from commonpool.risk_share.rules.terms import cap_of, first_shares, with_cap, with_shares

TENTHS: Final = 1_000  # sliders move by a tenth of a percentage point
ROUND_PENCE: Final = 10_000_00


class TermsForm(GovukForm, forms.Form):
    """The shares of the first layer and the caps of one contract, part by part, to be changed.

    What is left as it stands stays exact: 4/7 does not become 57.1%.
    """

    def __init__(self, data: Mapping[str, Any] | None, *, contract: Contract, lines: PlanLines) -> None:
        self.contract = contract
        super().__init__({} if data is None else data)
        self.is_asked = data is not None and any(name.startswith(("share-", "cap-")) for name in data)
        for part in range(len(contract.parts)):
            budget = _budget(contract, part, lines)
            if budget:
                self._add_shares(part)
                self._add_caps(part, budget)
        if not self.is_asked:
            self.data = {name: field.initial for name, field in self.fields.items()}

    def _add_shares(self, part: int) -> None:
        for place, (code, share) in enumerate(self._shown(part).items()):
            field = ShareField(label=f"{self.contract.name_of(code)}: share of the first layer{self._of(part)}, %")
            field.initial = share
            most = {"data-most": 100, "data-step": 0.1, "data-group": f"share-{part}"}
            field.widget.attrs |= {"data-slider": "", **most}
            self.fields[f"share-{part}-{place}"] = field

    def _shown(self, part: int) -> dict[str, str]:
        """The shares to a tenth of a percentage point, which add to 100 as the exact ones do."""
        shares = first_shares(self.contract, part)
        tenths = split_into_pence(TENTHS, shares) if shares else {}
        return {code: f"{tenth / 10:g}" for code, tenth in tenths.items()}

    def _add_caps(self, part: int, budget: int) -> None:
        for place, code in enumerate(self.contract.partners):
            label = f"{self.contract.name_of(code)}: bears of an overspend at most{self._of(part)}"
            field = MoneyField(label=label, required=False, help_text="Empty: no cap.")
            pence = self._cap_pence(part, code, budget)
            field.initial = "" if pence is None else f"{pence // 100}.{pence % 100:02d}".removesuffix(".00")
            most = _most(pence, budget)
            attrs = {"data-most": most // 100, "data-step": max(1_000, most // 100 // 200), "data-open": ""}
            field.widget.attrs |= {"data-slider": "", **attrs}
            self.fields[f"cap-{part}-{place}"] = field

    def _cap_pence(self, part: int, code: str, budget: int) -> int | None:
        cap = cap_of(self.contract, part, code)
        if cap is None:
            return None
        return pence_of(cap.at_most, budget, self.contract.partners[code].contribution_pence)

    def _of(self, part: int) -> str:
        return f" ({self.contract.parts[part].name})" if len(self.contract.parts) > 1 else ""

    def clean(self) -> dict[str, Any]:
        """With `contract`: the contract with the terms that were typed; the one given where nothing was changed."""
        given = super().clean() or {}
        if self.errors:
            return given
        changed = self.contract
        for part, places in self._places("share"):
            changed = self._with_shares(changed, part, places, given)
        for part, places in self._places("cap"):
            changed = self._with_caps(changed, part, places, given)
        for gap in gaps(changed) if changed != self.contract else ():
            self.add_error(None, f"{gap.problem} {gap.fix}")
        given["contract"] = changed
        return given

    def _places(self, kind: str) -> Iterator[tuple[int, list[str]]]:
        for part in range(len(self.contract.parts)):
            names = [name for name in self.fields if name.startswith(f"{kind}-{part}-")]
            if names and any(self._is_changed(name) for name in names):
                yield part, names

    def _is_changed(self, name: str) -> bool:
        typed = self.data.get(name)  # a box that was not sent is left as it stands
        return typed is not None and str(typed).strip() != self.fields[name].initial

    def _with_shares(self, contract: Contract, part: int, names: list[str], given: dict[str, Any]) -> Contract:
        typed = [Fraction(given[name]) for name in names]
        shares = dict(zip(first_shares(self.contract, part), typed, strict=True))
        if sum(typed) != 1:
            where = f"of ‘{self.contract.parts[part].name}’ add to {percent(sum(typed, Fraction(0)))}, not 100%"
            raise ValidationError(f"The shares of the first layer {where}. Change one of them.")
        try:
            return with_shares(contract, part, shares)
        except ContractError as refused:
            raise ValidationError(str(refused)) from None

    def _with_caps(self, contract: Contract, part: int, names: list[str], given: dict[str, Any]) -> Contract:
        for name, code in zip(names, self.contract.partners, strict=True):
            if self._is_changed(name):
                pence = given[name]
                if pence is not None and pence < 0:
                    self.add_error(name, "A cap is 0 or more. Write it without a sign.")
                else:
                    contract = with_cap(contract, part, code, pence)
        return contract


def _budget(contract: Contract, part: int, lines: PlanLines) -> int:
    scope = contract.parts[part].scope
    return sum(line.budget_pence for line in lines.lines if scope.has(line.code, line.source))


def _most(pence: int | None, budget: int) -> int:
    """Where a cap's slider ends, in pence: well above the cap, or a tenth of the budget where there is none."""
    return max(-(-(2 * pence if pence else budget // 10) // ROUND_PENCE), 1) * ROUND_PENCE


class LimitsForm(GovukForm, forms.Form):
    """The most that each partner can bear, in the mean year and in a year that 1 in 20 is worse than."""

    def __init__(self, data: Mapping[str, Any], *, partners: Mapping[str, str]) -> None:
        """`partners` are code -> name."""
        super().__init__(data)
        self.partners = partners
        for place, name in enumerate(partners.values()):
            for year, said in (
                (Year.VERY_BAD, "in a year that 1 in 20 is worse than"),
                (Year.MEAN, "in the mean year"),
            ):
                label = f"{name}: can bear at most, {said}"
                self.fields[f"limit-{year.value}-{place}"] = MoneyField(label=label, required=False)

    def limits(self) -> list[Limit]:
        """What was typed, where it can be read."""
        self.is_valid()
        return [
            Limit(code, year, pence)
            for place, code in enumerate(self.partners)
            for year in (Year.VERY_BAD, Year.MEAN)
            if (pence := self.cleaned_data.get(f"limit-{year.value}-{place}")) is not None
        ]
