"""The web project itself: home, area page, access."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The project's own pages as Django knows them."""

    name = "commonpool.site"
    label = "site"
    verbose_name = "Site"

    def ready(self) -> None:
        """Put home into the bar and the overview before the rooms' tabs."""
        from commonpool.pages import navigation, tabs

        navigation.register(0, "Home", "site:home")
        tabs.register(0, "Overview", "site:area")
