"""The gallery: a site of nothing but this room's parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client, override_settings
from django.test.testcases import LiveServerThread


def _settings() -> dict[str, Any]:
    """The gallery's pages, which nobody guards, and which need no database."""
    return {
        "ROOT_URLCONF": "tests.pages.gallery",
        "MIDDLEWARE": [name for name in settings.MIDDLEWARE if not name.startswith("commonpool.site.access")],
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
    }


@pytest.fixture
def gallery() -> Iterator[Client]:
    """A client of the gallery's pages."""
    with override_settings(**_settings()):
        yield Client()


@pytest.fixture(scope="module")
def gallery_site() -> Iterator[str]:
    """The gallery as a site for a browser; its address. With the site's own headers, so its CSP is tested too."""
    with override_settings(**_settings()):
        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        assert server.is_ready.wait(30)
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()
        server.join()
