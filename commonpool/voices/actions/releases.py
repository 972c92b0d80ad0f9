"""Publishing a version of a study's Table 1."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.models import Study, TableRelease
from commonpool.voices.queries.tables import as_cells, published_next, releases_of


@transaction.atomic
def release_table(*, actor: Person | None, at: datetime, study: Study) -> TableRelease:
    """Publish Table 1 as it may be shown now. The newest release is given again where it shows just that."""
    Study.objects.select_for_update().get(pk=study.pk)
    shown, threshold = published_next(study)
    earlier = releases_of(study)
    last = earlier[-1] if earlier else None
    if last is not None and (last.cells, last.total) == (as_cells(shown), shown.total):
        return last
    made = TableRelease.objects.create(
        study=study,
        number=len(earlier) + 1,
        threshold=threshold,
        cells=as_cells(shown),
        total=shown.total,
        released_by=actor,
        released_at=at,
    )
    after = {"number": made.number, "threshold": threshold, "withheld": shown.withheld}
    tell("release_table", made, actor=actor, at=at, after=after)
    return made
