"""What comes in: who owes what by when, what has fallen due, cash, and each source's calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from commonpool.ledger.actions import contributing as actions
from commonpool.ledger.forms.contributing import ByHandForm, CashForm, DueForm, ProfileForm, SpreadForm
from commonpool.ledger.instalments import current_schedules, profile_from
from commonpool.ledger.models import ContributionSchedule, Ledger, LedgerSource
from commonpool.ledger.queries import contributing as queries
from commonpool.ledger.queries.contributing import Contributions, Instalment, Promise
from commonpool.ledger.queries.names import names_of, years_of
from commonpool.ledger.rules.phasing import Spread
from commonpool.ledger.rules.statements.names import BORROWED
from commonpool.ledger.views.asking import ledger_or_404, of_ledger, today, who_and_when
from commonpool.ledger.views.naming import books_form
from commonpool.money import format_pounds
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.periods import FINANCIAL_YEAR

ABOUT_DUE = (
    "Each instalment that has fallen due by that day is posted on its own day, once. Where a schedule has changed, "
    "what differs is posted."
)


def contributions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Per source: agreed, when it falls due, due to date, arrived, outstanding; and every instalment."""
    ledger = ledger_or_404(uuid)
    shown = queries.contributions(ledger, year_of(request, ledger), today())
    context = of_ledger(request, ledger, ("Contributions", ""), shown=shown, year=shown.year, years=shown.years)
    schedule = _schedule_url(shown) if context["may_keep"] else lambda promise: None
    more: dict[str, Any] = {"is_invented": ledger.fund.area.is_invented, "keep": {"year": shown.year}}
    listing = promises_list(shown, schedule).read(request.GET, shown.promises, **more)
    dues = instalments_list(shown).read(request.GET, shown.instalments, **more)
    if file := listing.file() or dues.file():
        return file
    return render(request, "ledger/contributions.html", {**context, "listing": listing, "dues": dues})


def year_of(request: HttpRequest, ledger: Ledger) -> str:
    """The year that the address asks for; else the current one, or the nearest that is open."""
    years = years_of(ledger)
    if asked := request.GET.get("year"):
        if asked not in years:
            raise Http404
        return asked
    return queries.year_near(years, today())


def _schedule_url(shown: Contributions) -> Callable[[Promise], str | None]:
    def url(promise: Promise) -> str | None:
        return reverse("ledger:schedule", args=[promise.source.uuid, shown.year]) if promise.schedule else None

    return url


def promises_list(shown: Contributions, schedule: Callable[[Promise], str | None]) -> ListPage:
    """One row a source."""
    return ListPage(
        "contributions",
        f"Contributions, {shown.year}",
        (
            Column("partner", "Partner", lambda row: row.partner, filter=Filter.CHOICE),
            Column("category", "Money", lambda row: row.category, filter=Filter.CHOICE),
            Column("agreed", "Agreed", lambda row: row.agreed_pence, Kind.MONEY, is_summed=True),
            Column("falls-due", "How it falls due", lambda row: row.words, link=schedule),
            Column("due", "Due to date", lambda row: row.due_pence, Kind.MONEY, is_summed=True),
            Column("arrived", "Arrived", lambda row: row.arrived_pence, Kind.MONEY, is_summed=True),
            Column("outstanding", "Outstanding", lambda row: row.outstanding_pence, Kind.MONEY, is_summed=True),
        ),
        noun="contributions",
        empty=f"No contribution of {shown.year} is known. They come into the books with the plan’s figures.",
    )


def instalments_list(shown: Contributions) -> ListPage:
    """One row an instalment."""
    return ListPage(
        "instalments",
        f"Instalments, {shown.year}",
        (
            Column("due-on", "Falls due", lambda row: row.due_on, Kind.DATE),
            Column("partner", "Partner", lambda row: row.partner, filter=Filter.CHOICE),
            Column("category", "Money", lambda row: row.category, filter=Filter.CHOICE),
            Column("for", "For", lambda row: row.label),
            Column("amount", "Amount", lambda row: row.pence, Kind.MONEY, is_summed=True),
            Column("stands", "How it stands", _stands, filter=Filter.CHOICE),
        ),
        noun="instalments",
        empty="There is no instalment yet. Each source’s calendar makes them from its agreed amount.",
        prefix="due-",
        page_size=24,
    )


def _stands(row: Instalment) -> str:
    return row.stands.value


