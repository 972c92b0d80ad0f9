"""How new an area's money is, and what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from commonpool.places.models import Organisation
from commonpool.plans.queries.kinds import KindsPage, kinds_page
from commonpool.plans.views.asking import of_area, person_of, today
from commonpool.sheets import csv_lines


def kinds(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Shares of new, redirected and uplifted money, and of what maintains, improves and transforms, year by year."""
    area = get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)
    page = kinds_page(person_of(request), area, today())
    if request.GET.get("format") == "csv":
        answer = HttpResponse("".join(csv_lines(_rows(page))), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="kinds-of-money-{area.code or "area"}.csv"'
        return answer
    return render(request, "plans/kinds.html", of_area(area, "New money and its purpose", page=page))


def _rows(page: KindsPage) -> Iterator[list[str | int | None]]:
    """One row for each year and kind: pence, which are empty where no amount of the kind is known."""
    yield ["round", "version", "year", "of", "kind", "planned_pence", "lines_without_amount"]
    for year in page.years:
        for of, splits in (("novelty", year.novelty), ("purpose", year.purpose)):
            for split in filter(None, splits):
                pence, unknown = split.spend.value, split.spend.unknown
                known = None if pence is None else int(pence)
                yield [year.round.id, year.version.number, year.year, of, split.label, known, unknown]
