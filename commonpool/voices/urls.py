"""This room's addresses, by what they are for."""

from __future__ import annotations

from django.urls import path

from commonpool.voices.views import reading, studies

app_name = "voices"

urlpatterns = [
    path("studies/", studies.studies, name="studies"),
    path("studies/begin/", studies.begin, name="begin"),
    path("studies/<uuid:uuid>/", studies.study, name="study"),
    path("transcripts/<uuid:uuid>/", reading.transcript, name="transcript"),
]
