"""Triggers that hold the books whichever program writes: sealed entries, no change, nothing into a closed period."""

from __future__ import annotations

from typing import Final

from commonpool.audit.triggers import append_only, register

CLOSED: Final = "the period of this entry is closed: post to the first open one"
SEALED: Final = "this entry is sealed: post another that corrects it"
UNBALANCED: Final = "an entry has two postings or more, which sum to zero in each pool and source"
STRAYED: Final = "a posting belongs to another ledger or counts in another period than its entry"

_FEW: Final = "(SELECT count(*) FROM ledger_posting WHERE entry_id = NEW.entry_id) < 2"
_APART: Final = (
    "EXISTS (SELECT 1 FROM ledger_posting WHERE entry_id = NEW.entry_id "
    "GROUP BY pool_id, source_id HAVING SUM(pence) <> 0)"
)
_STRAYED: Final = (
    "EXISTS (SELECT 1 FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id "
    "JOIN ledger_pool o ON o.id = p.pool_id JOIN ledger_ledgersource s ON s.id = p.source_id "
    "WHERE p.entry_id = NEW.entry_id AND (p.ledger_id <> e.ledger_id OR p.accounted_on <> e.accounted_on "
    "OR p.period_id <> e.period_id OR o.ledger_id <> e.ledger_id OR s.ledger_id <> e.ledger_id))"
)
# No book is given up to another: the accounts of each begin with digits of their own.
_TWO_BOOKS: Final = (
    "EXISTS (SELECT 1 FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id WHERE p.entry_id = NEW.entry_id "
    "AND e.book <> CASE WHEN p.account < 60 THEN 'actual' WHEN p.account < 70 THEN 'budget' "
    "WHEN p.account < 80 THEN 'commitment' ELSE 'forecast' END)"
)
_IS_CLOSED: Final = (
    "EXISTS (SELECT 1 FROM ledger_period p WHERE p.id = NEW.period_id AND (p.state = 'closed' "
    "OR p.ledger_id <> NEW.ledger_id OR NEW.accounted_on < p.starts_on OR NEW.accounted_on > p.ends_on))"
)
_IS_SEALED: Final = "EXISTS (SELECT 1 FROM ledger_seal WHERE entry_id = NEW.entry_id)"
KEPT_FOR_EVER: Final = {
    "ledger_entry": ("id", "uuid"),
    "ledger_posting": ("id",),
    "ledger_seal": ("entry_id",),
    "ledger_periodclose": ("id", "uuid"),
    "ledger_drawpolicy": ("id", "uuid"),
    "ledger_fencedsource": ("id", "uuid"),
    "ledger_contributionschedule": ("id", "uuid"),
}
# What the chain names things by never changes; their names may.
_CODES: Final = {
    "ledger_pool": "OLD.code <> NEW.code OR OLD.ledger_id <> NEW.ledger_id",
    "ledger_ledgersource": "OLD.code <> NEW.code OR OLD.ledger_id <> NEW.ledger_id",
    "ledger_ledgerline": "OLD.code <> NEW.code OR OLD.ledger_id <> NEW.ledger_id",
}


def register_guards() -> None:
    """Have the database hold what must always be true of the books."""
    for table, unique in KEPT_FOR_EVER.items():
        append_only(table, unique)
    _refuse("ledger_seal_whole", "ledger_seal", f"{_FEW} OR {_APART} OR {_TWO_BOOKS}", UNBALANCED)
    _refuse("ledger_seal_own", "ledger_seal", _STRAYED, STRAYED)
    _refuse("ledger_posting_not_late", "ledger_posting", _IS_SEALED, SEALED)
    _refuse("ledger_entry_into_open", "ledger_entry", _IS_CLOSED, CLOSED)
    for table, changes in _CODES.items():
        _refuse(f"{table}_code_stays", table, changes, "a code that the chain names never changes", event="update")


def _refuse(name: str, table: str, when: str, why: str, event: str = "insert") -> None:
    """Refuse the row where the condition holds. PostgreSQL allows no subquery in WHEN, so it asks in a function."""
    register(
        name,
        table,
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{why}'); END",
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{why}'; END IF; RETURN NEW; END $$; "
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
