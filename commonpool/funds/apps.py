"""The room `funds`: pooled funds and the section 75 agreements behind them."""

from __future__ import annotations

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """Tells `people` which areas an organisation is a partner of."""

    name = "commonpool.funds"
    label = "funds"
    verbose_name = "Pooled funds"

    def ready(self) -> None:
        """A partner of an area's pooled fund sees that area."""
        from commonpool.funds.queries import areas_of_partners
        from commonpool.people.queries import register_relation

        register_relation(areas_of_partners)
