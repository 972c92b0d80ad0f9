"""The same site for a server that speaks ASGI; `commonpool serve` uses `wsgi.py`."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonpool.site.settings")
application = get_asgi_application()
