"""Who may see and change which contract: a body's draft is its own until it is offered."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from commonpool.funds import queries as funds
from commonpool.funds.models import Agreement
from commonpool.people import queries as people
from commonpool.people.models import Consent, Person
from commonpool.people.rules import Right
from commonpool.places.models import Organisation
from commonpool.plans import queries as plans
from commonpool.risk_share.models import ContractVersion, YearSettlement

CONTRACT: Final = "risk_share.contractversion"
SETTLEMENT: Final = "risk_share.yearsettlement"


def contracts_readable_by(person: Person, on: date) -> QuerySet[ContractVersion]:
    """Of the areas that the person may see what was offered, and every draft of their own bodies there."""
    own = Q(offered_at=None, body__in=people.bodies_of(person, on))
    seen = Q(agreement__fund__area__in=people.areas_of(person, on)) & (Q(offered_at__isnull=False) | own)
    return ContractVersion.objects.filter(seen).select_related("agreement__fund__area", "body", "made_by")


def may_read_contract(person: Person, contract: UUID, on: date) -> bool:
    """Whether the person may read that version."""
    return contracts_readable_by(person, on).filter(uuid=contract).exists()


def bodies_that_agree(agreement: Agreement, on: date) -> list[Organisation]:
    """Who must agree its contract: the partners on that day, the host first, then the providers that sign it."""
    return [*partners_of(agreement, on), *providers_that_sign(agreement, on)]


def partners_of(agreement: Agreement, on: date) -> list[Organisation]:
    """The partners of the agreement's fund on that day, the host first."""
    return [partner.organisation for partner in funds.partners_of(agreement.fund, on)]


def providers_that_sign(agreement: Agreement, on: date) -> list[Organisation]:
    """Those that gain or bear without paying in: each must agree what binds it."""
    partners = {body.pk for body in partners_of(agreement, on)}
    signed = [each.organisation for each in funds.signatories_of(agreement.fund, on)]
    return [body for body in signed if body.pk not in partners]


def bodies_to_write_for(person: Person, agreement: Agreement, on: date) -> list[Organisation]:
    """The partners of the agreement's fund for which the person writes: a provider answers, and drafts nothing."""
    mine = {body.pk for body in plans.bodies_to_write_for(person, agreement.fund.area, on)}
    return [body for body in partners_of(agreement, on) if body.pk in mine]


def bodies_to_answer_for(person: Person, agreement: Agreement, on: date) -> list[Organisation]:
    """The parties to the agreement for which the person may agree."""
    mine = set(people.bodies_with_right(person, Right.AGREE, on).values_list("pk", flat=True))
    return [body for body in bodies_that_agree(agreement, on) if body.pk in mine]


def agreements_of(area: Organisation | UUID) -> list[Agreement]:
    """The agreements of the area's funds that are in use, one for each fund."""
    found = [funds.current_agreement(fund) for fund in funds.funds_of(area).exclude(state="closed")]
    return [each for each in found if each is not None]


def agreements_to_write_for(person: Person, area: Organisation | UUID, on: date) -> list[Agreement]:
    """Those of them for one of whose partners the person writes."""
    return [each for each in agreements_of(area) if bodies_to_write_for(person, each, on)]


def may_write_in(person: Person, area: UUID, on: date) -> bool:
    """Whether the person may write a contract in that area: for a partner; or to be told why there is none yet."""
    found = agreements_of(area)
    return bool(agreements_to_write_for(person, area, on)) if found else people.may_write_plan(person, area, on)


def may_edit_contract(person: Person, contract: UUID, on: date) -> bool:
    """Who writes for the partner whose draft it is."""
    return _writes_for_its_body(person, contract, on, is_draft=True)


def may_withdraw_contract(person: Person, contract: UUID, on: date) -> bool:
    """Who writes for the partner that offered it."""
    return _writes_for_its_body(person, contract, on, is_draft=False)


def _writes_for_its_body(person: Person, contract: UUID, on: date, *, is_draft: bool) -> bool:
    found = contracts_readable_by(person, on).filter(uuid=contract, offered_at__isnull=is_draft).first()
    return found is not None and found.body in bodies_to_write_for(person, found.agreement, on)


def may_answer_contract(person: Person, contract: UUID, on: date) -> bool:
    """Who may agree for a partner, of what was offered."""
    found = contracts_readable_by(person, on).filter(uuid=contract, offered_at__isnull=False).first()
    return found is not None and bool(bodies_to_answer_for(person, found.agreement, on))


def may_take_back(person: Person, consent: UUID, on: date) -> bool:
    """Who may agree for the body that answered."""
    found = Consent.objects.filter(uuid=consent, subject_kind=CONTRACT).select_related("body").first()
    return found is not None and people.may_agree_for(person, found.body, on)


def may_settle(person: Person, agreement: UUID, on: date) -> bool:
    """Who keeps the books of the agreement's fund."""
    found = Agreement.objects.filter(uuid=agreement).select_related("fund").first()
    return found is not None and funds.may_keep_fund(person, found.fund.uuid, on)


def may_read_settlement(person: Person, settlement: UUID, on: date) -> bool:
    """Who may see the fund that it settles."""
    found = _settlement(settlement)
    return found is not None and funds.may_read_fund(person, found.agreement.fund.uuid, on)


def may_keep_settlement(person: Person, settlement: UUID, on: date) -> bool:
    """Who keeps the books into which it goes."""
    found = _settlement(settlement)
    return found is not None and funds.may_keep_fund(person, found.agreement.fund.uuid, on)


def may_answer_settlement(person: Person, settlement: UUID, on: date) -> bool:
    """Who may agree for a partner."""
    found = _settlement(settlement)
    return found is not None and bool(bodies_to_answer_for(person, found.agreement, on))


def may_take_back_settlement_answer(person: Person, consent: UUID, on: date) -> bool:
    """Who may agree for the body that answered."""
    found = Consent.objects.filter(uuid=consent, subject_kind=SETTLEMENT).select_related("body").first()
    return found is not None and people.may_agree_for(person, found.body, on)


def _settlement(uuid: UUID) -> YearSettlement | None:
    return YearSettlement.objects.filter(uuid=uuid).select_related("agreement__fund").first()
