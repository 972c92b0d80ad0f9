"""Who may see and do what; consent."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room as Django knows it."""

    name = "commonpool.people"
    label = "people"
    verbose_name = "People"
