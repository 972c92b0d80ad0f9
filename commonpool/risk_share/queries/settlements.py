"""What pages show of kept settlements: who has agreed, who owes whom, and whose money would carry one out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from commonpool.funds.models import Agreement
from commonpool.ledger.models import Entry
from commonpool.ledger.queries.settling import settlement_entry, standing
from commonpool.ledger.queries.year_end import OfSource, districts_of
from commonpool.money import format_pounds
from commonpool.risk_share.models import YearSettlement
from commonpool.risk_share.queries.answers import Answer, answers_to
from commonpool.risk_share.queries.contracts import terms_of
from commonpool.risk_share.queries.years import Settled, books_for
from commonpool.risk_share.rules.contract import Contract, listed
from commonpool.risk_share.rules.settling import Settlement, Step

State = YearSettlement.State
COLOURS: Final[Mapping[str, str]] = {
    State.PROPOSED: "yellow",
    State.AGREED: "blue",
    State.POSTED: "green",
    State.WITHDRAWN: "grey",
}


@dataclass(frozen=True, slots=True)
class KeptSettlement:
    """A settlement as it was kept, with its table and who has agreed."""

    settlement: YearSettlement
    settled: Settled
    answers: tuple[Answer, ...]

    @property
    def is_open(self) -> bool:
        """Whether partners still answer, and may take an answer back."""
        return self.settlement.state is State.PROPOSED

    @property
    def colour(self) -> str:
        """Of the tag of its state."""
        return COLOURS[self.settlement.state]

    @property
    def sentence(self) -> str:
        """How far it has come, in words."""
        return _how_far(self.settlement, self.answers)

    @property
    def due(self) -> list[tuple[str, str, int, int, int]]:
        """(code, name, bears in all, settled before, still due) of each party, in pence."""
        one = self.settlement
        earlier = one.settled_before_pence
        named = self.settled.contract.name_of
        return [
            (code, named(code), one.bears_pence.get(code, 0), earlier.get(code, 0), pence)
            for code, pence in one.due_pence.items()
        ]

    @property
    def letters(self) -> list[tuple[str, str]]:
        """(code, name) of each partner that pays or gets something."""
        return [(code, name) for code, name, _, _, due in self.due if due and code in self.settled.contract.partners]

    @property
    def sentences(self) -> list[str]:
        """What each still pays or gets."""
        return [self._said(code, name, pence) for code, name, _, _, pence in self.due]

    def _said(self, code: str, name: str, pence: int) -> str:
        if code in self.settled.contract.funds:
            return f"{format_pounds(abs(pence))} {'comes from' if pence > 0 else 'goes to'} {name}"
        if not pence:
            return f"{name} neither pays nor receives"
        return f"{name} {'pays' if pence > 0 else 'receives'} {format_pounds(abs(pence))}"


def how_far(settlement: YearSettlement, on: date) -> str:
    """How far it has come, in words: who has agreed, whose yes is missing, whether it is posted."""
    return _how_far(settlement, answers_to(settlement, on))


def _how_far(settlement: YearSettlement, answers: Sequence[Answer]) -> str:
    match settlement.state:
        case State.PROPOSED:
            missing = [str(answer.body) for answer in answers if not answer.has_agreed]
            so_far = f"Agreed by {len(answers) - len(missing)} of {len(answers)} partners"
            if missing:
                return f"{so_far}; it waits for {listed(missing)}"
            # Only an answer makes it agreed, and whoever left gives none.
            return (
                f"{so_far}, and one that had not answered has left. Let a partner take its answer back and give it "
                "again, or take the settlement back"
            )
        case State.AGREED:
            return "Agreed by every partner, and not posted yet"
        case State.POSTED:
            return "Agreed by every partner and posted to the books"
    return f"Taken back: {settlement.withdrawal_reason}"


def under_way(agreements: Iterable[Agreement], on: date) -> list[tuple[YearSettlement, str]]:
    """(settlement, how far it has come) of each that was put to the partners and is not posted yet."""
    waiting = YearSettlement.objects.filter(agreement__in=agreements, posted_at=None, withdrawn_at=None)
    found = waiting.select_related("agreement__fund", "contract", "before")
    return [(each, how_far(each, on)) for each in found]


def kept(settlement: YearSettlement, on: date) -> KeptSettlement:
    """The settlement with its table as it was kept, made again from nothing but its own row."""
    contract = terms_of(settlement.contract)
    steps = tuple(Step(clause, taken, by) for clause, taken, by in settlement.content["steps"])
    table = Settled(contract, Settlement(settlement.bears_pence, 0, steps))
    return KeptSettlement(settlement, table, tuple(answers_to(settlement, on)))


def settlements_of(agreement: Agreement) -> QuerySet[YearSettlement]:
    """Every settlement that was put to the partners, the newest first."""
    return YearSettlement.objects.filter(agreement=agreement).select_related("contract", "before", "made_by")


def live_settlement(agreement: Agreement, year: str, *, is_over: bool) -> YearSettlement | None:
    """The settlement of a year that stands now, on its outturn once the year has ended, else on its forecast."""
    basis = YearSettlement.Basis.OUTTURN if is_over else YearSettlement.Basis.FORECAST
    return settlements_of(agreement).filter(year=year, basis=basis, withdrawn_at=None).first()


def forecast_posted_for(agreement: Agreement, year: str) -> YearSettlement | None:
    """The settlement on a forecast that was posted for the year."""
    posted = settlements_of(agreement).filter(year=year, basis=YearSettlement.Basis.FORECAST, withdrawn_at=None)
    return posted.exclude(posted_at=None).first()


def entry_of(settlement: YearSettlement) -> Entry | None:
    """The entry of the books that it stands as."""
    ledger = books_for(settlement.agreement)
    return settlement_entry(ledger, settlement.uuid) if ledger else None


@dataclass(frozen=True, slots=True)
class LeftToCarry:
    """Money of a source that is left, for whom it counts unless somebody chooses otherwise, and its districts.

    party      the partner who contributed it, or a fund of the contract that keeps such money
    is_kept    whether it is kept for next year, else it goes back
    is_under   whether the lines of its category are under their budgets together
    districts  to which it is passed down, so that what is kept is made up of their parts
    """

    row: OfSource
    party: str
    is_kept: bool
    is_under: bool
    districts: tuple[str, ...]


def left_to_carry(settlement: YearSettlement) -> list[LeftToCarry]:
    """What the books have left of the year, with what the contract makes of it. Raises LedgerError as `standing`."""
    agreement = settlement.agreement
    ledger = books_for(agreement)
    assert ledger is not None, "what was settled from books still has them"
    found = standing(ledger, settlement.year, agreement.fund_id if agreement.fund.parent_id else None)
    keepers = _keepers(terms_of(settlement.contract), settlement)
    variances: Counter[str] = Counter()
    for line in settlement.lines:
        variances[line["source"]] += line["variance"]
    rows = []
    for row in found.left:
        category, partner, year, *_ = row.source.code.split(":")
        keeper = keepers.get(category, "") if year == settlement.year else ""
        districts = tuple(districts_of(ledger, category, year)) if keeper else ()
        rows.append(LeftToCarry(row, keeper or partner, bool(keeper), variances[category] < 0, districts))
    return rows


def _keepers(contract: Contract, settlement: YearSettlement) -> dict[str, str]:
    """Source category -> the fund of the contract that keeps what lines of it leave over."""
    found = {}
    for part in contract.parts:
        names = {
            code
            for clause, _, by in settlement.content["steps"]
            if clause == part.name or clause.startswith((f"{part.name}:", f"{part.name}, line "))
            for code, pence in by.items()
            if code in contract.funds and pence < 0
        }
        if len(names) == 1:
            own = {line["source"] for line in settlement.lines if part.scope.has(line["code"], line["source"])}
            found.update(dict.fromkeys(own, *names))
    return found
