"""This room's addresses."""

from __future__ import annotations

from django.urls import path

from commonpool.pages import views

app_name = "pages"

urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("explain/", views.explain, name="explain"),
]
