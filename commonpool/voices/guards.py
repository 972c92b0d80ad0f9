"""Triggers that keep the versions of a text as they were made, by whatever route somebody tries to change them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commonpool.audit.triggers import register

VERSIONS: Final = "voices_transcriptversion"
TURNS: Final = "voices_turn"
PARTS: Final = "voices_sealedpart"
REFUSALS: Final = {
    VERSIONS: "a version of a text never changes: make a new version",
    TURNS: "the turns of a version never change: make a new version",
    PARTS: "words belong to their version: only the key that they lie under can change",
}


def register_guards() -> None:
    """A version keeps its length, digest, edits and times, a turn its place; words may be sealed anew, no more."""
    # PostgreSQL compares JSON only as text.
    as_text = [f"CAST(NEW.{name} AS text) <> CAST(OLD.{name} AS text)" for name in ("edits", "times")]
    unknown = "COALESCE(NEW.words, -1) <> COALESCE(OLD.words, -1)"
    fixed = ("transcript_id", "number", "length", "sha256", "reason", "made_at")
    _guard(VERSIONS, _changed(fixed, *as_text, unknown))
    _guard(TURNS, _changed(("version_id", "number", "start", "words_from", '"end"')))
    _guard(PARTS, _changed(("version_id",)))


def _changed(columns: Sequence[str], *more: str) -> str:
    return " OR ".join([*(f"NEW.{name} <> OLD.{name}" for name in columns), *more])


def _guard(table: str, when: str) -> None:
    name, refusal = f"{table}_fixed_update", REFUSALS[table]
    register(
        name,
        table,
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN NEW; END $$; "
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
