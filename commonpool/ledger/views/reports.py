"""What every page that reads the books has: a year, two dates, perhaps a stream, and links that keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from commonpool.funds.models import PooledFund
from commonpool.ledger.forms.as_at import AsAtForm, Years
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.report import Report, years_with_months
from commonpool.ledger.views.asking import of_ledger, today
from commonpool.periods import FINANCIAL_YEAR

DATES = ("year", "as_at", "known_at")


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to look at the same page."""

    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class Reading:
    """A report as a page's address asks for it.

    form      of its dates; with errors, where the address says what cannot be
    keep      what the address says of the report, for links to it and to its neighbours
    is_whole  the page is about the whole pool, whatever streams it has
    """

    report: Report
    form: AsAtForm
    years: Years
    keep: Mapping[str, str]
    is_whole: bool = False

    @property
    def known_at(self) -> datetime:
        """The moment up to which entries are counted: now, where none is asked for."""
        return self.report.as_at.known_at or timezone.now()

    @property
    def query(self) -> str:
        """For a link to another page of the same report; "" where it is the usual one."""
        return self.with_()

    def with_(self, **changes: str) -> str:
        """The same with other values; an empty one leaves the name out."""
        wanted = {name: value for name, value in {**self.keep, **changes}.items() if value}
        return f"?{urlencode(wanted)}" if wanted else ""

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form of dates keeps besides its own fields."""
        return [(name, value) for name, value in self.keep.items() if name not in DATES]

    @cached_property
    def streams(self) -> list[Choice]:
        """The whole pool and each stream of it; none where the fund has no streams, or the page tells none apart."""
        funds = [] if self.is_whole else list(self.report.ledger.fund.streams.all())
        ways: list[tuple[str, PooledFund | None]] = [("The whole pool", None), *((fund.name, fund) for fund in funds)]
        current = self.report.stream_id
        return [
            Choice(
                label,
                self.with_(stream=str(fund.uuid) if fund else "") or "?",
                current == (str(fund.uuid) if fund else ""),
            )
            for label, fund in ways
            if funds
        ]

    def keeping(self, **more: str) -> Reading:
        """The same report on a page whose address says more."""
        return replace(self, keep={name: value for name, value in {**self.keep, **more}.items() if value})

    def whole(self) -> Reading:
        """The same days, for a page that tells no streams apart."""
        return replace(self, report=replace(self.report, stream=None), is_whole=True).keeping(stream="")

    def context(self, request: HttpRequest, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
        """What a page of the report says; `below` is the way from the pool's page."""
        said = {"reading": self, "report": self.report, "form": self.form, **more}
        return of_ledger(request, self.report.ledger, *below, **said)


def read(request: HttpRequest, ledger: Ledger) -> Reading:
    """The report that the address asks for, or the usual one: the current year up to today."""
    years = years_with_months(ledger)
    form = AsAtForm(request.GET if _asks(request) else None, years=years)
    given = dict(form.cleaned_data) if form.is_bound and form.is_valid() else {}
    year = given.get("year") or _usual_year(years)
    day, known_at = given.get("as_at") or _usual_day(years, year), given.get("known_at")
    stream = _stream(request, ledger)
    keep = {
        "year": year if given.get("year") else "",
        "as_at": day.isoformat() if given.get("as_at") else "",
        "known_at": known_at.isoformat() if known_at else "",
        "stream": str(stream.uuid) if stream else "",
    }
    report = Report(ledger, year, AsAt(day, known_at), stream)
    if not form.errors:
        form = AsAtForm(years=years, initial={"year": year, "as_at": day, "known_at": known_at})
    return Reading(report, form, years, {name: value for name, value in keep.items() if value})


def _asks(request: HttpRequest) -> bool:
    return any(name in DATES or name.startswith("as_at_") for name in request.GET)


def _usual_year(years: Years) -> str:
    current = FINANCIAL_YEAR.label_of(today())
    return current if current in years else min(years, key=lambda year: abs(int(year[:4]) - int(current[:4])))


def _usual_day(years: Years, year: str) -> date:
    months = years[year]
    return max(months[0].starts_on, min(today(), months[-1].ends_on))


def _stream(request: HttpRequest, ledger: Ledger) -> PooledFund | None:
    asked = request.GET.get("stream", "")
    if not asked:
        return None
    try:
        found = ledger.fund.streams.filter(uuid=UUID(asked)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
