"""This room's addresses, by what they are for."""

from __future__ import annotations

from django.urls import path

from commonpool.voices.views import cells, matrices, reading, rounds, speakers, studies, texts

app_name = "voices"

urlpatterns = [
    path("studies/", studies.studies, name="studies"),
    path("studies/begin/", studies.begin, name="begin"),
    path("studies/<uuid:uuid>/", studies.study, name="study"),
    # --- texts ---
    path("studies/<uuid:uuid>/texts/", texts.texts, name="texts"),
    path("studies/<uuid:uuid>/texts/upload/", texts.upload, name="upload-texts"),
    path("text-uploads/<uuid:uuid>/", texts.text_upload, name="text-upload"),
    path("text-uploads/<uuid:uuid>/again/", texts.upload_again, name="upload-again"),
    path("text-uploads/<uuid:uuid>/aside/", texts.upload_aside, name="upload-aside"),
    path("text-uploads/<uuid:uuid>/undo/", texts.upload_undo, name="upload-undo"),
    path("transcripts/<uuid:uuid>/speakers/", speakers.speakers, name="speakers"),
    # --- reading and coding ---
    path("studies/<uuid:uuid>/rounds/", rounds.rounds, name="rounds"),
    path("studies/<uuid:uuid>/rounds/open/", rounds.open_one, name="open-round"),
    path("rounds/<uuid:uuid>/", rounds.one, name="round"),
    path("rounds/<uuid:uuid>/assign/", rounds.assign_one, name="assign"),
    path("rounds/<uuid:uuid>/close/", rounds.close, name="close-round"),
    path("rounds/<uuid:uuid>/reopen/", rounds.reopen, name="reopen-round"),
    path("assignments/<uuid:uuid>/done/", rounds.done, name="done"),
    path("assignments/<uuid:uuid>/not-done/", rounds.not_done, name="not-done"),
    path("assignments/<uuid:uuid>/take-off/", rounds.take_off_one, name="take-off"),
    path("transcripts/<uuid:uuid>/", reading.transcript, name="transcript"),
    # --- the framework matrix ---
    path("studies/<uuid:uuid>/matrix/", matrices.matrix, name="matrix"),
    path("studies/<uuid:uuid>/matrix/new/", matrices.new_matrix, name="new-matrix"),
    path("matrices/<uuid:uuid>/", matrices.change_matrix, name="change-matrix"),
    path("matrices/<uuid:uuid>/remove/", matrices.remove_matrix, name="remove-matrix"),
    path("matrices/<uuid:uuid>/put-back/", matrices.put_matrix_back, name="put-matrix-back"),
    path("matrices/<uuid:uuid>/<uuid:code>/<uuid:case>/", cells.cell, name="cell"),
    path("matrices/<uuid:uuid>/<uuid:code>/<uuid:case>/write/", cells.write, name="write-cell"),
]
