"""What the web server calls."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonpool.site.settings")
application = get_wsgi_application()


def _warm() -> None:
    # What was loaded stays: looking through it for rubbish again and again would slow every large answer.
    gc.collect()
    gc.freeze()
    # Only now are the rooms there to be imported.
    from django.conf import settings

    from commonpool.site.warming import start_warming

    start_warming(Path(settings.COMMONPOOL_HOME))


_warm()