def post_due(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Post what has fallen due up to a day."""
    ledger = ledger_or_404(uuid)
    form = DueForm(request.POST if request.method == "POST" else None, on=today())

    def save(given: dict[str, Any]) -> str:
        up_to = given["up_to"]
        pence = queries.pending_pence(ledger, up_to)
        posted = actions.post_due(**who_and_when(request), ledger=ledger, up_to=up_to)
        said = f"{posted} instalment{' is' if posted == 1 else 's are'} posted, {format_pounds(pence)} in all."
        messages.success(request, said if posted else f"Nothing more had fallen due by {up_to:%-d %B %Y}.")
        return _back(ledger, FINANCIAL_YEAR.label_of(up_to))

    context = {"title": "Post what has fallen due", "button": "Post", "about": ABOUT_DUE}
    return books_form(request, form, save, of_ledger(request, ledger, *_below(ledger, "Post what is due"), **context))


def cash(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record cash that came for a contribution."""
    ledger = ledger_or_404(uuid)
    names = names_of(ledger)
    sources = {source.code: source for source in ledger.sources.exclude(source__category__in=BORROWED)}
    form = CashForm(
        request.POST if request.method == "POST" else None,
        sources=[(names.source_label(code), sources[code]) for code in names.sources if code in sources],
        pools=[(pool.name, pool) for pool in ledger.pools.all()],
        initial={"source": request.GET.get("source", "")},
    )

    def save(given: dict[str, Any]) -> str:
        source = given["source"]
        said = {name: given[name] for name in ("pool", "source", "pence", "on")}
        actions.receive_cash(**who_and_when(request), ledger=ledger, reference=form.own_reference(), **said)
        pounds, label = format_pounds(given["pence"]), names.source_label(source.code)
        messages.success(request, f"{pounds} of {label} is recorded as arrived.")
        return _back(ledger, source.source.origin_year)

    context = {
        "title": "Record cash that came",
        "button": "Record it",
        "about": "Cash changes what a partner still owes. What may be spent changes when a contribution falls due.",
    }
    return books_form(request, form, save, of_ledger(request, ledger, *_below(ledger, "Cash that came"), **context))


def schedule(request: HttpRequest, uuid: UUID, year: str) -> HttpResponse:
    """When a source's contribution of a year falls due: first into which parts, then on which days."""
    source = get_object_or_404(LedgerSource.objects.select_related("ledger__fund__area"), uuid=uuid)
    held = current_schedules(source.ledger, year).get(source.pk)
    if held is None:
        raise Http404
    asked = request.GET.get("spread", "")
    spread = Spread(asked) if asked in set(Spread) else None
    context = {
        "title": "When it falls due",
        "caption": names_of(source.ledger).source_label(source.code),
        "held": held,
        "words": queries.words_of(profile_from(held.profile)),
        **of_ledger(request, source.ledger, *_below(source.ledger, "When it falls due", year)),
    }
    if spread is None:
        form = SpreadForm(request.GET if "spread" in request.GET else None, initial={"spread": held.profile["spread"]})
        return render(request, "ledger/spread.html", {**context, "form": form, "dues": queries.dues_of(held)})
    return _rest_of_schedule(request, held, spread, context)


def _rest_of_schedule(
    request: HttpRequest, held: ContributionSchedule, spread: Spread, context: dict[str, Any]
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form: ByHandForm | ProfileForm
    if spread is Spread.BY_HAND:
        form = ByHandForm(data, held=held, begin_with=[(due.due_on, due.pence) for due in queries.dues_of(held)])
    else:
        form = ProfileForm(data, spread=spread, held=held)

    def save(given: dict[str, Any]) -> str:
        made = actions.set_profile(
            **who_and_when(request), ledger=held.ledger, source=held.source, year=held.year, profile=form.profile()
        )
        messages.success(request, f"It now falls due: {_lowered(queries.words_of(profile_from(made.profile)))}.")
        return _back(held.ledger, held.year)

    template = "ledger/by_hand.html" if spread is Spread.BY_HAND else "ledger/profile.html"
    return books_form(request, form, save, {**context, "spread": spread}, template)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _back(ledger: Ledger, year: str) -> str:
    shown = f"?year={year}" if year in years_of(ledger) else ""
    return reverse("ledger:contributions", args=[ledger.uuid]) + shown


def _below(ledger: Ledger, here: str, year: str = "") -> list[tuple[str, str]]:
    return [("Contributions", _back(ledger, year)), (here, "")]
