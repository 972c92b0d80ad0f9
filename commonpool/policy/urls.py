"""This room's addresses."""

from __future__ import annotations

from django.urls import path

from commonpool.policy import views

app_name = "policy"

urlpatterns = [
    path("policy/", views.rounds, name="rounds"),
    path("policy/changes/", views.diff, name="diff"),
    path("policy/metrics/", views.metrics, name="metrics"),
    path("policy/metrics/<slug:code>/", views.metric, name="metric"),
    path("policy/<slug:round_id>/", views.one_round, name="round"),
]
