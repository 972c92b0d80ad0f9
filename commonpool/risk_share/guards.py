"""Triggers that keep a contract as it was offered, by whatever route somebody tries to change it."""

from __future__ import annotations

from typing import Final

from commonpool.audit.triggers import register

TABLE: Final = "risk_share_contractversion"
REFUSAL: Final = "this contract was offered and cannot change: make a new version"
# What partners were shown and agreed to. A NULL never becomes one again, so IS NULL tells of the moments.
_FIXED: Final = ("agreement_id", "number", "title", "text", "digest", "body_id")
_CHANGES: Final = " OR ".join(
    [*(f"NEW.{name} <> OLD.{name}" for name in _FIXED), "NEW.offered_at IS NULL", "NEW.offered_at <> OLD.offered_at"]
)


def register_guards() -> None:
    """An offered contract keeps its text, its number and the moment of its offer, and stays."""
    _guard("update", f"OLD.offered_at IS NOT NULL AND ({_CHANGES})", "NEW")
    _guard("delete", "OLD.offered_at IS NOT NULL", "OLD")


def _guard(event: str, when: str, goes_on_with: str) -> None:
    name = f"{TABLE}_fixed_{event}"
    register(
        name,
        TABLE,
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {TABLE} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN {goes_on_with}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
