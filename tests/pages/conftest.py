"""The gallery: a site of nothing but this room's parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.test.testcases import LiveServerThread


@pytest.fixture
def gallery(settings) -> Client:
    """A client of the gallery's pages, which nobody guards, and which need no database."""
    settings.ROOT_URLCONF = "tests.pages.gallery"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("commonpool.site.access")]
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    return Client()


@pytest.fixture
def gallery_site(gallery) -> Iterator[str]:
    """The gallery as a site for a browser; its address. With the site's own headers, so its CSP is tested too."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    assert server.is_ready.wait(30)
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    server.join()
