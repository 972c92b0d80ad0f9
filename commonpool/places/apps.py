"""The room's place in Django."""

from __future__ import annotations

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Organisations, small areas, and who covers which people on a date."""

    name = "commonpool.places"
    label = "places"
    verbose_name = "Places"
    default_auto_field = "django.db.models.BigAutoField"
