"""What each partner has answered to a contract or to a settlement: the same question of either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from commonpool.people import queries as people
from commonpool.people.models import Consent
from commonpool.places.models import Organisation
from commonpool.risk_share.models import ContractVersion, YearSettlement
from commonpool.risk_share.queries.access import CONTRACT, SETTLEMENT, bodies_that_agree


@dataclass(frozen=True, slots=True)
class Answer:
    """One partner's standing answer, or None while it has not answered."""

    body: Organisation
    consent: Consent | None

    @property
    def has_agreed(self) -> bool:
        """Whether the partner said yes to exactly what was put to it."""
        return self.consent is not None and self.consent.verdict == Consent.Verdict.AGREED


def answers_to(subject: ContractVersion | YearSettlement, on: date) -> list[Answer]:
    """The answer of each body that agrees, the host first: as of the day it was agreed, else of the day asked."""
    kind = CONTRACT if isinstance(subject, ContractVersion) else SETTLEMENT
    day = localdate(subject.agreed_at) if subject.agreed_at else on
    given = {each.body_id: each for each in people.consents_to(kind, subject.uuid, subject.digest)}
    return [Answer(body, given.get(body.pk)) for body in bodies_that_agree(subject.agreement, day)]


def missing_answers(subject: ContractVersion | YearSettlement, on: date) -> list[Organisation]:
    """The bodies that have not agreed to exactly this."""
    return [answer.body for answer in answers_to(subject, on) if not answer.has_agreed]
