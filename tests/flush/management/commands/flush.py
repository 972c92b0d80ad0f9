"""`flush` that lifts the append-only triggers, empties the tables, and puts the triggers and first copies back."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.color import no_style
from django.core.management.commands.flush import Command as Flush
from django.db import connections, transaction

from commonpool.audit.copies import copy_after_migrating
from commonpool.audit.triggers import lifted

# Django would empty these too, and `post_migrate` would then fill them with the very same rows: two thirds of the time.
MADE_BY_MIGRATING: Final = {"django_content_type", "auth_permission"}


class Command(Flush):
    def handle(self, **options: Any) -> None:
        using = options["database"]
        connection = connections[using]
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        emptied = [table for table in tables if table not in MADE_BY_MIGRATING]
        with lifted(using), transaction.atomic(using=using):
            connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), emptied))
        copy_after_migrating(using)
