"""The room's place in Django."""

from __future__ import annotations

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Organisations, small areas, and who covers which people on a date."""

    name = "commonpool.places"
    label = "places"
    verbose_name = "Places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put places into the bar at the top, and their actions into words for the history."""
        from commonpool.audit import words
        from commonpool.pages import navigation

        navigation.register(70, "Places", "places:list")
        words.register("places.load", "loaded a published file of places")
        words.register("places.reorganise", "recorded who follows whom")
