"""Rows and files that came before: nothing is posted twice, and nothing that is posted changes unseen."""

from __future__ import annotations

from typing import Final

from commonpool.findings import Finding, Rule, Severity
from commonpool.ledger.crediting import Item
from commonpool.ledger.models import Import, Ledger
from commonpool.ledger.rules.entries import hash_of

POSTED_ALREADY: Final = Rule(
    "IMP-01",
    Severity.NOTE,
    "Rows that are posted already",
    "{count} of {whole} rows were posted by an earlier file. They are not posted again.",
    "Nothing to do.",
)
CHANGED: Final = Rule(
    "IMP-02",
    Severity.ERROR,
    "A row keeps its content",
    "{count} rows have the reference of a row that is posted, with another day, line or amount: the first is {place}.",
    "If it was corrected, give the correction a reference of its own, as a credit and a new row.",
)
SAME_FILE: Final = Rule(
    "IMP-03",
    Severity.NOTE,
    "The file is new",
    "This very file was posted on {day:%-d %B %Y}. Posting it again changes nothing.",
    "Nothing to do.",
)


def not_posted_yet(ledger: Ledger, items: tuple[Item, ...]) -> tuple[tuple[Item, ...], list[Finding]]:
    """The items whose keys the books do not have, and what is to be said of the others."""
    known: dict[str, str] = {}
    keys = [item.key for item in items]
    for start in range(0, len(keys), 10_000):
        rows = ledger.entries.filter(key__in=keys[start : start + 10_000])
        known |= dict(rows.values_list("key", "asked"))
    there = [item for item in items if item.key in known]
    changed = [item for item in there if known[item.key] != asked_of(item)]
    findings = [POSTED_ALREADY.at(count=len(there), whole=len(items))] if there else []
    if changed:
        findings.append(CHANGED.at(count=len(changed), place=changed[0].place or changed[0].line))
    return tuple(item for item in items if item.key not in known), findings


def asked_of(item: Item) -> str:
    """A digest of what a row says, so that the same reference with another content is found out."""
    return hash_of("\x1f".join((item.on.isoformat(), item.line, item.kind.value, str(item.pence))))


def same_file(held: Import) -> list[Finding]:
    """A note where this very file was posted before."""
    earlier = posted_before(held)
    return [SAME_FILE.at(day=earlier.finished_at or earlier.received_at)] if earlier else []


def posted_before(held: Import) -> Import | None:
    """The posting of the very same file, if there was one."""
    return Import.objects.filter(
        ledger=held.ledger, partner=held.partner, sha256=held.sha256, state=Import.State.POSTED
    ).first()
