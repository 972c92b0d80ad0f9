"""What the register of places says of an area whose figures are charted: when it became another."""

from __future__ import annotations

from datetime import date
from typing import Final

from commonpool.performance.rules.area_breaks import AreaHandover, SeriesBreak, area_breaks
from commonpool.places.models import Organisation, Succession

COUNCILS: Final = (Organisation.Kind.HWB_AREA, Organisation.Kind.UPPER_TIER)


def breaks_in_register(gss: str) -> tuple[SeriesBreak, ...]:
    """The days from which the area of that GSS code has other people than before, as the register has it."""
    return area_breaks(gss, _handovers())


def days_in_register() -> dict[str, list[date]]:
    """The same of every area that has any, without the reasons: {GSS code: days}."""
    handovers = _handovers()
    found = {gss: area_breaks(gss, handovers) for gss in {each.after for each in handovers}}
    return {gss: [each.on for each in breaks] for gss, breaks in found.items() if breaks}


def _handovers() -> list[AreaHandover]:
    """Every handover between councils, or between areas, that the register has: some hundred in all England."""
    rows = Succession.objects.filter(predecessor__kind__in=COUNCILS, successor__kind__in=COUNCILS)
    return [_handover(row) for row in rows.select_related("predecessor", "successor")]


def _handover(row: Succession) -> AreaHandover:
    before, after = row.predecessor, row.successor
    return AreaHandover(
        before=before.gss_code or before.code,
        before_name=before.name,
        after=after.gss_code or after.code,
        after_name=after.name,
        on=row.on,
        source=row.source,
        after_is_new=after.starts_on is None or after.starts_on >= row.on,
    )
