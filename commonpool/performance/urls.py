"""This room's addresses, by what they are for."""

from __future__ import annotations

from django.urls import path

from commonpool.performance.views import (
    areas,
    asks,
    boards,
    charting,
    everywhere,
    figures,
    loading,
    local_views,
    others,
    restated,
    sharing,
    trust_charts,
    trusts,
)

app_name = "performance"

urlpatterns = [
    # --- figures: what is held, and bringing more; before the metrics, of which none is called so ---
    path("performance/figures/", figures.figures, name="figures"),
    path("performance/figures/load/", loading.upload, name="upload-figures"),
    path("performance/figures/uploads/<uuid:uuid>/", loading.progress, name="upload-progress"),
    path("performance/figures/<slug:source>/", figures.source, name="source"),
    path("performance/figures/<slug:source>/<int:number>/", figures.load, name="load"),
    path("performance/figures/<slug:source>/<int:number>/withdraw/", figures.withdraw, name="withdraw-load"),
    path("performance/chart/", charting.chart, name="chart"),
    path("areas/<uuid:uuid>/performance/own-figures/", loading.upload_own, name="upload-own"),
    # --- what moved ---
    path("performance/", everywhere.metrics, name="everywhere"),
    path("areas/<uuid:uuid>/performance/", boards.board, name="board"),
    path("areas/<uuid:uuid>/performance/<slug:code>/", boards.metric, name="metric"),
    path("areas/<uuid:uuid>/performance/<slug:code>/phases/new/", boards.begin_phase, name="begin-phase"),
    path("areas/<uuid:uuid>/performance/<slug:code>/phases/take-back/", boards.take_back_phase, name="take-back-phase"),
    path("performance/restated/delayed-transfers-2018-08/", restated.back_test, name="back-test"),
    path("areas/<uuid:uuid>/performance/<slug:code>/views/new/", local_views.say, name="say-view"),
    path("areas/<uuid:uuid>/performance/<slug:code>/views/take-back/", local_views.take_back, name="take-back-view"),
    # --- all areas, and chosen ones beside each other ---
    path("performance/metrics/<slug:code>/", areas.all_areas, name="all-areas"),
    path("performance/metrics/<slug:code>/compare/", areas.compare, name="compare"),
    # --- trusts ---
    path("trusts/", trusts.trusts, name="trusts"),
    path("trusts/clashes/", trusts.clashes, name="clashes"),
    path("trusts/<uuid:uuid>/", trusts.trust, name="trust"),
    path("trusts/<uuid:uuid>/performance/", trust_charts.board, name="trust-board"),
    path("trusts/<uuid:uuid>/performance/<slug:code>/", trust_charts.metric, name="trust-metric"),
    path("trusts/<uuid:uuid>/processes/<slug:process>/", trusts.process, name="process"),
    path("trusts/<uuid:uuid>/processes/<slug:process>/propose/", sharing.propose, name="propose"),
    path("trusts/<uuid:uuid>/beds/new/", trusts.state_beds, name="state-beds"),
    path("trusts/beds/<uuid:uuid>/edit/", trusts.edit_beds, name="edit-beds"),
    path("trusts/beds/<uuid:uuid>/remove/", trusts.remove_beds, name="remove-beds"),
    # --- what plans ask ---
    path("areas/<uuid:uuid>/trusts/", asks.area, name="area"),
    path("plans/versions/<uuid:uuid>/asks/", asks.version, name="version"),
    path("plans/versions/<uuid:uuid>/asks/new/", asks.add, name="add-ask"),
    path("asks/<uuid:uuid>/", asks.ask, name="ask"),
    path("asks/<uuid:uuid>/edit/", asks.edit, name="edit-ask"),
    path("asks/<uuid:uuid>/remove/", asks.remove, name="remove-ask"),
    path("trusts/changes/<uuid:uuid>/undo/", asks.undo, name="undo"),
    # --- one process for several plans ---
    path("shared-processes/<uuid:uuid>/", sharing.shared, name="shared"),
    path("shared-processes/<uuid:uuid>/withdraw/", sharing.withdraw, name="withdraw-shared"),
    path("shared-processes/offers/<uuid:uuid>/answer/", sharing.answer, name="answer-offer"),
    path("shared-processes/offers/<uuid:uuid>/keep/", sharing.keep_own, name="keep-own"),
    path("shared-processes/exceptions/<uuid:uuid>/follow/", sharing.follow, name="follow-shared"),
    path("shared-processes/answers/<uuid:uuid>/take-back/", sharing.take_back, name="take-back"),
    # --- plans beside the fund's ---
    path("other-plans/", others.others, name="others"),
    path("other-plans/new/", others.register, name="register-other"),
    path("other-plans/<uuid:uuid>/", others.other, name="other"),
    path("other-plans/<uuid:uuid>/edit/", others.edit, name="edit-other"),
    path("other-plans/<uuid:uuid>/statements/new/<slug:about>/", others.add_statement, name="add-statement"),
    path("other-plans/statements/<uuid:uuid>/edit/", others.edit_statement, name="edit-statement"),
    path("other-plans/statements/<uuid:uuid>/remove/", others.remove_statement, name="remove-statement"),
    path("plans/<uuid:uuid>/except/<uuid:statement>/", others.except_plan, name="except-plan"),
    path("other-plans/exceptions/<uuid:uuid>/lift/", others.lift, name="lift-exception"),
]
