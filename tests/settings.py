"""The site's settings as the tests use them: a home of their own, quick passwords, work done at once."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# What happens to be set on this machine for a site must not decide a test. The database may: the suite runs on both.
for name in ("COMMONPOOL_DEMO", "COMMONPOOL_DEBUG", "COMMONPOOL_HOSTS", "COMMONPOOL_ROUNDS"):
    os.environ.pop(name, None)
if "COMMONPOOL_HOME" not in os.environ:
    os.environ["COMMONPOOL_HOME"] = tempfile.mkdtemp(prefix="commonpool-tests-")
    atexit.register(shutil.rmtree, os.environ["COMMONPOOL_HOME"], ignore_errors=True)

from commonpool.site.settings import *  # noqa: E402, F403
from commonpool.site.settings import INSTALLED_APPS as ROOM_APPS  # noqa: E402

# Before the rooms: its `flush` stands for Django's, which the append-only triggers would refuse.
INSTALLED_APPS = ["tests.flush", *ROOM_APPS]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# In memory where that can be had: each key of an interview is on its disk before words are sealed with it.
_fast = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112
_folder = tempfile.mkdtemp(prefix="commonpool-tests-fast-", dir=_fast)
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
INTERVIEW_KEYS = Path(_folder) / "interview-keys"

# A file too, since in its own memory SQLite lets no thread wait for another ("table is locked").
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/tests.sqlite3"}  # noqa: F405
