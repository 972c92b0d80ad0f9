"""Every address: the site's own, sign-in, and each room's. Who may open which stands in `access.py`."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from commonpool.site import views

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
