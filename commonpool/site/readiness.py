"""Whether this site can start."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from commonpool.audit.triggers import missing_triggers
from commonpool.site.environment import LOOPBACK

MIGRATE = "Run: commonpool migrate"


def reasons_not_to_start() -> list[str]:
    """One sentence for each thing that is in the way, with its cure; empty when the site may start."""
    try:
        waiting = waiting_migrations()
    except (OperationalError, ImproperlyConfigured) as error:
        return [
            f"The database can’t be reached: {str(error).strip()} Check COMMONPOOL_DATABASE_URL or COMMONPOOL_HOME."
        ]
    if waiting:
        return [f"The database is not up to date: {len(waiting)} migrations wait, first {waiting[0]}. {MIGRATE}"]
    missing = missing_triggers()
    if missing:
        return [f"History is not guarded: {', '.join(missing)} missing. {MIGRATE}"]
    return []


def reasons_not_to_listen(host: str) -> list[str]:
    """Whether this site may be shown on that address."""
    if host in LOOPBACK:
        return []
    if settings.COMMONPOOL_DEMO:
        return [f"COMMONPOOL_DEMO=1 opens accounts to everybody, so it listens on 127.0.0.1 only, not on {host}."]
    if settings.DEBUG:
        return [f"COMMONPOOL_DEBUG=1 shows the site’s insides, so it listens on 127.0.0.1 only, not on {host}."]
    return []


def waiting_migrations() -> list[str]:
    """Names of the migrations that have not been applied, in their order."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
