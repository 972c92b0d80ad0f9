"""The history: who changed what, when."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    """The room as Django knows it; guards its table when it starts."""

    name = "commonpool.audit"
    label = "audit"
    verbose_name = "History"

    def ready(self) -> None:
        """Guard the history, and keep every room's triggers out of the way of migrations."""
        from commonpool.audit import triggers

        triggers.append_only("audit_auditevent")
        # Once per `migrate`, not once per app: this app is the sender.
        pre_migrate.connect(triggers.drop_before_migrating, sender=self)
        post_migrate.connect(triggers.make_after_migrating, sender=self)
