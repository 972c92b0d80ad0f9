"""Only for the tests: emptying a database whose history nobody can delete."""

from __future__ import annotations

from django.apps import AppConfig


class FlushConfig(AppConfig):
    name = "tests.flush"
    label = "tests_flush"
