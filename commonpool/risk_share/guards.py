"""Triggers that keep what partners were shown, by whatever route somebody tries to change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commonpool.audit.triggers import register

CONTRACTS: Final = "risk_share_contractversion"
SETTLEMENTS: Final = "risk_share_yearsettlement"
REFUSALS: Final = {
    CONTRACTS: "this contract was offered and cannot change: make a new version",
    SETTLEMENTS: "this settlement was put to the partners and cannot change: take it back and make a new one",
}
# What partners were shown and agreed to.
_CONTRACT: Final = ("agreement_id", "number", "kind", "title", "text", "digest", "body_id")
_SETTLEMENT: Final = ("agreement_id", "contract_id", "year", "basis", "as_at", "digest")
_JSON: Final = ("lines", "measures", "content")


def register_guards() -> None:
    """An offered contract keeps its text, its number and the moment of its offer, a settlement its figures."""
    # A NULL never becomes one again, so IS NULL tells of the moments.
    offer = ("NEW.offered_at IS NULL", "NEW.offered_at <> OLD.offered_at")
    _guard(CONTRACTS, "update", f"OLD.offered_at IS NOT NULL AND ({_changed(_CONTRACT, *offer)})", "NEW")
    _guard(CONTRACTS, "delete", "OLD.offered_at IS NOT NULL", "OLD")
    # PostgreSQL compares JSON only as text.
    figures = [f"CAST(NEW.{name} AS text) <> CAST(OLD.{name} AS text)" for name in _JSON]
    _guard(SETTLEMENTS, "update", _changed(_SETTLEMENT, *figures), "NEW")
    _guard(SETTLEMENTS, "delete", "1 = 1", "OLD")


def _changed(columns: Sequence[str], *more: str) -> str:
    return " OR ".join([*(f"NEW.{name} <> OLD.{name}" for name in columns), *more])


def _guard(table: str, event: str, when: str, goes_on_with: str) -> None:
    name, refusal = f"{table}_fixed_{event}", REFUSALS[table]
    register(
        name,
        table,
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN {goes_on_with}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
