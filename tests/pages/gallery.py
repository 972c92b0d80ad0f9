"""Addresses of pages that show every part once, for the tests that look at them in a browser."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from commonpool.charts import Floor, Flow, floor_chart, flow_chart
from commonpool.figures import Fact, Figure, Hidden, question, total
from commonpool.pages import errors
from commonpool.pages.forms import DatePartsField, GovukForm, MoneyField
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.pages.templatetags.pages import status


class Contribution(GovukForm, forms.Form):
    partner = forms.CharField(label="Partner", help_text="The body that pays, for example an ICB.")
    planned = MoneyField(label="Planned for 2031-32")
    agreed_on = DatePartsField(label="Agreed on", help_text="For example, 31 3 2031", required=False)
    payer = forms.ChoiceField(
        label="Who pays?", widget=forms.RadioSelect, choices=[("LA", "The council"), ("NHS", "The ICB")]
    )
    uses = forms.MultipleChoiceField(
        label="What is it for?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("home", "Care at home"), ("beds", "Beds outside hospital")],
    )
    category = forms.ChoiceField(label="Source of funding", choices=[("", "Choose one"), ("DFG", "DFG")])
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    workbook = forms.FileField(label="Plan workbook", required=False)
    is_agreed = forms.BooleanField(label="Both sides have agreed", help_text="In a meeting that has minutes.")


HERE = Path(__file__).parent
PAGE = (HERE / "gallery.html").read_text(encoding="utf-8")


def show(request: HttpRequest, source: str = PAGE, **more: Any) -> HttpResponse:
    facts = [Fact("ICB", 5_000_00, "pence", "Income, cell C4"), Fact("Council", None, "pence", "Income, cell C5")]
    context = {"income": total("Income", facts, as_at=date(2031, 3, 31)), "day": date(2031, 3, 31), **more}
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def parts(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Version 7 was offered to four bodies.")
    return show(request, is_invented=True)


def tabs(request: HttpRequest, uuid: UUID) -> HttpResponse:
    area = SimpleNamespace(uuid=uuid, name="Wendleshire")
    return show(request, (HERE / "area.html").read_text(encoding="utf-8"), area=area)


def charts(request: HttpRequest) -> HttpResponse:
    drawn = [
        floor_chart("One floor of two is missed", [Floor("Social care", 9, 8), Floor("Out of hospital", 7, 8)]),
        flow_chart("Half of the pool buys beds", ["From", "To"], [[Flow("ICB", "Beds", 5), Flow("ICB", "Care", 5)]]),
    ]
    return show(request, (HERE / "charts.html").read_text(encoding="utf-8"), charts=drawn)


@question("gallery.income", may_ask=lambda person: True)
def gallery_income() -> Figure:
    parts = [Fact("ICB", 5_000_00, "pence", "Income, cell C4"), Hidden("Council", 7_000_00, "pence")]
    return total("Income", parts, question="gallery.income", as_at=date(2031, 3, 31))


LINES = ListPage(
    "scheme-lines",
    "Scheme lines",
    (
        Column("name", "Line", lambda row: row[0], filter=Filter.TEXT, link=lambda row: "/"),
        Column("source", "Source of funding", lambda row: row[1], filter=Filter.CHOICE),
        Column("planned", "Planned", lambda row: row[2], Kind.MONEY, is_summed=True),
        Column("share", "Share of the pool", lambda row: row[3], Kind.SHARE),
        Column("starts", "Starts on", lambda row: row[4], Kind.DATE),
        Column("state", "State", lambda row: row[5], show=lambda row: status(row[5], "green")),
    ),
    empty="Scheme lines appear once a plan is uploaded.",
    noun="scheme lines",
    page_size=12,
    sort="-planned",
)


def lines(request: HttpRequest) -> HttpResponse:
    names = ("Home care", "Reablement beds", "Ramps and lifts", "Carers’ breaks", "Falls service", "Discharge team")
    rows = [
        (f"{number} {names[number % 6]}", ("NHS minimum", "DFG", "iBCF")[number % 3], pence, share, day, "Agreed")
        for number in range(1, 61)
        for pence, share, day in [
            (None if number % 11 == 0 else number * 7_919_37, Fraction(number, 1830), date(2031, 4, 1 + number % 28))
        ]
    ]
    listing = LINES.read(request.GET, rows)
    return listing.file() or show(request, (HERE / "list.html").read_text(encoding="utf-8"), listing=listing)


def form(request: HttpRequest) -> HttpResponse:
    typed = Contribution(request.POST, request.FILES) if request.method == "POST" else Contribution()
    return show(request, form=typed)


urlpatterns = [
    path("", parts),
    path("form", form),
    path("lines", lines),
    path("charts", charts),
    path("areas/<uuid:uuid>/", tabs, name="area"),
    path("refused", errors.refused),
    path("missing", errors.not_found),
    path("failed", errors.failed),
    path("bad", errors.bad_request),
    path("", include("commonpool.pages.urls")),
]
