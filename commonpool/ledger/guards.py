"""Triggers that hold the books whichever program writes: sealed entries, no change, nothing into a closed period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.apps import apps

from commonpool.audit import copies
from commonpool.audit.triggers import append_only, register

CLOSED: Final = "the period of this entry is closed: post to the first open one"
SEALED: Final = "this entry is sealed: post another that corrects it"
UNBALANCED: Final = "an entry has two postings or more, which sum to zero in each pool and source"
STRAYED: Final = "a posting belongs to another ledger or counts in another period than its entry"
LONE: Final = "a posting comes after its entry"
NO_ENTRY: Final = "a seal comes after its entry"
MISPLACED: Final = "an entry stands at the place of its ledger and number, and follows one of its own ledger"
TAKEN: Final = "append-only: a row of that number, key or version is there already"
STAYS: Final = "what entries name is never removed"
KEYS_OFF: Final = "switch the foreign keys of this connection on: nothing is posted without"

_FEW: Final = "(SELECT count(*) FROM ledger_posting WHERE entry_id = NEW.entry_id) < 2"
_APART: Final = (
    "EXISTS (SELECT 1 FROM ledger_posting WHERE entry_id = NEW.entry_id "
    "GROUP BY pool_id, source_id HAVING SUM(pence) <> 0)"
)
# Looked up row by row, not joined: a plan of a join that was made for empty tables reads all of them for each seal.
# What is not there is of no ledger: only the seal finds that, as a posting's keys have no constraints of their own.
_STRAYED: Final = (
    "EXISTS (SELECT 1 FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id WHERE e.id = NEW.entry_id "
    "AND p.entry_id = NEW.entry_id "
    "AND (p.ledger_id <> e.ledger_id OR p.accounted_on <> e.accounted_on OR p.period_id <> e.period_id "
    "OR coalesce((SELECT o.ledger_id FROM ledger_pool o WHERE o.id = p.pool_id), 0) <> e.ledger_id "
    "OR coalesce((SELECT s.ledger_id FROM ledger_ledgersource s WHERE s.id = p.source_id), 0) <> e.ledger_id "
    "OR (p.line_id IS NOT NULL "
    "AND coalesce((SELECT n.ledger_id FROM ledger_ledgerline n WHERE n.id = p.line_id), 0) <> e.ledger_id) "
    "OR (p.other_pool_id IS NOT NULL "
    "AND coalesce((SELECT q.ledger_id FROM ledger_pool q WHERE q.id = p.other_pool_id), 0) <> e.ledger_id)))"
)
# Else a seal could be had for postings alone, and the entry be written after it as anybody pleases.
_NO_ENTRY: Final = "NOT EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id)"
_MISPLACED: Final = (
    "NEW.id <> (NEW.ledger_id << 40) + NEW.number OR EXISTS "
    "(SELECT 1 FROM ledger_entry f WHERE f.id = NEW.follows_id AND f.ledger_id <> NEW.ledger_id)"
)
# Columns that are unique together. REPLACE would remove the row in the way, and only `unique` stands before that.
_TAKEN: Final = {
    "ledger_entry": (("ledger_id", "number"), ("ledger_id", "key")),
    "ledger_drawpolicy": (("ledger_id", "line_id", "version"),),
    "ledger_fencedsource": (("ledger_id", "version"),),
    "ledger_contributionschedule": (("source_id", "year", "version"),),
}
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
# Postings name these without a constraint of their own: the seal finds them, and nothing takes them away.
NAMED: Final = ("ledger_ledger", "ledger_pool", "ledger_ledgersource", "ledger_ledgerline", "ledger_period")
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
    "ledger_period": "OLD.starts_on <> NEW.starts_on OR OLD.ends_on <> NEW.ends_on OR OLD.ledger_id <> NEW.ledger_id",
}


# The chain proves entries, postings and seals; balances are held against the postings that they sum.
PROVEN: Final = ("ledger_entry", "ledger_posting", "ledger_seal", "ledger_balance", "ledger_held")
HEAD: Final = ("entry_count", "head_hash", "head_recorded_at")


def register_guards() -> None:
    """Have the database hold what must always be true of the books."""
    for model in apps.get_app_config("ledger").get_models():
        copies.copy_on_both(model._meta.db_table)
    for table in PROVEN:
        copies.leave_out(table)
    copies.leave_out("ledger_ledger", *HEAD)
    for table, unique in KEPT_FOR_EVER.items():
        append_only(table, unique)
    _refuse("ledger_seal_of_entry", "ledger_seal", _NO_ENTRY, NO_ENTRY)
    _refuse("ledger_seal_whole", "ledger_seal", f"{_FEW} OR {_APART} OR {_TWO_BOOKS}", UNBALANCED)
    _refuse("ledger_seal_own", "ledger_seal", _STRAYED, STRAYED)
    _refuse_late_postings()
    for table in NAMED:
        _refuse(f"{table}_stays", table, "1 = 1", STAYS, event="delete")
    _refuse("ledger_entry_into_open", "ledger_entry", _IS_CLOSED, CLOSED)
    _refuse("ledger_entry_in_place", "ledger_entry", _MISPLACED, MISPLACED)
    for table, together in _TAKEN.items():
        _refuse_replacing(table, together)
    # A commit without a seal fails by its foreign key; SQLite asks each connection whether it minds them.
    register(
        "ledger_entry_keys_on",
        "ledger_entry",
        "CREATE TRIGGER ledger_entry_keys_on BEFORE INSERT ON ledger_entry "  # noqa: S608 - our own names
        f"WHEN (SELECT foreign_keys FROM pragma_foreign_keys) = 0 BEGIN SELECT RAISE(ABORT, '{KEYS_OFF}'); END",
        None,
    )
    _refuse(
        "ledger_period_stays_closed",
        "ledger_period",
        "OLD.state = 'closed' AND NEW.state <> 'closed'",
        "a closed period stays closed: what comes late counts in the first open one",
        event="update",
    )
    for table, changes in _CODES.items():
        _refuse(f"{table}_code_stays", table, changes, "what the chain names a row by never changes", event="update")


def _refuse_late_postings() -> None:
    """Refuse a posting to a sealed entry or to none: row by row on SQLite, once a statement on PostgreSQL."""
    name = "ledger_posting_not_late"
    register(
        name,
        "ledger_posting",
        f"CREATE TRIGGER {name} BEFORE INSERT ON ledger_posting "
        f"BEGIN SELECT RAISE(ABORT, '{SEALED}') WHERE {_IS_SEALED}; "
        f"SELECT RAISE(ABORT, '{LONE}') WHERE {_NO_ENTRY}; END",
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
        "IF EXISTS (SELECT 1 FROM added JOIN ledger_seal s ON s.entry_id = added.entry_id) "
        f"THEN RAISE EXCEPTION '{SEALED}'; END IF; "
        "IF EXISTS (SELECT 1 FROM added LEFT JOIN ledger_entry e ON e.id = added.entry_id WHERE e.id IS NULL) "
        f"THEN RAISE EXCEPTION '{LONE}'; END IF; RETURN NULL; END $$; "
        f"CREATE TRIGGER {name} AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS added "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    )


def _refuse_replacing(table: str, together: Iterable[tuple[str, ...]]) -> None:
    """On SQLite, refuse a row that would replace one of the same unique columns; PostgreSQL has no REPLACE."""
    name = f"{table}_no_other"
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{column} IS NEW.{column}' for column in columns)})"  # noqa: S608
        for columns in together
    )
    register(
        name,
        table,
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {taken} BEGIN SELECT RAISE(ABORT, '{TAKEN}'); END",
        None,
    )


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
