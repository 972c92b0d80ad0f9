"""This room's addresses."""

from __future__ import annotations

from django.urls import path

from commonpool.funds import views

app_name = "funds"

urlpatterns = [
    path("areas/<uuid:uuid>/funds/", views.area, name="area"),
    path("areas/<uuid:uuid>/funds/new/", views.create, name="create"),
    path("funds/<uuid:uuid>/", views.fund, name="fund"),
    path("funds/<uuid:uuid>/partners/new/", views.add_partner, name="add-partner"),
    path("funds/partners/<uuid:uuid>/end/", views.end_partner, name="end-partner"),
    path("funds/<uuid:uuid>/providers/new/", views.add_signatory, name="add-signatory"),
    path("funds/providers/<uuid:uuid>/end/", views.end_signatory, name="end-signatory"),
    path("funds/<uuid:uuid>/agreements/new/", views.agreement, name="agreement"),
]
