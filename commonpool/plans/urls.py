"""This room's addresses."""

from __future__ import annotations

from django.urls import path

from commonpool.plans.views import agreeing, aims, bringing, changing, kinds, reading

app_name = "plans"

urlpatterns = [
    path("plans/", reading.all_plans, name="all"),
    path("areas/<uuid:uuid>/plan/", reading.plan, name="plan"),
    path("areas/<uuid:uuid>/plan/kinds/", kinds.kinds, name="kinds"),
    path("areas/<uuid:uuid>/plan/public/", reading.public, name="public"),
    path("areas/<uuid:uuid>/plan/versions/", reading.versions, name="versions"),
    path("areas/<uuid:uuid>/plan/upload/", bringing.upload, name="upload"),
    path("areas/<uuid:uuid>/plan/start/", bringing.start, name="start"),
    path("areas/<uuid:uuid>/plan/workbook/", reading.template_page, name="template"),
    path("areas/<uuid:uuid>/plan/workbook/<slug:round_id>/", bringing.template_file, name="template-file"),
    path("plans/uploads/<uuid:uuid>/", bringing.progress, name="progress"),
    path("plans/versions/<uuid:uuid>/", reading.version, name="version"),
    path("plans/versions/<uuid:uuid>/money/", reading.money, name="money"),
    path("plans/versions/<uuid:uuid>/findings/", reading.findings, name="findings"),
    path("plans/versions/<uuid:uuid>/annotated/", bringing.annotated, name="annotated"),
    path("plans/versions/<uuid:uuid>/workbook/", bringing.as_workbook, name="as-workbook"),
    path("plans/versions/<uuid:uuid>/compare/", reading.compare, name="compare"),
    path("plans/versions/<uuid:uuid>/copy/", bringing.copy, name="copy"),
    path("plans/versions/<uuid:uuid>/undo/", bringing.undo_version, name="undo-version"),
    path("plans/versions/<uuid:uuid>/share/", agreeing.share, name="share"),
    path("plans/versions/<uuid:uuid>/sign-off/", agreeing.sign_off, name="sign-off"),
    path("plans/versions/<uuid:uuid>/offer/", agreeing.offer, name="offer"),
    path("plans/versions/<uuid:uuid>/withdraw/", agreeing.withdraw, name="withdraw"),
    path("plans/versions/<uuid:uuid>/answer/", agreeing.answer, name="answer"),
    path("plans/versions/<uuid:uuid>/open-pool/", agreeing.open_pool, name="open-pool"),
    path("plans/versions/<uuid:uuid>/lines/new/", changing.add_line, name="add-line"),
    path("plans/answers/<uuid:uuid>/take-back/", agreeing.take_back, name="take-back"),
    path("plans/findings/<uuid:uuid>/accept/", agreeing.accept, name="accept"),
    path("plans/lines/<uuid:uuid>/", reading.line, name="line"),
    path("plans/lines/<uuid:uuid>/edit/", changing.edit_line, name="edit-line"),
    path("plans/lines/<uuid:uuid>/remove/", changing.remove_line, name="remove-line"),
    path("plans/income/<uuid:uuid>/", reading.income_line, name="income-line"),
    path("plans/income/<uuid:uuid>/edit/", changing.edit_income, name="edit-income"),
    path("plans/income/<uuid:uuid>/withdraw/", changing.withdraw_top_up, name="withdraw-top-up"),
    path("plans/changes/<uuid:uuid>/undo/", changing.undo_change, name="undo-change"),
    # --- aims that several plans share, and priorities of their own ---
    path("aims/", aims.all_aims, name="aims"),
    path("aims/new/", aims.share, name="share-aim"),
    path("aims/<uuid:uuid>/", aims.aim, name="aim"),
    path("aims/<uuid:uuid>/edit/", aims.edit, name="edit-aim"),
    path("aims/<uuid:uuid>/withdraw/", aims.withdraw, name="withdraw-aim"),
    path("plans/<uuid:uuid>/aims/", aims.of_plan, name="aims-of-plan"),
    path("plans/<uuid:uuid>/aims/new/", aims.add_priority, name="add-priority"),
    path("plans/aims/<uuid:uuid>/edit/", aims.edit_in_plan, name="edit-plan-aim"),
    path("plans/aims/<uuid:uuid>/leave-out/", aims.leave_out, name="leave-out-aim"),
]
