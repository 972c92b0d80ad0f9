"""The addresses of places."""

from __future__ import annotations

from django.urls import path

from commonpool.places.views import bodies, changes, files

app_name = "places"

urlpatterns = [
    path("places/", bodies.listed, name="list"),
    path("places/files/", files.listed, name="files"),
    path("places/files/<uuid:uuid>/", files.odd_rows, name="odd_rows"),
    path("places/what-if/", changes.what_if, name="recut"),
    path("places/<uuid:uuid>/", bodies.organisation, name="organisation"),
    path("places/<uuid:uuid>/restate/", changes.restate, name="restate"),
    path("places/<uuid:uuid>/with/<uuid:other>/", bodies.overlap, name="overlap"),
]
