"""Table 1 of a study, as its team sees it and as it was published."""

from __future__ import annotations

from commonpool.small_numbers import DEFAULT_THRESHOLD
from commonpool.voices.models import Participant, Study, TableRelease
from commonpool.voices.rules.reports.table_one import Published, TableOne, protected, table_one


def table_of(study: Study | int) -> TableOne:
    """Everybody who takes part, also those who withdrew: they were heard."""
    pk = study.pk if isinstance(study, Study) else study
    people = Participant.objects.filter(study=pk).values_list("organisation_type", "role_group")
    return table_one(people)


def releases_of(study: Study | int) -> list[TableRelease]:
    """What was published, the oldest first."""
    pk = study.pk if isinstance(study, Study) else study
    return list(TableRelease.objects.filter(study=pk).order_by("number"))


def published_next(study: Study | int) -> tuple[Published, int]:
    """What may be published now, given all that was published before, and the threshold."""
    before = [as_published(release) for release in releases_of(study)]
    return protected(table_of(study), before, DEFAULT_THRESHOLD), DEFAULT_THRESHOLD


def as_published(release: TableRelease) -> Published:
    """A release as the rules take it."""
    return Published({(row, column): count for row, column, count in release.cells}, release.total)


def as_cells(published: Published) -> list[list[str | int | None]]:
    """What a release keeps of it."""
    return [[row, column, count] for (row, column), count in published.cells.items()]
