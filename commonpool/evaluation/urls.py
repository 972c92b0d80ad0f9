"""This room's addresses."""

from __future__ import annotations

from django.urls import path

from commonpool.evaluation import views

app_name = "evaluation"

urlpatterns = [
    path("studies/<uuid:uuid>/joint-display/", views.joint_display, name="joint-display"),
]
