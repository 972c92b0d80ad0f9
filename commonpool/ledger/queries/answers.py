"""Who must say yes to a virement, and who has not said it yet: by the table of delegated limits of its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from commonpool.funds import queries as fund_queries
from commonpool.funds.models import Partner
from commonpool.ledger.models import Ledger, LedgerLine, Virement
from commonpool.ledger.rules.delegation import Limit, Needs, Route, route
from commonpool.people import queries as people_queries
from commonpool.people.models import Consent, Person
from commonpool.places.models import Organisation
from commonpool.plans.models import SchemeLine

SUBJECT: Final = "ledger.virement"
"""What consents to a virement are given to."""


def route_for(actor: Person, from_line: LedgerLine, pence: int, on: date) -> Route:
    """Whose consent a change of that size by that person, out of that line, needs on that day."""
    roles = [role.value for role in people_queries.standing_of(actor, on).all_roles]
    return route(pence, limits_on(from_line.ledger, on), roles, is_test_pot=is_test_pot(from_line))


def is_test_pot(line: LedgerLine) -> bool:
    """Whether the newest agreed plan sets the line's money aside to try things."""
    pot = line.plan_line
    return pot is not None and SchemeLine.objects.filter(uuid=pot, is_test_pot=True).exists()


def limits_on(ledger: Ledger, on: date) -> list[Limit]:
    """The table of delegated limits that holds on a day: for each role, the newest that has begun."""
    newest: dict[str, Limit] = {}
    for row in ledger.limits.filter(starts_on__lte=on).order_by("starts_on"):
        newest[row.role] = Limit(row.role, row.limit_pence, row.needs_all_partners_above_pence)
    return list(newest.values())


def bodies_that_answer(virement: Virement) -> list[Organisation]:
    """Whose consent it needs: nobody's, the host's, or every partner's."""
    partners = fund_queries.partners_of(virement.ledger.fund, virement.on)
    if virement.needs == Needs.OWN:
        return []
    if virement.needs == Needs.CHIEF:
        partners = partners.filter(role=Partner.Role.HOST)
    return [partner.organisation for partner in partners]


def not_yet_answered(virement: Virement) -> list[Organisation]:
    """Those whose consent is still missing."""
    given = people_queries.consents_to(SUBJECT, virement.uuid, virement.digest)
    answered = set(given.filter(verdict=Consent.Verdict.AGREED).values_list("body_id", flat=True))
    return [body for body in bodies_that_answer(virement) if body.pk not in answered]


def waiting_for(bodies: Sequence[Organisation]) -> list[Virement]:
    """The virements that wait for one of these bodies."""
    waiting = Virement.objects.filter(state=Virement.State.PROPOSED)
    rows = waiting.select_related("ledger__fund__area", "from_line", "to_line")
    return [each for each in rows if set(not_yet_answered(each)) & set(bodies)]
