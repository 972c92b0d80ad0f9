"""Spend under an agreement before it was signed, line by line and posting by posting."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from commonpool.figures import Fact, Figure, How, Part, QuestionError, question, total
from commonpool.ledger.queries.entries import rows_of
from commonpool.ledger.queries.figures.amounts import entry_fact
from commonpool.ledger.queries.figures.asked import Asked, asked_for, may_ask
from commonpool.ledger.queries.outside import BeforeSigned, happened, spend_before_signed
from commonpool.ledger.rules.statements.names import By


@question("ledger.before_signed", may_ask=may_ask)
def before_signed(
    ledger: UUID, year: str, version: int, as_at: date, line: str = "", known_at: datetime | None = None
) -> Figure:
    """What was spent under that version of the agreement before it was signed; of one line, posting by posting."""
    asked = asked_for(ledger, year, as_at, known_at)
    found = next((each for each in spend_before_signed(asked.ledger, asked.as_at) if _is(each, version)), None)
    if found is None:
        raise QuestionError(f"No version {version} of the agreement began before it was signed.")
    said = asked.said("ledger.before_signed", version=str(version), **({"line": line} if line else {}))
    label = f"Spent before {found.agreement} was signed"
    if line:
        return total(f"{label}, {asked.names.label(By.LINE, line)}", _facts(asked, found, line), **said)
    return total(label, _lines(asked, found), **said)


def _is(found: BeforeSigned, version: int) -> bool:
    return found.agreement.version == version


def _lines(asked: Asked, found: BeforeSigned) -> list[Part]:
    version = str(found.agreement.version)
    return [
        Figure(
            row.label,
            row.pence,
            "pence",
            How.LOOKUP,
            **asked.said("ledger.before_signed", version=version, line=row.line),
        )
        for row in found.rows
    ]


def _facts(asked: Asked, found: BeforeSigned, line: str) -> list[Fact]:
    postings = happened(asked.ledger, asked.as_at, found.since, found.until).filter(line__code=line)
    rows = rows_of(asked.ledger, asked.as_at, postings.order_by("entry_id", "position"))
    return [entry_fact(row) for row in rows]
