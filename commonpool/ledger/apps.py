"""The room `ledger`: what happened to each pound."""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig

WORDS: Final = {
    "ledger.open": "opened the books of a pooled fund",
    "ledger.post": "posted to the ledger",
}


class LedgerConfig(AppConfig):
    """Has the database guard the books, and shows them where people look for them."""

    name = "commonpool.ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        """Register what other rooms ask for."""
        from commonpool.audit import words
        from commonpool.ledger.guards import register_guards

        register_guards()
        for action, said in WORDS.items():
            words.register(action, said)
