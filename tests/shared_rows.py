"""Rows that a whole module reads: filled in once, seen by each of its tests, gone at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def rows_for_a_module(django_db_blocker: Any) -> Iterator[None]:
    """For a fixture of module scope: what is written before the `yield` of its fixture stays until the module's end.

    A test undoes only what it wrote itself. Every test of the module must be marked `django_db`, without
    `transaction=True`: pytest runs the others at another time, and the fixture twice.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def check_now() -> None:
    """Check all keys now: else every test's end would check these rows anew, because none of them is committed."""
    connection.check_constraints()
