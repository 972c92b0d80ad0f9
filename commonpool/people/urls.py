"""This room's addresses."""

from __future__ import annotations

from django.urls import path

from commonpool.people import views

app_name = "people"

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/memberships/<uuid:uuid>/end/", views.end, name="end"),
    path("invitation/<str:token>/", views.accept, name="accept"),
]
