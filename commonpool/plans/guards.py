"""Triggers that keep a version as it was offered, by whatever route somebody tries to change it."""

from __future__ import annotations

from typing import Final

from commonpool.audit.triggers import register

# Table -> how to get from one of its rows (OLD or NEW) to the row id of its version.
OF_VERSION: Final = "{row}.version_id"
BY_SCHEME: Final = "(SELECT version_id FROM plans_schemeline WHERE id = {row}.line_id)"
BY_INCOME: Final = "(SELECT version_id FROM plans_incomeline WHERE id = {row}.line_id)"
GUARDED: Final = {
    "plans_schemeline": OF_VERSION,
    "plans_schemelineyear": BY_SCHEME,
    "plans_incomeline": OF_VERSION,
    "plans_incomelineyear": BY_INCOME,
    "plans_districtshare": OF_VERSION,
    "plans_prefilledfloor": OF_VERSION,
    "plans_ambition": OF_VERSION,
    "plans_statementanswer": OF_VERSION,
    "plans_coveranswer": OF_VERSION,
}
REFUSAL: Final = "this version of the plan was offered and cannot change: make a new version"


def register_guards() -> None:
    """A row of a version may be added, changed or removed only while the version is a draft."""
    for table, version in GUARDED.items():
        keep_as_offered(table, version)
    # The digest is what partners agreed to: once set it stays.
    _guard("plans_planversion_fixed_update", "plans_planversion", "update", _DIGEST_CHANGES)
    _guard("plans_planversion_fixed_delete", "plans_planversion", "delete", "OLD.digest <> ''")


def keep_as_offered(table: str, version: str = OF_VERSION) -> None:
    """Let rows of a table change only while their version is a draft. A room above gives its own tables here.

    version  how to get from one of its rows to the row id of its version; {row} is OLD or NEW
    """
    for event, row in (("insert", "NEW"), ("update", "OLD"), ("delete", "OLD")):
        _guard(f"{table}_fixed_{event}", table, event, _not_a_draft(version.format(row=row)))


_DIGEST_CHANGES: Final = "OLD.digest <> '' AND (NEW.digest <> OLD.digest OR NEW.state = 'draft')"


def _not_a_draft(version: str) -> str:
    return f"(SELECT state FROM plans_planversion WHERE id = {version}) <> 'draft'"  # noqa: S608 - our own names


def _guard(name: str, table: str, event: str, when: str) -> None:
    """Refuse the event on the table where the condition holds. PostgreSQL allows no subquery in WHEN."""
    goes_on_with = "OLD" if event == "delete" else "NEW"
    register(
        name,
        table,
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN {goes_on_with}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
