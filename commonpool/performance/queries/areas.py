"""What the register of places says of an area whose figures are charted: when it became another."""

from __future__ import annotations

from commonpool.performance.rules.area_breaks import AreaHandover, SeriesBreak, area_breaks
from commonpool.places.models import Organisation, Succession

COUNCILS = (Organisation.Kind.HWB_AREA, Organisation.Kind.UPPER_TIER)


def breaks_in_register(gss: str) -> tuple[SeriesBreak, ...]:
    """The days from which the area of that GSS code has other people than before, as the register has it."""
    return area_breaks(gss, handovers_to(gss))


def handovers_to(gss: str) -> list[AreaHandover]:
    """Each handover to the council or area of that GSS code, and those of the same bodies to others on that day."""
    to_it = Succession.objects.filter(
        successor__gss_code=gss, predecessor__kind__in=COUNCILS, successor__kind__in=COUNCILS
    )
    days, origins = set(to_it.values_list("on", flat=True)), set(to_it.values_list("predecessor_id", flat=True))
    if not days:
        return []
    rows = Succession.objects.filter(on__in=days, predecessor__in=origins, successor__kind__in=COUNCILS)
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
