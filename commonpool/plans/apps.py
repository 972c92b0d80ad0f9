"""The room `plans`: the joint plan and its agreement."""

from __future__ import annotations

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Has the database itself keep a version as it was offered."""

    name = "commonpool.plans"
    label = "plans"
    verbose_name = "Plans"

    def ready(self) -> None:
        """Register what other rooms ask for."""
        from commonpool.plans.guards import register_guards

        register_guards()
