"""What Wendleshire's partners think of two of its metrics: they differ, as partners do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commonpool.demo.ground import Bodies
from commonpool.demo.region import DATA
from commonpool.demo.wendleshire import AREA
from commonpool.people.models import Person
from commonpool.performance.actions.views import say_view


def say_views(bodies: Bodies, chiefs: Mapping[int, Person], *, at: datetime) -> None:
    """Record each view of the data file, said by the body's chief officer."""
    import yaml

    for said in yaml.load((DATA / "local_views.yaml").read_text("utf-8"), yaml.CSafeLoader):
        body = bodies.by_code(said.pop("body"))
        say_view(actor=chiefs[body.pk], at=at, area=bodies.areas[AREA], body=body, **said)
