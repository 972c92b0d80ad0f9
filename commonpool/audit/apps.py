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
        from commonpool.audit import copies, triggers

        triggers.append_only("audit_auditevent")
        # This room is the last of all in INSTALLED_APPS, so every other one has said what it leaves out.
        copies.watch_all()
        # Once per `migrate`, not once per app: this app is the sender.
        pre_migrate.connect(copies.note_before_migrating, sender=self)
        pre_migrate.connect(triggers.drop_before_migrating, sender=self)
        post_migrate.connect(triggers.make_after_migrating, sender=self)
        post_migrate.connect(copies.copy_after_migrating, sender=self)
