"""Which tests touch a database: `make test` runs those on SQLite and on PostgreSQL, and all others once.

A pytest plugin, loaded by tests/conftest.py. A test is known by its class, its marker or the fixtures it asks for,
however far down. One that starts programs with a database of their own, and is given none by a fixture, is marked
`database`. Where that was forgotten `make test` fails: the tests it runs once are told of a database at an address
where none answers.
"""

from __future__ import annotations

from typing import Final

import pytest
from django.test import TransactionTestCase

MARKERS: Final = {"database", "django_db"}
FIXTURES: Final = {"db", "transactional_db", "live_server", "migrated_site"}
# Port 1 belongs to a service that nobody runs any more.
NOWHERE: Final = "postgresql://nobody@127.0.0.1:1/none"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database with` runs only the tests that touch a database, `--database without` only the others."""
    parser.addoption("--database", choices=["with", "without"], help="only the tests that do, or do not, touch one")


def touches_a_database(item: pytest.Item) -> bool:
    """Whether what the test shows could be otherwise on another database."""
    of_django = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    fixtures = FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return of_django or bool(fixtures) or any(mark.name in MARKERS for mark in item.iter_markers())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the half that was not asked for; without the option nothing is left out."""
    asked = config.getoption("--database")
    if not asked:
        return
    half: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        half[touches_a_database(item) == (asked == "with")].append(item)
    config.hook.pytest_deselected(items=half[False])
    items[:] = half[True]
