"""The sampling matrix of a study and its candidates, as the rules take them."""

from __future__ import annotations

from dataclasses import dataclass

from commonpool.voices.models import Candidate, CellTarget, Criterion, Level, Site, SiteLevel, Study
from commonpool.voices.rules import sampling as rules
from commonpool.voices.rules.choosing import banded


@dataclass(frozen=True, slots=True)
class Frame:
    """A study's criteria with what is known of its sites and its candidates; all are known by their names.

    cells   {(level's row id of the earlier criterion, of the later): target}
    """

    rows: tuple[Criterion, ...]
    criteria: tuple[rules.Criterion, ...]
    sites: dict[str, dict[str, str | None]]
    candidates: dict[str, dict[str, str | None]]
    cells: dict[tuple[int, int], int]


def frame_of(study: Study) -> Frame:
    """The study's frame."""
    rows = tuple(Criterion.objects.filter(study=study).prefetch_related("levels"))
    criteria = tuple(map(criterion_of, rows))
    sites: dict[str, dict[str, str | None]] = {
        site.name: {each.name: None for each in criteria} for site in Site.objects.filter(study=study)
    }
    for held in SiteLevel.objects.filter(site__study=study).select_related("site", "criterion", "level"):
        sites[held.site.name][held.criterion.name] = held.level.name
    waiting = Candidate.objects.filter(study=study, site=None)
    candidates = {each.name: {one.name: _level_of(one, each) for one in criteria} for each in waiting}
    targets = CellTarget.objects.filter(study=study)
    return Frame(rows, criteria, sites, candidates, {(each.down_id, each.across_id): each.target for each in targets})


def criterion_of(row: Criterion) -> rules.Criterion:
    """A row with its levels as the rules take them."""
    levels = (rules.Level(level.name, level.lowest, level.target) for level in row.levels.all())
    return rules.Criterion(row.name, tuple(levels))


def levels_of_facts(candidate: Candidate) -> dict[Criterion, Level | None]:
    """The level of each criterion of the study that the candidate's facts give it."""
    found: dict[Criterion, Level | None] = {}
    for row in Criterion.objects.filter(study=candidate.study_id).prefetch_related("levels"):
        name = _level_of(criterion_of(row), candidate)
        found[row] = next((level for level in row.levels.all() if level.name == name), None)
    return found


def facts_as_levels(study: Study) -> dict[str, dict[str, str | None]]:
    """{candidate: {column: level}}: by the study's criterion of that name, else by the text or the band of numbers."""
    rows = list(Candidate.objects.filter(study=study))
    criteria = {each.name.casefold(): criterion_of(each) for each in Criterion.objects.filter(study=study)}
    columns = list(dict.fromkeys(column for row in rows for column, _ in row.facts))
    table: dict[str, dict[str, str | None]] = {row.name: {} for row in rows}
    for column in columns:
        facts = {row.name: dict(row.facts).get(column, "") for row in rows}
        criterion = criteria.get(column.casefold())
        levels = {name: criterion.level_of(fact) for name, fact in facts.items()} if criterion else banded(facts)
        for name, level in levels.items():
            table[name][column] = level
    return table


def _level_of(criterion: rules.Criterion, candidate: Candidate) -> str | None:
    own = (text for column, text in candidate.facts if column.casefold() == criterion.name.casefold())
    return criterion.level_of(next(own, ""))
