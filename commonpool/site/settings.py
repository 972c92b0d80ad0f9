"""Django's settings."""

from __future__ import annotations

from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
SECRET_KEY = "only until the first run makes one"  # noqa: S105
USE_TZ = True
TIME_ZONE = "Europe/London"
LANGUAGE_CODE = "en-gb"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "commonpool.places"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE / "var" / "commonpool.sqlite3"}}
