"""Wendleshire's contract, agreed; a draft of the council that nobody else sees; its year, put to the partners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from commonpool.demo.wendleshire import DATA
from commonpool.funds.models import PooledFund
from commonpool.funds.queries import current_agreement
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.risk_share.actions.contracts import answer, offer, save_draft
from commonpool.risk_share.actions.settlements import answer_settlement, propose
from commonpool.risk_share.queries.access import CONTRACT, bodies_that_agree
from commonpool.risk_share.queries.lines import start_partners
from commonpool.risk_share.rules.starting import start_text

WRITTEN_AT: Final = datetime(2024, 6, 12, 10, tzinfo=UTC)
AGREED_AT: Final = datetime(2024, 6, 20, 15, tzinfo=UTC)
SETTLED_AT: Final = datetime(2025, 4, 14, 9, tzinfo=UTC)
ANSWERED_AT: Final = datetime(2025, 4, 22, 11, tzinfo=UTC)
DRAFTED_AT: Final = datetime(2025, 2, 4, 10, tzinfo=UTC)
DRAFT_FORM: Final = "d"


def put_settlement(fund: PooledFund, year: str) -> None:
    """Put the year's settlement to the partners, as the books have it in April; the council has not answered yet."""
    agreement = current_agreement(fund)
    assert agreement is not None, "the fund has its agreement"
    one = propose(actor=None, at=SETTLED_AT, agreement=agreement, year=year, on=SETTLED_AT.date(), measures={})
    for signed in people.consents_to(CONTRACT, one.contract.uuid, one.contract.digest):
        if signed.body_id != one.contract.body_id:
            answer_settlement(actor=signed.person, at=ANSWERED_AT, settlement=one, body=signed.body, verdict="agreed")


def add_contracts(fund: PooledFund, council: Organisation, chiefs: Mapping[int, Person]) -> None:
    """Write, offer and agree the contract of the fund's agreement, and begin an alternative. Its plan is agreed."""
    agreement = current_agreement(fund)
    assert agreement is not None, "the fund has its agreement"
    text = (DATA / "wendleshire_contract.yaml").read_text("utf-8")
    actor = chiefs[council.pk]
    version = save_draft(actor=actor, at=WRITTEN_AT, agreement=agreement, body=council, text=text)
    offer(actor=actor, at=WRITTEN_AT, version=version)
    for body in bodies_that_agree(agreement, AGREED_AT.date()):
        answer(actor=chiefs[body.pk], at=AGREED_AT, version=version, body=body, verdict="agreed")
    other = start_text(DRAFT_FORM, start_partners(agreement, DRAFTED_AT.date()))
    save_draft(actor=actor, at=DRAFTED_AT, agreement=agreement, body=council, text=other)
