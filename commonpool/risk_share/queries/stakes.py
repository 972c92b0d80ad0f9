"""Who pays and who gains, line by line: gains as bodies said them, payments as the books have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from commonpool.figures import Figure
from commonpool.funds.models import Agreement
from commonpool.money import format_pounds
from commonpool.places.models import Organisation
from commonpool.risk_share.models import Benefit
from commonpool.risk_share.queries.contracts import code_of
from commonpool.risk_share.queries.payers import PaidLine, PaidYear, paid_year
from commonpool.risk_share.rules.aids import Aid, aids, savings_of
from commonpool.risk_share.rules.benefits import NetPosition, SchemeBalance, Stake, balances, net_positions
from commonpool.risk_share.rules.errors import ContractError

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class StakeRow:
    """One body's stake in one line: what it pays, as a figure, and what it says it gains, or None."""

    line: PaidLine
    body: Organisation | None
    pays: Figure | None
    benefit: Benefit | None
    stake: Stake

    @property
    def name(self) -> str:
        """Who it is."""
        return self.body.name if self.body else "No partner yet"


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """One line with its balance; `rows` are its stakes."""

    line: PaidLine
    balance: SchemeBalance
    rows: tuple[StakeRow, ...]

    @property
    def uncovered_pence(self) -> int | None:
        """What no partner's money pays yet; None where there is no such amount, or it is not known."""
        held = self.line.nobody.value if self.line.nobody else None
        return None if held is None else int(held)

    def of(self, code: str) -> Stake | None:
        """A body's stake, or None where it neither pays nor says that it gains."""
        return self.balance.stakes.get(code)


@dataclass(frozen=True)
class Matrix:
    """A year of one agreement: schemes with a gain on record, the most misaligned first, and the lines without one.

    names  code of each body -> what it is called, in the order of columns; without what no partner pays yet
    """

    year: PaidYear
    schemes: tuple[SchemeRow, ...]
    silent: tuple[PaidLine, ...]
    names: Mapping[str, str]

    @cached_property
    def misaligned(self) -> list[SchemeRow]:
        """Where the area gains and a payer loses."""
        return [row for row in self.schemes if row.balance.is_misaligned]

    @property
    def has_uncovered(self) -> bool:
        """Whether some scheme has money that no partner pays yet."""
        return any(row.line.nobody is not None for row in self.schemes)

    @property
    def unclear(self) -> list[SchemeRow]:
        """Where somebody's net is not known, so that nothing can be said."""
        return [row for row in self.schemes if row.balance.unknown]

    @property
    def rows(self) -> list[StakeRow]:
        """Every stake, scheme by scheme."""
        return [row for scheme in self.schemes for row in scheme.rows]

    @cached_property
    def together(self) -> Mapping[str, NetPosition]:
        """Each body's net over all schemes, in the order of columns."""
        found = net_positions(row.stake for row in self.rows if row.body is not None)
        return {code: found[code] for code in self.names if code in found}

    @property
    def area_together(self) -> NetPosition:
        """The area's net over the schemes where it is known, and in how many it is not."""
        nets = [row.balance.area_net_pence for row in self.schemes]
        return NetPosition(sum(net for net in nets if net is not None), sum(net is None for net in nets))

    @cached_property
    def aids(self) -> tuple[list[Aid], str]:
        """Ways of sharing what the schemes save; or in words why there are none."""
        known = [scheme.balance for scheme in self.schemes if not scheme.balance.unknown]
        if not known:
            return [], "They need a scheme of which every payment and gain is known."
        try:
            return aids(savings_of(known)), ""
        except ContractError as refused:
            return [], str(refused)


def matrix_of(agreement: Agreement, on: date, wanted: str = "") -> Matrix | None:
    """The year that is wanted, or the current one. None where there is neither an agreed plan nor books."""
    year = paid_year(agreement, on, wanted)
    if year is None:
        return None
    said = _said(year)
    told = [line for line in year.lines if line.key in said]
    rows = {line.key: _rows_of(line, said[line.key], year) for line in told}
    found = {each.scheme: each for each in balances(row.stake for line in told for row in rows[line.key])}
    by_scheme = {_scheme(line): line for line in told}
    bodies = {row.stake.partner: row.name for own in rows.values() for row in own if row.body is not None}
    paying = [code_of(body) for body in year.bodies.values()]
    order = [*(code for code in paying if code in bodies), *(code for code in bodies if code not in paying)]
    return Matrix(
        year,
        tuple(SchemeRow(by_scheme[name], each, tuple(rows[by_scheme[name].key])) for name, each in found.items()),
        tuple(line for line in year.lines if line.key not in said),
        {code: bodies[code] for code in order},
    )


def _said(year: PaidYear) -> dict[tuple[int, str], list[Benefit]]:
    rows = Benefit.objects.filter(plan__in=year.plans, year=year.year)
    found: dict[tuple[int, str], list[Benefit]] = {}
    for benefit in rows.select_related("body", "said_by", "made_by", "plan__area"):
        found.setdefault((benefit.plan_id, benefit.line_id), []).append(benefit)
    return found


def _scheme(line: PaidLine) -> str:
    return f"{line.key[0]}/{line.key[1]}"


def _rows_of(line: PaidLine, said: list[Benefit], year: PaidYear) -> list[StakeRow]:
    """Those who pay, then those who only gain; last what no partner's money pays yet."""
    gains = {benefit.body_id: benefit for benefit in said}
    bodies = {**{pk: year.bodies[pk] for pk in line.paid}, **{each.body_id: each.body for each in said}}
    rows = [
        StakeRow(line, body, line.paid.get(pk), gains.get(pk), _stake(line, body, line.paid.get(pk), gains.get(pk)))
        for pk, body in bodies.items()
    ]
    if line.nobody is not None:
        rows.append(StakeRow(line, None, line.nobody, None, Stake(_scheme(line), NOBODY, pays_pence=None)))
    return rows


def _stake(line: PaidLine, body: Organisation, pays: Figure | None, gain: Benefit | None) -> Stake:
    """What a payer gains is not known until it says so; whoever pays nothing has a stake by what it says alone."""
    pence = 0 if pays is None else None if pays.value is None else int(pays.value)
    back = max(0, -(pence or 0))  # refunds beyond what was paid are money that came in
    cashable = gain.cashable_pence if gain else None
    return Stake(
        scheme=_scheme(line),
        partner=code_of(body),
        pays_pence=None if pence is None else max(0, pence),
        cashable_pence=None if cashable is None else cashable + back,
        non_cashable_pence=gain.non_cashable_pence if gain else None,
        not_money=gain.not_money if gain else "",
        low_pence=gain.low_pence if gain else None,
        high_pence=gain.high_pence if gain else None,
        evidence=gain.evidence if gain else "",
    )


def payments_in_words(scheme: SchemeRow, names: Mapping[str, str]) -> str:
    """`Hospital pays £180,000.00; council receives £70,000.00; ICB receives £110,000.00`; "" where nothing would do."""
    return "; ".join(
        f"{names[code]} {'pays' if pence > 0 else 'receives'} {format_pounds(abs(pence))}"
        for code, pence in sorted(scheme.balance.side_payments.items(), key=lambda each: -each[1])
        if pence
    )
