"""What every chart comes as: the picture, its words and the table of its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a picture, as text. `numeric` holds the numbers of the columns to stand at the right."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = field(default=frozenset())

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.headers) for row in self.rows), "a row is not as long as the headers"


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. Its title is the finding, in a sentence; `source` says where the numbers stand."""

    svg: SafeString
    table: Table
    title: str
    source: str = ""
    note: str = ""
