"""What bodies of the invented region say they gain from lines of Wendleshire's plan; the books say what they pay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commonpool.demo.ground import Bodies
from commonpool.demo.region import DATA
from commonpool.money import pence_from_text
from commonpool.plans.models import Plan
from commonpool.risk_share.actions.benefits import Claim, Gain, record_benefit

AMOUNTS = ("cashable", "non_cashable", "low", "high")


def say_gains(bodies: Bodies, *, at: datetime) -> None:
    """Record each gain of the data file as somebody of its body would."""
    import yaml

    said: dict[str, Any] = yaml.load((DATA / "gains.yaml").read_text("utf-8"), yaml.CSafeLoader)
    plan = Plan.objects.get(area=bodies.areas[said["area"]], round_id=said["round"])
    for each in said["gains"]:
        pence = {f"{name}_pence": pence_from_text(each[name]) for name in AMOUNTS if name in each}
        gain = Gain(**pence, not_money=each.get("not_money", ""), evidence=each["evidence"])
        who, teller = bodies.by_code(each["body"]), bodies.by_code(each["said_by"])
        claim = Claim(plan, each["line"], who, teller, gain)
        record_benefit(actor=None, at=at, year=said["year"], claim=claim)
