"""Small areas by map and code: found, or added many at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from commonpool.places.loading.bulk import insert, take_stock
from commonpool.places.models import SmallArea


class SmallAreas:
    """The ids of all small areas; each map is read when it is first asked for. One load has one."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, int]] = {}

    def ids(self, edition: str) -> dict[str, int]:
        """Code -> id of one map."""
        if edition not in self._ids:
            rows = SmallArea.objects.filter(edition=edition).values_list("code", "id")
            self._ids[edition] = dict(rows.iterator(chunk_size=20_000))
        return self._ids[edition]

    def add(self, edition: str, names: Mapping[str, str]) -> dict[str, int]:
        """Add those of the given code -> name that are new; code -> id of the whole map."""
        known = self.ids(edition)
        new = [(edition, code, name[:100]) for code, name in names.items() if code not in known]
        if new:
            insert(SmallArea, ["edition", "code", "name"], new)
            del self._ids[edition]
        return self.ids(edition)

    def put_inside(self, parent_of: Mapping[int, int]) -> None:
        """Set the parent of each small area: id -> id of the area on a coarser map."""
        take_stock(SmallArea)
        table = connection.ops.quote_name(SmallArea._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET parent_id = %s WHERE id = %s",  # noqa: S608 - our own table's name
                [(parent, area) for area, parent in parent_of.items()],
            )
