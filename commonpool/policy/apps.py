"""The app that Django knows this room by. It has no tables: rounds are files."""

from __future__ import annotations

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Policy: the rules of each planning round, and what changed between two."""

    name = "commonpool.policy"
    label = "policy"

    def ready(self) -> None:
        """Put the rounds into the bar, for strangers too: policy is public."""
        from commonpool.pages import navigation

        navigation.register(80, "Rules", "policy:rounds", for_everyone=True)
