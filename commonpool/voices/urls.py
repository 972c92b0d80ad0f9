"""This room's addresses, by what they are for."""

from __future__ import annotations

from django.urls import path

from commonpool.voices.views import cells, matrices, reading, rounds, speakers, studies, texts
from commonpool.voices.views import reading, speakers, studies, texts
from commonpool.voices.views import reading, rounds, studies
from commonpool.voices.views import cells, matrices, reading, studies
from commonpool.voices.views import framework, framework_changes, framework_history, reading, recoding, studies
from commonpool.voices.models import Approach, Interview, Participant, Site
from commonpool.voices.views import (
    approvals,
    choosing,
    files,
    guides,
    people,
    reading,
    recruitment,
    sample,
    sampling,
    studies,
    team,
)
from commonpool.voices.views import coding, reading, studies

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
    # --- fieldwork ---
    path("studies/<uuid:uuid>/sample/", sample.sample, name="sample"),
    path("studies/<uuid:uuid>/settings/", team.settings, name="settings"),
    path("studies/<uuid:uuid>/team/", team.team, name="team"),
    path("studies/<uuid:uuid>/team/add/", team.add_member, name="add-member"),
    path("team/<uuid:uuid>/", team.edit_member, name="edit-member"),
    path("team/<uuid:uuid>/end/", team.end_member, name="end-member"),
    path("studies/<uuid:uuid>/approvals/", approvals.approvals, name="approvals"),
    path("studies/<uuid:uuid>/approvals/need/", approvals.need_approval, name="need-approval"),
    path("studies/<uuid:uuid>/approvals/record/", approvals.record_approval, name="record-approval"),
    path("approval-needs/<uuid:uuid>/drop/", approvals.drop_need, name="drop-need"),
    path("approvals/<uuid:uuid>/", approvals.edit_approval, name="edit-approval"),
    path("approvals/<uuid:uuid>/remove/", approvals.remove_approval, name="remove-approval"),
    path("studies/<uuid:uuid>/sampling/", sampling.sampling, name="sampling"),
    path("studies/<uuid:uuid>/sampling/criterion/", sampling.add_criterion, name="add-criterion"),
    path("studies/<uuid:uuid>/sampling/cells/", sampling.cells, name="cells"),
    path("studies/<uuid:uuid>/sampling/cells/set/", sampling.set_cell, name="set-cell"),
    path("studies/<uuid:uuid>/sampling/choose/", choosing.choose_sites, name="choose-sites"),
    path("criteria/<uuid:uuid>/", sampling.edit_criterion, name="edit-criterion"),
    path("criteria/<uuid:uuid>/remove/", sampling.remove_criterion, name="remove-criterion"),
    path("studies/<uuid:uuid>/candidates/", sampling.candidates, name="candidates"),
    path("studies/<uuid:uuid>/candidates/file/", files.import_candidates, name="import-candidates"),
    path("candidates/<uuid:uuid>/site/", sampling.make_site, name="make-site"),
    path("studies/<uuid:uuid>/sites/", people.sites, name="sites"),
    path("studies/<uuid:uuid>/sites/add/", people.add_site, name="add-site"),
    path("sites/<uuid:uuid>/", people.edit_site, name="edit-site"),
    path("sites/<uuid:uuid>/remove/", people.take_away, {"model": Site}, name="remove-site"),
    path("studies/<uuid:uuid>/recruitment/", recruitment.recruitment, name="recruitment"),
    path("studies/<uuid:uuid>/recruitment/log/", recruitment.log_approach, name="log-approach"),
    path("approaches/<uuid:uuid>/", recruitment.edit_approach, name="edit-approach"),
    path("approaches/<uuid:uuid>/remove/", people.take_away, {"model": Approach}, name="remove-approach"),
    path("studies/<uuid:uuid>/guide/", guides.guide, name="guide"),
    path("studies/<uuid:uuid>/guide/changes/", guides.compare_guides, name="compare-guides"),
    path("studies/<uuid:uuid>/guide/edit/", guides.edit_guide, name="edit-guide"),
    path("studies/<uuid:uuid>/participants/", people.participants, name="participants"),
    path("studies/<uuid:uuid>/participants/add/", people.add_participant, name="add-participant"),
    path("studies/<uuid:uuid>/participants/file/", files.import_people, name="import-participants"),
    path("participants/<uuid:uuid>/", people.edit_participant, name="edit-participant"),
    path("participants/<uuid:uuid>/remove/", people.take_away, {"model": Participant}, name="remove-participant"),
    path("studies/<uuid:uuid>/interviews/", people.interviews, name="interviews"),
    path("studies/<uuid:uuid>/interviews/add/", people.add_interview, name="add-interview"),
    path("studies/<uuid:uuid>/interviews/file/", files.import_talks, name="import-interviews"),
    path("interviews/<uuid:uuid>/", people.edit_interview, name="edit-interview"),
    path("interviews/<uuid:uuid>/remove/", people.take_away, {"model": Interview}, name="remove-interview"),
    path("removals/<uuid:uuid>/put-back/", people.put_back, name="put-back"),
    path("transcripts/<uuid:uuid>/", reading.transcript, name="transcript"),
    # --- the framework matrix ---
    path("studies/<uuid:uuid>/matrix/", matrices.matrix, name="matrix"),
    path("studies/<uuid:uuid>/matrix/new/", matrices.new_matrix, name="new-matrix"),
    path("matrices/<uuid:uuid>/", matrices.change_matrix, name="change-matrix"),
    path("matrices/<uuid:uuid>/remove/", matrices.remove_matrix, name="remove-matrix"),
    path("matrices/<uuid:uuid>/put-back/", matrices.put_matrix_back, name="put-matrix-back"),
    path("matrices/<uuid:uuid>/<uuid:code>/<uuid:case>/", cells.cell, name="cell"),
    path("matrices/<uuid:uuid>/<uuid:code>/<uuid:case>/write/", cells.write, name="write-cell"),
    # --- the reading view and what is done there ---
    path("transcripts/<uuid:uuid>/turns/", reading.turns, name="turns"),
    path("transcripts/<uuid:uuid>/state/", reading.state, name="state"),
    path("transcripts/<uuid:uuid>/panel/", reading.panel, name="panel"),
    path("transcripts/<uuid:uuid>/code/", coding.code, name="code"),
    path("transcripts/<uuid:uuid>/note/", coding.note, name="note"),
    path("transcripts/<uuid:uuid>/tag/", coding.tag_turn, name="tag-turn"),
    path("transcripts/<uuid:uuid>/read/", coding.read_turns, name="read-turns"),
    path("transcripts/<uuid:uuid>/done/", coding.finish_reading, name="finish-reading"),
    path("codings/<uuid:uuid>/remove/", coding.uncode, name="uncode"),
    path("codings/<uuid:uuid>/put-back/", coding.put_back, name="put-coding-back"),
    path("codings/<uuid:uuid>/memo/", coding.note_coding, name="note-coding"),
    path("turn-tags/<uuid:uuid>/remove/", coding.untag_turn, name="untag-turn"),
]
