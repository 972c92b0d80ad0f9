"""Workbooks to take away: a round's template for an area, and a version written into it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from commonpool.places.models import Organisation
from commonpool.plans.contents import content_of
from commonpool.plans.models import PlanVersion
from commonpool.plans.reading.areas import find_area
from commonpool.plans.rules.content import PlanContent
from commonpool.plans.template import write_plan
from commonpool.plans.template.prefill import empty_plan
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round


def first_content(area: Organisation, round_: Round) -> PlanContent:
    """A plan of the area with nothing typed yet: what is published for it stands there."""
    code = area.code
    known = find_area(round_, code) or find_area(round_, area.name)
    content = empty_plan(round_, known.code if known else None)
    cover = replace(content.cover, area_name=area.name, area_code=known.code if known else code or None)
    return replace(content, cover=cover)


def template_file(area: Organisation, round_: Round) -> bytes:
    """A round's workbook for an area. Raises PolicyError for a round without a layout."""
    return _written(first_content(area, round_), round_)


def version_file(version: PlanVersion) -> bytes:
    """A version as a workbook that reads back as the same plan."""
    return _written(content_of(version), load_round(version.plan.round_id))


def _written(content: PlanContent, round_: Round) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "plan.xlsx"
        write_plan(content, round_, target)
        return target.read_bytes()
