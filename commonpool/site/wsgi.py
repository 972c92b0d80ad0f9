"""What the web server calls."""

from __future__ import annotations

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from commonpool.charts.svg import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonpool.site.settings")
application = get_wsgi_application()
# The libraries that draw charts take two seconds to load: they do so while the first readers sign in.
Thread(target=warm_up, name="charts", daemon=True).start()
