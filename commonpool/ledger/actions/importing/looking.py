"""A file looked at: what it says, and what of it would post. Nothing is posted or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from commonpool.findings import Finding, Severity
from commonpool.ledger.actions.importing.repeats import not_posted_yet, same_file
from commonpool.ledger.crediting import Item
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.files import kept_file
from commonpool.ledger.models import Import
from commonpool.ledger.queries.exports import facts_for, mapping_of, previous_figures
from commonpool.ledger.reading import Preview, read_export_file
from commonpool.ledger.reversals import with_new_keys
from commonpool.ledger.rules.extracts import FigureKey, Moved, ReadExport, Style, moved_by
from commonpool.periods import FINANCIAL_YEAR


@dataclass(frozen=True, slots=True)
class Look:
    """What a file says, before anything is posted.

    items    what of it would post
    figures  of an extract that restates its year: all that it says of it; None for transactions
    """

    export: ReadExport
    preview: Preview
    items: tuple[Item, ...]
    figures: Mapping[FigureKey, int] | None
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything stops it from being posted."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def look_at(held: Import) -> Look:
    """Read a waiting file by its partner's mapping, or by a proposed one."""
    path = kept_file(held.sha256)
    if not path.exists():
        raise LedgerError(f"‘{held.file_name}’ is no longer kept here. Upload it again.")
    facts = facts_for(held.ledger, held.partner, held.year)
    export, preview = read_export_file(path, mapping_of(held), facts, name=held.file_name)
    if export.has_errors or export.style is Style.TRANSACTIONS:
        moved = None
        items = _of_rows(export)
    else:
        moved = moved_by(export, facts, previous_figures(held.ledger, held.partner, held.year))
        items = _of_movements(export, moved)
    items, repeated = not_posted_yet(held.ledger, with_new_keys(held.ledger, items))
    findings = (*export.findings, *(moved.findings if moved else ()), *repeated, *same_file(held))
    return Look(export, preview, items, moved.figures if moved else None, findings)


def _of_rows(export: ReadExport) -> tuple[Item, ...]:
    return tuple(
        Item(row.key, row.date, row.line, row.kind, row.pence, row.provider, row.place.cell or "")
        for row in export.rows
        if row.pence
    )


def _of_movements(export: ReadExport, moved: Moved) -> tuple[Item, ...]:
    return tuple(
        Item(
            one.key(export.sha256),
            _last_day(one.period, moved.ends_on),
            one.line,
            one.kind,
            one.pence,
            provider="",
            place=f"{one.code}, {one.period:%b %Y}",
        )
        for one in moved.movements
    )


def _last_day(starts_on: date, ends_on: Mapping[date, date]) -> date:
    """The last day of a period; of one that the file no longer has, the last of its month."""
    if starts_on in ends_on:
        return ends_on[starts_on]
    months = FINANCIAL_YEAR.periods(FINANCIAL_YEAR.label_of(starts_on))
    return next(month.ends_on for month in months if starts_on in month)
