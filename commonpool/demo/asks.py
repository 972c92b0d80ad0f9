"""What the invented plans ask of the trust that four areas share: terms that differ, two clashes, one candidate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from commonpool.demo.ground import Bodies
from commonpool.demo.region import DATA
from commonpool.money import pence_from_pounds
from commonpool.people.models import Person
from commonpool.performance.actions.asks import add_ask
from commonpool.performance.actions.beds import state_beds
from commonpool.performance.actions.others import add_statement, register_plan
from commonpool.performance.rules.asks import mask_of_days
from commonpool.places.models import Organisation
from commonpool.plans.models import PlanVersion

AS_THEY_ARE: Final = ("process", "trigger", "deadline_hours", "channel", "contact_role", "reason", "shared_as")


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    import yaml

    loaded: dict[str, Any] = yaml.load((DATA / "asks.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return loaded


def add_asks(version: PlanVersion, bodies: Bodies, *, actor: Person | None, at: datetime) -> None:
    """Write what a draft asks, if the data file has something for its area and round."""
    plan = version.plan
    for each in _data()["plans"]:
        if (each["area"], each["round"]) == (plan.area.gss_code, plan.round_id):
            for said in each["asks"]:
                changes = {"trust": bodies.trusts[_data()["trust"]], **dict(_changes(version, said))}
                add_ask(actor=actor, at=at, version=version, changes=changes)


def _changes(version: PlanVersion, said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in AS_THEY_ARE:
        if name in said:
            yield name, said[name]
    yield "starts_on", _data()["starts_on"]
    yield "ends_on", _data()["ends_on"]
    yield "lines", said.get("lines", [])
    if "days" in said:
        yield "days", mask_of_days(said["days"])
    if "shared_whole_pounds" in said:
        yield "shared_whole_pence", pence_from_pounds(Decimal(said["shared_whole_pounds"]))
    if "beds" in said:
        yield "bed_type", said["bed_type"]
        yield "beds", said["beds"]
        yield "beds_from", said.get("beds_from", _data()["starts_on"])
        yield "beds_until", _data()["ends_on"]
    if "target" in said:
        ambition = version.ambitions.filter(metric=said["target"]).order_by("position")[0]
        yield from (("metric", ambition.metric), ("period", ambition.period), ("year", ambition.year))


def state_trust(bodies: Bodies, *, actor: Person | None, at: datetime) -> None:
    """The beds that the trust states, and the plan of the system around it."""
    trust = bodies.trusts[_data()["trust"]]
    days = {"starts_on": _data()["starts_on"], "ends_on": _data()["ends_on"]}
    for said in _data()["stated_beds"]:
        state_beds(actor=actor, at=at, changes={"trust": trust, **days, **said})
    _system_plan(bodies.by_code(_data()["system_plan"]["owner"]), trust, days, at)


def _system_plan(owner: Organisation, trust: Organisation, days: Mapping[str, Any], at: datetime) -> None:
    said = _data()["system_plan"]
    stated = {name: said[name] for name in ("name", "kind", "source")}
    plan = register_plan(actor=None, at=at, changes={**stated, **days, "owner": owner, "covers": [owner]})
    add_statement(actor=None, at=at, plan=plan, changes={"about": "target", "trust": trust, **said["statement"]})
