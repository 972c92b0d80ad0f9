"""This room's addresses, by what they are for."""

from __future__ import annotations

from django.urls import path

from commonpool.risk_share.views import agreeing, contracts, settling, trying

app_name = "risk_share"

urlpatterns = [
    path("areas/<uuid:uuid>/risk-share/", contracts.area, name="area"),
    path("areas/<uuid:uuid>/risk-share/new/", contracts.new, name="new"),
    path("areas/<uuid:uuid>/risk-share/settlement/", settling.settlement, name="settlement"),
    path("areas/<uuid:uuid>/risk-share/trying/", trying.trying, name="trying"),
    path("risk-share/<uuid:uuid>/", contracts.contract, name="contract"),
    path("risk-share/<uuid:uuid>/text/", contracts.text, name="text"),
    path("risk-share/<uuid:uuid>/edit/", contracts.edit, name="edit"),
    path("risk-share/<uuid:uuid>/remove/", agreeing.remove, name="remove"),
    path("risk-share/<uuid:uuid>/offer/", agreeing.offer, name="offer"),
    path("risk-share/<uuid:uuid>/withdraw/", agreeing.withdraw, name="withdraw"),
    path("risk-share/<uuid:uuid>/answer/", agreeing.answer, name="answer"),
    path("risk-share/answers/<uuid:uuid>/take-back/", agreeing.take_back, name="take-back"),
]
