"""Putting a year's settlement to the partners, each partner's answer, posting it to the books, taking it back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from commonpool.audit.actions import record, without_addresses
from commonpool.funds.models import Agreement
from commonpool.ledger.actions.settling import ToPost, post_settlement, take_settlement_back
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.settling import Goes
from commonpool.money import format_pounds
from commonpool.people import actions as people
from commonpool.people.models import Consent, Person
from commonpool.periods import FINANCIAL_YEAR
from commonpool.places.models import Organisation
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.models import YearSettlement
from commonpool.risk_share.models.settlements import LONGEST_REASON
from commonpool.risk_share.queries.access import SETTLEMENT, bodies_that_agree
from commonpool.risk_share.queries.answers import missing_answers
from commonpool.risk_share.queries.contracts import in_force_on, terms_of
from commonpool.risk_share.queries.settlements import forecast_posted_for
from commonpool.risk_share.queries.years import Settled, YearVariances, books_for, settled, year_variances
from commonpool.risk_share.rules.errors import ContractError

Basis = YearSettlement.Basis
State = YearSettlement.State


@transaction.atomic
def propose(
    *, actor: Person | None, at: datetime, agreement: Agreement, year: str, on: date, measures: Mapping[str, Fraction]
) -> YearSettlement:
    """Keep the settlement of a year, as the books have it on a day, for every partner to agree.

    A year that has ended is settled on its outturn, one that runs on its forecast. Raises StepError, saying what is
    missing: books, a contract, a result, a variance that is not known, somebody to bear a part.
    """
    held = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("fund__area", "fund__parent")
        .get(pk=agreement.pk)
    )
    made = YearSettlement(agreement=held, year=year, as_at=on, made_by=actor, made_at=at)
    variances = _variances(held, on, year)
    made.basis = Basis.OUTTURN if variances.is_over else Basis.FORECAST
    _must_be_the_only_one(made)
    found = _settled(made, variances, measures)
    made.before = forecast_posted_for(held, year) if made.basis == Basis.OUTTURN else None
    made.lines, made.content = _lines_of(variances), _content_of(found)
    made.measures = {code: str(share) for code, share in sorted(measures.items())}
    made.digest = hashlib.sha256(json.dumps(made.facts(), sort_keys=True).encode()).hexdigest()
    made.full_clean()
    made.save()
    _event(made, "risk_share.propose_settlement", actor, at, before=None, after=_said(made))
    return made


def _variances(agreement: Agreement, on: date, year: str) -> YearVariances:
    ledger = books_for(agreement)
    if ledger is None:
        raise StepError("A settlement needs the year’s variances, and no books are open for this fund yet.")
    variances = year_variances(agreement, ledger, on, year)
    if variances.year != year:
        raise StepError(f"The books have no year {year}. They have: {', '.join(variances.years)}.")
    return variances


def _settled(made: YearSettlement, variances: YearVariances, measures: Mapping[str, Fraction]) -> Settled:
    version = in_force_on(made.agreement, FINANCIAL_YEAR.year(made.year).ends_on)
    if version is None:
        raise StepError("No contract is in force for this fund, so nobody has agreed who bears what.")
    made.contract = version
    try:
        found = settled(terms_of(version), variances, measures)
    except ContractError as refused:
        raise StepError(str(refused)) from refused
    if nobody := found.settlement.unallocated_pence:
        raise StepError(f"{format_pounds(nobody)} has nobody to bear it: agree first who does.")
    return found


def _must_be_the_only_one(made: YearSettlement) -> None:
    live = YearSettlement.objects.filter(agreement=made.agreement, year=made.year, withdrawn_at=None)
    if live.filter(basis=made.basis).exists():
        raise StepError(f"{made.year} is being settled already. Post that settlement, or take it back first.")
    if live.filter(basis=Basis.FORECAST, posted_at=None).exists():
        raise StepError(
            f"A settlement of {made.year} on a forecast is under way. Post it, so that only what differs is settled "
            "now, or take it back."
        )


def _lines_of(variances: YearVariances) -> list[dict[str, Any]]:
    return [
        {
            "code": line.code,
            "name": variances.names.get(line.code, ""),
            "budget": line.budget_pence,
            "variance": line.variance_pence,
            "source": line.source,
            "nhs_share": None if line.nhs_share is None else str(line.nhs_share),
            "partner": line.partner,
        }
        for line in variances.lines
    ]


def _content_of(found: Settled) -> dict[str, Any]:
    settlement = found.settlement
    steps = [[step.clause, step.taken_pence, dict(step.by_partner_pence)] for step in settlement.steps]
    funds = [party for party in settlement.bears_pence if party in found.contract.funds]
    return {"bears": [list(each) for each in settlement.bears_pence.items()], "funds": funds, "steps": steps}


@transaction.atomic
def answer_settlement(
    *,
    actor: Person,
    at: datetime,
    settlement: YearSettlement,
    body: Organisation,
    verdict: str,
    reason: str = "",
) -> Consent:
    """One partner's answer to exactly these figures; the last yes makes them ready to post.

    Raises StepError, and ConsentError and ValidationError as `people.give_consent`.
    """
    held = _in_state(settlement, State.PROPOSED)
    if body not in bodies_that_agree(held.agreement, localdate(at)):
        raise StepError(f"{body.name} is not a partner of ‘{held.agreement.fund}’, so its answer is not needed.")
    consent = people.give_consent(
        kind=SETTLEMENT,
        subject_id=held.uuid,
        digest=held.digest,
        body=body,
        person=actor,
        verdict=Consent.Verdict(verdict),
        reason=reason,
        at=at,
        area=held.agreement.fund.area.uuid,
    )
    if not missing_answers(held, localdate(at)):
        held.agreed_at = at
        held.save(update_fields=["agreed_at"])
        _moved(held, "risk_share.agree_settlement", actor, at, State.PROPOSED)
    return consent


@transaction.atomic
def take_back_settlement_answer(*, actor: Person, at: datetime, consent: Consent, reason: str) -> None:
    """Withdraw one partner's answer while others are still missing. Raises StepError and ConsentError."""
    held = _in_state(YearSettlement.objects.get(uuid=consent.subject_id), State.PROPOSED)
    people.withdraw_consent(consent, person=actor, reason=reason, at=at, area=held.agreement.fund.area.uuid)


