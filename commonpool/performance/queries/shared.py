"""Shared processes: who has answered for which plan, and whether the plan has adopted it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from commonpool.people import queries as people
from commonpool.people.models import Consent
from commonpool.performance.models import ProcessException, ProcessOffer, SharedProcess
from commonpool.performance.queries.access import OFFER, partners_of
from commonpool.performance.rules.asks import Aspect
from commonpool.places.models import Organisation


def digest_of(offer: ProcessOffer, exceptions: Iterable[ProcessException]) -> str:
    """SHA-256 of exactly what a plan's partners answer: the terms, from when, and what this plan keeps of its own."""
    shared = offer.shared
    terms = shared.terms
    said = {
        "trust": str(shared.trust.uuid),
        "process": shared.process,
        "starts_on": shared.starts_on.isoformat(),
        "plan": str(offer.plan.uuid),
        "terms": [
            *(terms.trigger, terms.not_before_hours, terms.deadline_hours, sorted(terms.days or ())),
            *(terms.channel, terms.is_only_way, terms.contact_role),
        ],
        "keeps": sorted([each.aspect, each.reason] for each in exceptions),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BodyAnswer:
    """One partner's standing answer for a plan, or None while it has not answered."""

    body: Organisation
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class OfferStanding:
    """How far one plan has come with a shared process: its partners' answers, and what it keeps of its own."""

    offer: ProcessOffer
    digest: str
    answers: tuple[BodyAnswer, ...]
    exceptions: tuple[ProcessException, ...]

    @property
    def is_adopted(self) -> bool:
        """Whether every partner of the plan has agreed to exactly this."""
        return bool(self.answers) and all(each.consent and each.consent.verdict == "agreed" for each in self.answers)

    @property
    def is_refused(self) -> bool:
        """Whether some partner has said no."""
        return any(each.consent and each.consent.verdict == "refused" for each in self.answers)

    @property
    def silent(self) -> tuple[Organisation, ...]:
        """The partners that have not answered."""
        return tuple(each.body for each in self.answers if each.consent is None)

    @property
    def kept(self) -> frozenset[Aspect]:
        """The parts of the terms in which the plan keeps its own."""
        return frozenset(Aspect(each.aspect) for each in self.exceptions)

    @property
    def word(self) -> str:
        """Adopted, not agreed, or waiting."""
        return "Adopted" if self.is_adopted else "Not agreed" if self.is_refused else "Waiting"


def standing_of_offer(offer: ProcessOffer, on: date) -> OfferStanding:
    """How far one plan has come with a shared process, on a day."""
    exceptions = tuple(offer.exceptions.all())
    digest = digest_of(offer, exceptions)
    given = {each.body_id: each for each in people.consents_to(OFFER, offer.uuid, digest)}
    bodies = partners_of(offer.plan.area, on)
    answers = tuple(BodyAnswer(body, given.get(body.pk)) for body in bodies)
    return OfferStanding(offer, digest, answers, exceptions)


def open_shared(trust: Organisation) -> list[SharedProcess]:
    """The processes proposed for a trust that nobody has withdrawn."""
    open_ones = SharedProcess.objects.filter(trust=trust, withdrawn_at=None).select_related("trust", "body")
    return list(open_ones.order_by("process"))


def standings_of(shared: SharedProcess, on: date) -> list[OfferStanding]:
    """Every plan's standing in a shared process, by the plan's area."""
    offers = shared.offers.select_related("plan__area", "shared__trust").prefetch_related("exceptions")
    return [standing_of_offer(offer, on) for offer in offers]


Adopted = Mapping[tuple[int, str], OfferStanding]
"""{(row id of the plan, process): its standing}, of one trust"""


def standings_by_plan(trust: Organisation, on: date) -> Adopted:
    """Of each open shared process of a trust, every plan's standing."""
    found: dict[Any, OfferStanding] = {}
    for shared in open_shared(trust):
        for standing in standings_of(shared, on):
            found[standing.offer.plan_id, shared.process] = standing
    return found
