"""Rooms stand in one order: imports and foreign keys point only to lower rooms."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tests.structure.project import PACKAGE, ROOT, contracts, height_of_rooms, pure_modules, room_heights

# Who did something is known to the lowest rooms too: they name settings.AUTH_USER_MODEL and import no room.
MAY_NAME_THE_PERSON = {"audit"}


@dataclass(frozen=True, slots=True)
class Key:
    """One foreign key, one-to-one or many-to-many field: where it stands, and the room it points to."""

    room: str
    field: str
    target_room: str
    is_to_the_person: bool = False


def rises(key: Key, heights: Mapping[str, int]) -> bool:
    """Whether the key points to a higher room, or to one that stands beside its own."""
    if key.room == key.target_room or (key.is_to_the_person and key.room in MAY_NAME_THE_PERSON):
        return False
    return heights[key.target_room] >= heights[key.room]


def keys_of_all_models() -> Iterator[Key]:
    """The keys between this project's models, however they were written: Django has resolved the strings."""
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("commonpool."):
            continue
        for field in model._meta.get_fields():
            target = field.related_model
            is_reverse = field.auto_created and not field.concrete
            if is_reverse or not isinstance(target, type) or not target.__module__.startswith("commonpool."):
                continue
            yield Key(
                room=room_of(model),
                field=f"{model._meta.label}.{field.name}",
                target_room=room_of(target),
                is_to_the_person=target._meta.label == settings.AUTH_USER_MODEL,
            )


def room_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def test_imports_follow_the_order_of_rooms() -> None:
    linter = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_no_foreign_key_points_to_a_higher_room() -> None:
    heights = room_heights()

    rising = [f"{key.field} points up to {key.target_room}" for key in keys_of_all_models() if rises(key, heights)]

    assert not rising


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        (Key("plans", "Plan.fund", "funds"), False),
        (Key("plans", "Plan.before", "plans"), False),
        (Key("places", "Organisation.plan", "plans"), True),
        (Key("audit", "AuditEvent.page", "pages"), True),
        (Key("audit", "AuditEvent.actor", "people", is_to_the_person=True), False),
        (Key("places", "Organisation.owner", "people", is_to_the_person=True), True),
    ],
)
def test_a_key_rises_when_its_target_is_not_lower(key: Key, answer: bool) -> None:
    heights = height_of_rooms(["plans", "funds", "people", "places", "audit | pages"])

    assert rises(key, heights) is answer


def test_every_room_with_tables_is_installed() -> None:
    """A room that is not installed would escape the walk over the keys."""
    tables = [*PACKAGE.glob("*/models.py"), *PACKAGE.glob("*/models/")]
    with_tables = {path.relative_to(PACKAGE).parts[0] for path in tables}

    installed = {config.name.removeprefix("commonpool.") for config in apps.get_app_configs()}

    assert with_tables <= installed


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    small_things = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}

    assert rooms | small_things == set(room_heights())


def test_rules_reach_no_framework_and_no_workbook_library() -> None:
    """The contract in pyproject.toml names its modules; this one finds every room's rules by itself."""
    from grimp import build_graph

    forbidding = [contract["forbidden_modules"] for contract in contracts() if contract["type"] == "forbidden"]
    [forbidden] = [modules for modules in forbidding if "django" in modules]
    graph = build_graph("commonpool", include_external_packages=True, cache_dir=None)

    chains = [
        " -> ".join(chain)
        for module in pure_modules()
        for library in forbidden
        if library in graph.modules and (chain := graph.find_shortest_chain(importer=module, imported=library))
    ]

    assert not chains


def test_rules_run_where_django_is_not_installed() -> None:
    """Seen by running them, since importing a module runs the packages round it as well."""
    hide_django = "import sys; sys.modules['django'] = None\n"
    imports = "\n".join(f"import {module}" for module in pure_modules())

    done = subprocess.run(
        [sys.executable, "-c", hide_django + imports], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
