"""This room's addresses, by what they are for."""

from __future__ import annotations

from django.urls import path

from commonpool.voices.views import cells, matrices, reading, rounds, speakers, studies, texts
from commonpool.voices.views import reading, speakers, studies, texts
from commonpool.voices.views import reading, rounds, studies
from commonpool.voices.views import cells, matrices, reading, studies
from commonpool.voices.views import framework, framework_changes, framework_history, reading, recoding, studies

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
    # --- the framework ---
    path("studies/<uuid:uuid>/framework/", framework.framework, name="framework"),
    path("studies/<uuid:uuid>/framework/add/", framework.add_code, name="add-code"),
    path("studies/<uuid:uuid>/framework/take/", framework.take, name="take-codes"),
    path("studies/<uuid:uuid>/framework/history/", framework_history.history, name="framework-history"),
    path("studies/<uuid:uuid>/framework/undo/", framework_history.undo, name="undo-framework"),
    path("studies/<uuid:uuid>/framework/versions/", framework_history.versions, name="framework-versions"),
    path("studies/<uuid:uuid>/framework/agree/", framework_history.agree, name="agree-version"),
    path("studies/<uuid:uuid>/framework/recoding/", recoding.recoding, name="recoding"),
    path("framework-versions/<uuid:uuid>/", framework_history.version, name="framework-version"),
    path("codes/<uuid:uuid>/words/", framework_changes.redefine, name="redefine-code"),
    path("codes/<uuid:uuid>/move/", framework_changes.move, name="move-code"),
    path("codes/<uuid:uuid>/swap/", framework_changes.swap, name="swap-code"),
    path("codes/<uuid:uuid>/merge/", framework_changes.merge, name="merge-code"),
    path("codes/<uuid:uuid>/split/", framework_changes.split, name="split-code"),
    path("codes/<uuid:uuid>/retire/", framework_changes.retire, name="retire-code"),
    path("codes/<uuid:uuid>/map/", recoding.map_, name="map-codings"),
    path("codes/<uuid:uuid>/choose/", recoding.choose, name="choose-parts"),
    path("recodings/<uuid:uuid>/undo/", recoding.undo, name="undo-recoding"),
    # --- reading and coding ---
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
