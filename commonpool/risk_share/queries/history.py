"""How a contract came about: each offer and counter-offer, and the time from the first offer to agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from commonpool.funds.models import Agreement
from commonpool.people import queries as people
from commonpool.people.models import Consent
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.access import CONTRACT


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in words, with its moment."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Negotiation:
    """From a first offer to the agreement that it led to, or to today.

    offered  how many versions were offered on the way
    days     from the first offer to the last partner's yes, or to today while it goes on
    """

    fund: str
    first: date
    offered: int
    days: int
    is_agreed: bool
    events: tuple[Event, ...]

    @property
    def sentence(self) -> str:
        """`first offered on 1 May 2031, agreed after 34 days, 3 versions offered.`"""
        days = f"{self.days} day{'' if self.days == 1 else 's'}"
        said = f"agreed after {days}" if self.is_agreed else f"not agreed yet after {days}"
        many = f"{self.offered} version{'' if self.offered == 1 else 's'} offered"
        return f"first offered on {self.first.day} {self.first:%B %Y}, {said}, {many}."


def negotiations(agreement: Agreement, on: date) -> list[Negotiation]:
    """Every negotiation of the agreement's contract, the newest first: each agreement ends one. Drafts are not in it.

    Whoever sees the area sees it, for only what was offered is told.
    """
    offered = ContractVersion.objects.filter(agreement=agreement, offered_at__isnull=False).select_related("body")
    return [
        _negotiation(str(agreement.fund), each, on) for each in reversed(list(_rounds(offered.order_by("offered_at"))))
    ]


def _rounds(offered: Iterable[ContractVersion]) -> Iterator[list[ContractVersion]]:
    """Versions in the order of their offers, parted where one was agreed before the next was offered."""
    current: list[ContractVersion] = []
    for version in offered:
        agreed = [each.agreed_at for each in current if each.agreed_at]
        if agreed and version.offered_at and min(agreed) <= version.offered_at:
            yield current
            current = []
        current.append(version)
    if current:
        yield current


def _negotiation(fund: str, versions: Sequence[ContractVersion], on: date) -> Negotiation:
    first = localdate(versions[0].offered_at)
    agreed = [localdate(each.agreed_at) for each in versions if each.agreed_at]
    # A contract put in force again from an older offer counts to its first agreement.
    last = min(agreed) if agreed else on
    events = sorted((event for each in versions for event in _events(each)), key=lambda event: event.at)
    return Negotiation(fund, first, len(versions), max(0, (last - first).days), bool(agreed), tuple(events))


def _events(version: ContractVersion) -> Iterator[Event]:
    name = f"version {version.number}"
    if version.offered_at:
        yield Event(version.offered_at, f"{version.body} offers {name}, ‘{version.title}’")
    for consent in people.consents_to(CONTRACT, version.uuid, version.digest):
        if consent.verdict == Consent.Verdict.AGREED:
            yield Event(consent.given_at, f"{consent.body} agrees to {name}")
        else:
            yield Event(consent.given_at, f"{consent.body} does not agree to {name}: {consent.reason}")
    if version.agreed_at:
        yield Event(version.agreed_at, f"{name} is agreed by every partner")
    if version.withdrawn_at:
        yield Event(version.withdrawn_at, f"{version.body} takes {name} back: {version.withdrawal_reason}")
