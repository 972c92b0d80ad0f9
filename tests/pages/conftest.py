"""The gallery: a site of nothing but this room's parts."""

from __future__ import annotations

import pytest
from django.test import Client

CONTEXT = "django.template.context_processors.request"


@pytest.fixture
def gallery(settings) -> Client:
    """A client of the gallery's pages, which nobody guards."""
    settings.ROOT_URLCONF = "tests.pages.gallery"
    apps = [name for name in settings.INSTALLED_APPS if name not in ("commonpool.pages", "commonpool.charts")]
    django_apps = ["django.contrib.auth", "django.contrib.staticfiles", "django.forms"]
    settings.INSTALLED_APPS = [
        "commonpool.charts",
        "commonpool.pages",
        *apps,
        *(app for app in django_apps if app not in apps),
    ]
    settings.MIDDLEWARE = ["django.contrib.messages.middleware.MessageMiddleware"]
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    settings.FORM_RENDERER = "commonpool.pages.forms.GovukRenderer"
    settings.STATIC_URL = "/static/"
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": [CONTEXT, "django.contrib.messages.context_processors.messages"]},
        }
    ]
    return Client()
