"""Every address: the site's own, sign-in, and each room's. Who may open which stands in `access.py`."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from commonpool.site import history, views

app_name = "site"


def room_urls() -> list[URLPattern | URLResolver]:
    """The addresses of every room that has a `urls.py`; a room says its own prefix in its paths."""
    names = [config.name for config in apps.get_app_configs() if config.name.startswith("commonpool.")]
    return [
        path("", include(f"{name}.urls"))
        for name in sorted(names)
        if name != "commonpool.site" and find_spec(f"{name}.urls")
    ]


own = [
    path("", views.home, name="home"),
    path("hide/", views.hide, name="hide"),
    path("areas/<uuid:uuid>/", views.area, name="area"),
    path("areas/<uuid:uuid>/history/", history.of_area, name="area_history"),
    path("history/", history.of_everything, name="history"),
    path("help/", views.page, {"name": "help"}, name="help"),
    path("about/", views.page, {"name": "about"}, name="about"),
    path("accessibility/", views.page, {"name": "accessibility"}, name="accessibility"),
    path("health", views.health, name="health"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own, "site"))),
    # allauth's parts one by one: its own list adds old addresses without names, which no access list could hold.
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/single-sign-on/", include("allauth.socialaccount.urls")),
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
    *room_urls(),
]

handler400 = "commonpool.pages.errors.bad_request"
handler403 = "commonpool.pages.errors.refused"
handler404 = "commonpool.pages.errors.not_found"
handler500 = "commonpool.pages.errors.failed"
