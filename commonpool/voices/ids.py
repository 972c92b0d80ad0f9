"""Ids of this room's rows: random, unless a study is made from a seed so that it comes out the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from uuid import UUID, uuid4

_CHANCE: Final[ContextVar[random.Random | None]] = ContextVar("chance", default=None)


def new_id() -> UUID:
    """A new id: the default of every `uuid` here."""
    chance = _CHANCE.get()
    return uuid4() if chance is None else UUID(int=chance.getrandbits(128), version=4)


@contextmanager
def ids_from(seed: str) -> Iterator[None]:
    """While it lasts, ids come from the seed: for invented studies only, since whoever knows the seed knows them."""
    token = _CHANCE.set(random.Random(seed))  # noqa: S311
    try:
        yield
    finally:
        _CHANCE.reset(token)
