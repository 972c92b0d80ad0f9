"""Aims that the invented ICBs share with the plans of their areas, and what these plans say of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commonpool.demo.ground import Bodies
from commonpool.demo.region import DATA
from commonpool.plans.actions.aims import add_priority, edit_plan_aim, may_be_shared_with, share_aim
from commonpool.plans.models import Plan


def share_aims(bodies: Bodies, *, round_id: str, at: datetime) -> None:
    """Share each aim of the data file with every plan of the round in its owner's areas."""
    import yaml

    said: dict[str, Any] = yaml.load((DATA / "aims.yaml").read_text("utf-8"), yaml.CSafeLoader)
    for each in said["aims"]:
        owner = bodies.by_code(each["owner"])
        plans = [plan for plan in may_be_shared_with(owner, at.date()) if plan.round_id == round_id]
        aim = share_aim(actor=None, at=at, owner=owner, title=each["title"], text=each["text"], plans=plans)
        for row in aim.in_plans.select_related("plan__area"):
            if own := each["beside"].get(row.plan.area.gss_code):
                edit_plan_aim(actor=None, at=at, row=row, revision=row.revision, local_text=own)
    for each in said["priorities"]:
        plan = Plan.objects.get(area=bodies.areas[each["area"]], round_id=round_id)
        add_priority(actor=None, at=at, plan=plan, title=each["title"], local_text=each["text"])
