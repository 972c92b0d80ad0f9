"""The app that Django knows this room by."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Pages: the look, forms, lists, figures and abbreviations that every other room's pages are made with."""

    name = "commonpool.pages"
    label = "pages"
