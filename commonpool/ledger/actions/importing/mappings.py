"""How a partner's exports are read: kept, each change as a new version."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commonpool.audit.actions import record
from commonpool.funds.models import Partner
from commonpool.ledger.models import Ledger, SavedMapping
from commonpool.ledger.queries.exports import newest_mapping
from commonpool.ledger.rules.extracts import ColumnMapping
from commonpool.people.models import Person


@transaction.atomic
def save_mapping(
    *, actor: Person | None, at: datetime, ledger: Ledger, partner: Partner, mapping: ColumnMapping
) -> SavedMapping:
    """Keep how a partner's exports are read; a change is a new version."""
    newest = newest_mapping(ledger, partner)
    if newest and newest.data == mapping.as_data():
        return newest
    made = SavedMapping.objects.create(
        ledger=ledger,
        partner=partner,
        version=(newest.version if newest else 0) + 1,
        data=mapping.as_data(),
        recorded_at=at,
        recorded_by=actor,
    )
    area = ledger.fund.area.uuid
    after = {"partner": partner.uuid, "version": made.version}
    record(actor=actor, action="ledger.save_mapping", subject=made, before=None, after=after, at=at, area=area)
    return made
