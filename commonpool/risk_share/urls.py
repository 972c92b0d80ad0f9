"""This room's addresses, by what they are for."""

from __future__ import annotations

from django.urls import path

from commonpool.risk_share.views import (
    agreeing,
    benefits,
    contracts,
    forming,
    guiding,
    headroom,
    paying,
    recording,
    settlements,
    settling,
    transitions,
    trying,
    what_if,
)

app_name = "risk_share"

urlpatterns = [
    path("areas/<uuid:uuid>/risk-share/", contracts.area, name="area"),
    path("areas/<uuid:uuid>/risk-share/new/", contracts.new, name="new"),
    path("areas/<uuid:uuid>/risk-share/form/", forming.new, name="form-new"),
    path("areas/<uuid:uuid>/risk-share/settlement/", settling.settlement, name="settlement"),
    path("areas/<uuid:uuid>/risk-share/transition/", transitions.transition, name="transition"),
    path("areas/<uuid:uuid>/risk-share/trying/", trying.trying, name="trying"),
    path("areas/<uuid:uuid>/risk-share/headroom/", headroom.headroom, name="headroom"),
    path("areas/<uuid:uuid>/risk-share/what-if/", what_if.what_if, name="what-if"),
    path("risk-share/guide.md", guiding.guide, name="guide"),
    path("risk-share/contract.schema.json", guiding.schema_of_contract, name="contract-schema"),
    path("risk-share/futures.schema.json", guiding.schema_of_futures, name="futures-schema"),
    path("risk-share/<uuid:uuid>/", contracts.contract, name="contract"),
    path("risk-share/<uuid:uuid>/payment/", paying.payment, name="payment"),
    path("areas/<uuid:uuid>/risk-share/benefits/", benefits.benefits, name="benefits"),
    path("areas/<uuid:uuid>/risk-share/benefits/new/", recording.new_benefit, name="new-benefit"),
    path("areas/<uuid:uuid>/risk-share/benefits/import/", recording.import_benefits, name="import-benefits"),
    path("risk-share/benefits/<uuid:uuid>/edit/", recording.edit_benefit, name="edit-benefit"),
    path("risk-share/benefits/<uuid:uuid>/remove/", recording.remove_benefit, name="remove-benefit"),
    path("risk-share/<uuid:uuid>/ladder/", contracts.ladder, name="ladder"),
    path("risk-share/<uuid:uuid>/text/", contracts.text, name="text"),
    path("risk-share/<uuid:uuid>/edit/", contracts.edit, name="edit"),
    path("risk-share/<uuid:uuid>/form/", forming.edit, name="form-edit"),
    path("risk-share/<uuid:uuid>/remove/", agreeing.remove, name="remove"),
    path("risk-share/<uuid:uuid>/offer/", agreeing.offer, name="offer"),
    path("risk-share/<uuid:uuid>/withdraw/", agreeing.withdraw, name="withdraw"),
    path("risk-share/<uuid:uuid>/answer/", agreeing.answer, name="answer"),
    path("risk-share/answers/<uuid:uuid>/take-back/", agreeing.take_back, name="take-back"),
    path("risk-share/agreements/<uuid:uuid>/settle/", settlements.propose, name="propose-settlement"),
    path("risk-share/settlements/<uuid:uuid>/", settlements.settlement, name="kept"),
    path("risk-share/settlements/<uuid:uuid>/answer/", settlements.answer, name="answer-settlement"),
    path("risk-share/settlements/<uuid:uuid>/withdraw/", settlements.withdraw, name="withdraw-settlement"),
    path("risk-share/settlements/<uuid:uuid>/post/", settlements.post, name="post-settlement"),
    path("risk-share/settlements/<uuid:uuid>/undo/", settlements.undo, name="undo-settlement"),
    path("risk-share/settlements/<uuid:uuid>/letter/", settlements.letter, name="letter"),
    path(
        "risk-share/settlement-answers/<uuid:uuid>/take-back/",
        settlements.take_back_answer,
        name="take-back-settlement-answer",
    ),
]