@transaction.atomic
def withdraw_settlement(*, actor: Person | None, at: datetime, settlement: YearSettlement, reason: str) -> None:
    """Take a settlement back that is not posted, saying why. Raises StepError."""
    held = _in_state(settlement, State.PROPOSED, State.AGREED)
    before = held.state
    held.withdrawn_at, held.withdrawal_reason = at, _reason(reason)
    held.full_clean()
    held.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    _moved(held, "risk_share.withdraw_settlement", actor, at, before)


@dataclass(frozen=True, slots=True)
class Carrying:
    """Whose money carries a settlement out, as whoever posts it chose.

    goes   source code -> (party for whom it counts, what becomes of it)
    used   fund of the contract that pays -> code of the source that it pays from
    parts  source code -> how what is kept of it is made up: label -> pence
    """

    goes: Mapping[str, tuple[str, Goes]] = field(default_factory=dict)
    used: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@transaction.atomic
def post(
    *, actor: Person | None, at: datetime, settlement: YearSettlement, on: date, carrying: Carrying
) -> YearSettlement:
    """Post an agreed settlement to the books as one entry. Raises StepError where the books have changed since."""
    held = _in_state(settlement, State.AGREED)
    ledger = _ledger_of(held)
    try:
        post_settlement(actor=actor, at=at, ledger=ledger, settlement=to_post(held, carrying), on=on)
    except LedgerError as refused:
        raise StepError(str(refused)) from refused
    held.posted_at, held.posted_on = at, on
    held.full_clean()
    held.save(update_fields=["posted_at", "posted_on"])
    _moved(held, "risk_share.post_settlement", actor, at, State.AGREED)
    return held


def to_post(settlement: YearSettlement, carrying: Carrying) -> ToPost:
    """The settlement as the books take it: only what is still due."""
    agreement, due = settlement.agreement, settlement.due_pence
    return ToPost(
        settlement.uuid,
        settlement.year,
        {party: pence for party, pence in due.items() if pence},
        carrying.goes,
        carrying.used,
        carrying.parts,
        _needs(settlement) if settlement.basis == Basis.FORECAST else None,
        agreement.fund_id if agreement.fund.parent_id else None,
    )


def _needs(settlement: YearSettlement) -> dict[str, int]:
    """Category of lines -> by how much those that are over are expected to be."""
    found: dict[str, int] = {}
    for line in settlement.lines:
        if line["variance"] > 0:
            found[line["source"]] = found.get(line["source"], 0) + line["variance"]
    return found


@transaction.atomic
def undo(*, actor: Person | None, at: datetime, settlement: YearSettlement, on: date, reason: str) -> None:
    """Take a posted settlement out of the books again, whole. Raises StepError once cash of it has moved."""
    held = _in_state(settlement, State.POSTED)
    why = _reason(reason)
    if held.followed_by.filter(withdrawn_at=None).exists():
        raise StepError("The difference from this forecast is being settled. Take that settlement back first.")
    try:
        take_settlement_back(actor=actor, at=at, ledger=_ledger_of(held), uuid=held.uuid, on=on, why=why)
    except LedgerError as refused:
        raise StepError(str(refused)) from refused
    held.posted_at = held.posted_on = None
    held.save(update_fields=["posted_at", "posted_on"])
    _moved(held, "risk_share.undo_settlement", actor, at, State.POSTED, reason=why)


def _ledger_of(settlement: YearSettlement) -> Ledger:
    ledger = books_for(settlement.agreement)
    assert ledger is not None, "what was settled from books still has them"
    return ledger


def _reason(said: str) -> str:
    if not said.strip():
        raise StepError("Say why it is taken back, so that those who agreed know.")
    return str(without_addresses(said.strip()[:LONGEST_REASON]))


def _in_state(settlement: YearSettlement, *states: State) -> YearSettlement:
    """The settlement, held for this transaction. Raises StepError where it is in none of these states."""
    related = ("agreement__fund__area", "agreement__fund__parent", "contract", "before")
    held = YearSettlement.objects.select_for_update(of=("self",)).select_related(*related).get(pk=settlement.pk)
    if held.state not in states:
        raise StepError(f"The settlement of {held} is in another state by now: {held.state.label.lower()}.")
    return held


def _said(settlement: YearSettlement) -> dict[str, object]:
    return {
        "agreement": settlement.agreement.uuid,
        "contract": settlement.contract.uuid,
        "year": settlement.year,
        "basis": str(settlement.basis),
        "as_at": settlement.as_at.isoformat(),
        "digest": settlement.digest,
        "bears": dict(settlement.bears_pence),
    }


def _moved(
    settlement: YearSettlement,
    action: str,
    actor: Person | None,
    at: datetime,
    before: State,
    *,
    reason: str = "",
) -> None:
    why = reason or settlement.withdrawal_reason
    after = {"state": settlement.state, **({"reason": why} if why else {})}
    _event(settlement, action, actor, at, before={"state": before}, after=after)


def _event(
    settlement: YearSettlement,
    action: str,
    actor: Person | None,
    at: datetime,
    *,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> None:
    area = settlement.agreement.fund.area.uuid
    record(actor=actor, action=action, subject=settlement, before=before, after=after, at=at, area=area)
