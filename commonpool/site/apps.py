"""The web project itself: home, area page, access."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The project's own pages as Django knows them."""

    name = "commonpool.site"
    label = "site"
    verbose_name = "Site"
