"""`flush` that lifts the append-only triggers, empties the tables, and puts the triggers back."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.flush import Command as Flush

from commonpool.audit.triggers import lifted


class Command(Flush):
    def handle(self, **options: Any) -> None:
        with lifted(options["database"]):
            super().handle(**options)
