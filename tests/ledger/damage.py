"""A ledger with a row in every table of the room, and ways to change it behind the database's back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models

from commonpool.audit import triggers
from commonpool.ledger.actions.opening import ensure_line
from commonpool.ledger.models import (
    AcceptedCause,
    ContributionSchedule,
    DelegatedLimit,
    DrawPolicy,
    ExtractFigure,
    FencedSource,
    Import,
    Ledger,
    Period,
    PeriodClose,
    Reconciliation,
    SavedMapping,
    Virement,
)
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.events import Kind
from tests.funds.builders import the_fund_with_partners
from tests.ledger.builders import COUNCIL, GRANT, NHS, NOW, REABLEMENT, a_ledger_of, opened, partner_of, posted

LATER = NOW + timedelta(days=1)
DIGEST = "d" * 64


def a_full_ledger() -> Ledger:
    """Two pools, sources, money in and out, a transfer, a refund, a closed period, and a row in every other table."""
    ledger = a_ledger_of(the_fund_with_partners())
    opened(ledger, nhs=60_000, grant=15_001, council=25_000)
    posted(ledger, Kind.SPEND, 33_333, key="E1", line=REABLEMENT, provider="P1", policy_version=1)
    _close_april(ledger)
    posted(ledger, Kind.TRANSFER, 20_000, key="T1", to_pool="EQUIPMENT", at=LATER)
    posted(ledger, Kind.REFUND, 1_000, key="R1", of="E1", reason="credit", on=date(2024, 4, 20), at=LATER)
    posted(ledger, Kind.SPEND, 100, key="E2", line=REABLEMENT, policy=parse_policy(f"fixed:{NHS}=1/{COUNCIL}=2"))
    posted(ledger, Kind.ACTUAL, 20_000, key="A1", line=REABLEMENT, source=GRANT)
    ledger.refresh_from_db()
    _other_rows(ledger)
    return ledger


def _close_april(ledger: Ledger) -> None:
    ledger.refresh_from_db()
    period = ledger.periods.get(label="Apr 2024")
    given = {"period": period, "closed_at": NOW, "entry_count": ledger.entry_count, "head_hash": ledger.head_hash}
    PeriodClose.objects.create(step=PeriodClose.Step.SOFT_CLOSE, **given)
    PeriodClose.objects.create(step=PeriodClose.Step.CLOSE, reason="all is in", checklist=[{"item": 1}], **given)
    Period.objects.filter(pk=period.pk).update(state=Period.State.CLOSED)


def _other_rows(ledger: Ledger) -> None:
    line, pool, partner = ledger.lines.first(), ledger.pools.first(), partner_of(ledger.fund, "XN1")
    assert line and pool
    other = ensure_line(ledger, "2023-25", "2", plan_line=ledger.uuid, stream=ledger.fund)
    at = {"recorded_at": NOW}
    DrawPolicy.objects.create(
        ledger=ledger, line=line, version=1, text="pari_passu", starts_on=NOW, reason="agreed", **at
    )
    FencedSource.objects.create(ledger=ledger, version=1, terms={"category": "NHS_MIN"}, **at)
    source = ledger.sources.get(code=NHS)
    ContributionSchedule.objects.create(
        ledger=ledger, source=source, pool=pool, year="2024-25", version=1, pence=5, agreed_digest=DIGEST, **at
    )
    DelegatedLimit.objects.create(
        ledger=ledger, role="chief", limit_pence=5, needs_all_partners_above_pence=9, starts_on=NOW, **at
    )
    Virement.objects.create(
        ledger=ledger,
        pool=pool,
        from_line=line,
        to_line=other,
        pence=5,
        split={NHS: 5},
        on=NOW,
        reason="demand",
        needs="own",
        digest=DIGEST,
        proposed_at=NOW,
        closed_at=NOW,
    )
    mapping = SavedMapping.objects.create(ledger=ledger, partner=partner, version=1, data={"key": "A"}, **at)
    file = {"ledger": ledger, "partner": partner, "file_name": "export.csv", "sha256": DIGEST}
    brought = Import.objects.create(
        pool=pool, mapping=mapping, state="posted", received_at=NOW, finished_at=NOW, summary={"rows": 3}, **file
    )
    ExtractFigure.objects.create(
        ledger=ledger,
        partner=partner,
        cost_centre="C1",
        line=line.code,
        kind="actual",
        period_starts_on=NOW,
        pence=5,
        from_import=brought,
    )
    record = Reconciliation.objects.create(as_at=NOW, theirs=[{"pence": 5}], **file, **at)
    AcceptedCause.objects.create(reconciliation=record, item="I1", cause="timing", accepted_at=NOW)


def columns() -> Iterator[tuple[str, str]]:
    """(table, column) of every column of every table of the room."""
    for model in apps.get_app_config("ledger").get_models():
        for field in model._meta.local_concrete_fields:
            yield model._meta.db_table, str(field.column)


def field_of(table: str, column: str) -> models.Field[Any, Any]:
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    return next(field for field in model._meta.local_concrete_fields if field.column == column)


def change(table: str, column: str) -> bool:
    """Change that column in the table's newest row, unseen by its guards. False where there is no row."""
    key = field_of(table, column).model._meta.pk.column
    with unguarded(table), connection.cursor() as cursor:
        cursor.execute(f'SELECT max("{key}") FROM {table}')
        [row] = cursor.fetchone()
        if row is None:
            return False
        cursor.execute(f'UPDATE {table} SET "{column}" = {_other_value(table, column)} WHERE "{key}" = %s', [row])
        return bool(cursor.rowcount)


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """A table without its triggers and, on SQLite, its checks; as before afterwards."""
    guards = [trigger for trigger in triggers.registered() if trigger.table == table and trigger.sqlite_sql]
    if connection.vendor == "postgresql":
        run("SET session_replication_role = replica")
        yield
        run("SET session_replication_role = DEFAULT")
        return
    run("PRAGMA ignore_check_constraints=ON", *(f"DROP TRIGGER {trigger.name}" for trigger in guards))
    yield
    run(*(str(trigger.sqlite_sql) for trigger in guards), "PRAGMA ignore_check_constraints=OFF")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def _other_value(table: str, column: str) -> str:
    """SQL for a value of the same type that is not the one that stands there."""
    kind = field_of(table, column).get_internal_type()
    here = f'"{column}"'
    if kind == "BooleanField":
        return f"NOT {here}"
    if kind == "UUIDField":
        return "'0123456789abcdef0123456789abcdef'"
    if kind in ("DateField", "DateTimeField"):
        later = f"{here} + interval '1 day'" if connection.vendor == "postgresql" else f"replace({here}, '20', '21')"
        return f"coalesce({later}, '2024-05-05')"
    if kind == "JSONField":
        return "'{\"changed\": 1}'"
    if kind in ("CharField", "TextField"):
        # One letter for another, so that no text grows too long for its column.
        first = f"CASE WHEN {here} LIKE 'z%%' THEN 'y' ELSE 'z' END"
        return f"{first} || substr({here}, 2)"
    return f"coalesce({here}, 0) + 1"
