"""Plain tables of figures, for what stands beside a list: the same rows seen another way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.statements.names import By


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: what it is called, the page that is about it (or ""), and its cells as HTML."""

    label: str
    url: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of amounts. `total` is its last row; None leaves that out.

    texts  the numbers of the columns that hold words, from 0 for the first after the label
    """

    caption: str
    corner: str
    headers: tuple[str, ...]
    rows: tuple[GridRow, ...]
    total: GridRow | None = None
    texts: frozenset[int] = frozenset()

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """(header, whether it holds words) of each column after the first."""
        return [(header, place in self.texts) for place, header in enumerate(self.headers)]


Link = Callable[[Any], str | None]


def row_links(ledger: Ledger, by: By, query: str = "") -> Link:
    """key of a row -> the page that is about it, on the same days; None where there is none."""
    pages = {By.LINE: "ledger:line", By.SOURCE: "ledger:source"}
    if by is By.PARTNER:
        partners = partner_ids(ledger)
        return lambda key: _partner_page(ledger, partners.get(key), query)
    if by not in pages:
        return lambda key: None
    rows = ledger.lines if by is By.LINE else ledger.sources
    known: Mapping[str, UUID] = dict(rows.values_list("code", "uuid"))
    return lambda key: reverse(pages[by], args=[known[key]]) + query if key in known else None


def partner_ids(ledger: Ledger) -> dict[str, UUID]:
    """code -> id in addresses, of each organisation whose money the books know."""
    sources = ledger.sources.select_related("source__partner__organisation")
    bodies = [each.source.partner.organisation for each in sources]
    return {body.code: body.uuid for body in bodies if body.code}


def _partner_page(ledger: Ledger, partner: UUID | None, query: str) -> str | None:
    return reverse("ledger:partner-statement", args=[ledger.uuid, partner]) + query if partner else None


def grid_rows(rows: Iterable[Any], cells: Sequence[Callable[[Any], str]], link: Link) -> tuple[GridRow, ...]:
    """Rows with a key and a label, cell by cell."""
    return tuple(GridRow(row.label, link(row.key) or "", tuple(cell(row) for cell in cells)) for row in rows)
