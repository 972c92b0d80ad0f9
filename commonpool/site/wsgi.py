"""What the web server calls."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonpool.site.settings")
application = get_wsgi_application()


def _warm() -> None:
    # Only now are the rooms there to be imported.
    from django.conf import settings

    from commonpool.site.warming import start_warming

    start_warming(Path(settings.COMMONPOOL_HOME))


_warm()
