"""The end of a year, step by step: each page decides one sum and says what is left."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commonpool.ledger.actions import yearend as actions
from commonpool.ledger.actions.opening import host_of, open_year
from commonpool.ledger.actions.starting import next_year_of
from commonpool.ledger.forms.year_end import CarryForm, CoverForm, NextYearForm, PayBackForm, SettleForm, SumForm
from commonpool.ledger.models import Ledger, LedgerSource, Pool
from commonpool.ledger.queries import starting
from commonpool.ledger.queries import year_end as queries
from commonpool.ledger.queries.names import names_of, years_of
from commonpool.ledger.views.asking import ledger_or_404, of_ledger, person_of, today, who_and_when
from commonpool.ledger.views.naming import books_form
from commonpool.money import format_pounds
from commonpool.periods import FINANCIAL_YEAR, Period


def year_end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is left to do before a year can be closed."""
    ledger = ledger_or_404(uuid)
    label = request.GET.get("year") or queries.year_to_end(ledger, today())
    if label not in years_of(ledger):
        raise Http404
    shown = queries.year_end(ledger, label)
    context = {
        "shown": shown,
        "year": label,
        "years": shown.years,
        "is_over": shown.year.ends_on < today(),
        "several_pools": ledger.pools.count() > 1,
    }
    return render(request, "ledger/year_end.html", of_ledger(request, ledger, ("End of the year", ""), **context))


class Step(NamedTuple):
    """What every step is about: a pool of the books, and a year."""

    pool: Pool
    ledger: Ledger
    year: Period

    @property
    def done(self) -> str:
        """Where it goes on."""
        return reverse("ledger:year-end", args=[self.ledger.uuid]) + f"?year={self.year.label}"


def _step(uuid: UUID, year: str) -> Step:
    pool = get_object_or_404(Pool.objects.select_related("ledger__fund__area"), uuid=uuid)
    if year not in years_of(pool.ledger):
        raise Http404
    return Step(pool, pool.ledger, FINANCIAL_YEAR.year(year))


class Words(NamedTuple):
    """What a step's page says."""

    title: str
    caption: str
    about: str
    button: str


def _of_step(request: HttpRequest, step: Step, here: str, words: Words) -> dict[str, Any]:
    below = (("End of the year", step.done), (here, ""))
    return of_ledger(request, step.ledger, *below, step=step, **words._asdict())


def _nothing(request: HttpRequest, step: Step, said: str) -> HttpResponse:
    messages.info(request, said)
    return redirect(step.done)


def cover(request: HttpRequest, uuid: UUID, year: str, category: str) -> HttpResponse:
    """Let the host's advance carry what no source covers of a category's lines."""
    step = _step(uuid, year)
    pence = queries.pence_of(queries.year_end(step.ledger, year).uncovered, step.pool, category)
    if not pence:
        return _nothing(request, step, "Every pound spent on these lines has a source.")
    label = names_of(step.ledger).category_label(category)
    host = host_of(step.ledger, step.year.ends_on).organisation
    form = CoverForm(request.POST if request.method == "POST" else None, year=step.year)

    def save(given: dict[str, Any]) -> str:
        who = who_and_when(request)
        moved = actions.cover_unfunded(**who, ledger=step.ledger, pool=step.pool, for_category=category, on=given["on"])
        messages.success(request, f"The host’s advance now carries {format_pounds(moved)} of {label}.")
        return step.done

    about = (
        f"{format_pounds(pence)} was spent on lines paid from {label} beyond what its sources brought. {host} lends it "
        "to the pool, line by line, until the partners settle who bears it."
    )
    words = Words("Let the host’s advance carry it", label, about, "Let the advance carry it")
    return books_form(request, form, save, _of_step(request, step, "Host’s advance", words))


def settle(request: HttpRequest, uuid: UUID, year: str, category: str) -> HttpResponse:
    """Enter the partners' settled shares of an overspend, as given; the host is repaid."""
    step = _step(uuid, year)
    pence = queries.pence_of(queries.year_end(step.ledger, year).lent, step.pool, category)
    if not pence:
        return _nothing(request, step, "Nothing of these lines stands on the host’s advance.")
    label = names_of(step.ledger).category_label(category)
    bodies = [partner.organisation for partner in step.ledger.fund.partners.select_related("organisation")]
    partners = {body.code: body.name for body in bodies}
    form = SettleForm(
        request.POST if request.method == "POST" else None, year=step.year, partners=partners, total_pence=pence
    )

    def save(given: dict[str, Any]) -> str:
        made = actions.settle_overspend(
            **who_and_when(request),
            ledger=step.ledger,
            pool=step.pool,
            for_category=category,
            shares=form.shares(),
            on=given["on"],
        )
        several = "share is" if len(made) == 1 else "shares are"
        messages.success(request, f"{len(made)} {several} posted and fall due; the host’s advance is repaid.")
        return step.done

    about = (
        f"{format_pounds(pence)} of spend on these lines stands on the host’s advance. Enter each partner’s share as "
        "the agreement’s rule gave it. Together they make that sum; a partner without a share stays empty."
    )
    words = Words("Partners’ shares of the overspend", label, about, "Post the shares")
    return books_form(request, form, save, _of_step(request, step, "Partners’ shares", words))


def _source(step: Step, source: UUID) -> LedgerSource:
    rows = LedgerSource.objects.select_related("source__partner__organisation")
    return get_object_or_404(rows, uuid=source, ledger=step.ledger)


def carry_forward(request: HttpRequest, uuid: UUID, year: str, source: UUID) -> HttpResponse:
    """Keep what is left of a source for the next year, with its parts."""
    step = _step(uuid, year)
    kept = _source(step, source)
    left = queries.left_of(step.ledger, step.year, step.pool, kept)
    if not left:
        return _nothing(request, step, "Nothing of this source is left to be decided.")
    label = names_of(step.ledger).source_label(kept.code)
    labels = queries.districts_of(step.ledger, kept.source.category, kept.source.origin_year)
    data = request.POST if request.method == "POST" else None
    form = CarryForm(data, year=step.year, labels=labels, most_pence=left)

    def save(given: dict[str, Any]) -> str:
        said = {"pence": given["pence"], "on": given["on"], "parts": form.parts()}
        actions.carry_forward(**who_and_when(request), ledger=step.ledger, pool=step.pool, source=kept, **said)
        messages.success(request, f"{format_pounds(given['pence'])} of {label} is carried forward.")
        return step.done

    about = f"{format_pounds(left)} is left and not decided. Carried forward, it keeps its year and its conditions."
    words = Words("Carry forward what is left", label, about, "Carry it forward")
    context = _of_step(request, step, "Carry forward", words)
    return books_form(request, form, save, context, "ledger/carry_forward.html")


def give_back(request: HttpRequest, uuid: UUID, year: str, source: UUID) -> HttpResponse:
    """Record that what is left of a source may not be kept: it is owed to whoever contributed it."""
    step = _step(uuid, year)
    kept = _source(step, source)
    left = queries.left_of(step.ledger, step.year, step.pool, kept)
    if not left:
        return _nothing(request, step, "Nothing of this source is left to be decided.")
    label = names_of(step.ledger).source_label(kept.code)
    form = SumForm(request.POST if request.method == "POST" else None, year=step.year, most_pence=left)

    def save(given: dict[str, Any]) -> str:
        said = {"pence": given["pence"], "on": given["on"]}
        actions.give_back(**who_and_when(request), ledger=step.ledger, pool=step.pool, source=kept, **said)
        messages.success(request, f"{format_pounds(given['pence'])} of {label} must go back. Enter its payment next.")
        return step.done

    partner = kept.source.partner.organisation.name
    about = (
        f"{format_pounds(left)} is left and not decided. What must go back is owed to {partner} and can "
        "no longer be spent."
    )
    words = Words("Give back what is left", label, about, "It must go back")
    return books_form(request, form, save, _of_step(request, step, "Give back", words))


def pay_back(request: HttpRequest, uuid: UUID, year: str, source: UUID) -> HttpResponse:
    """Enter the cash that returned what was owed to a contributor."""
    step = _step(uuid, year)
    kept = _source(step, source)
    owed = queries.owed_of(step.pool, kept)
    if not owed:
        return _nothing(request, step, "Nothing is owed to the contributor of this source.")
    label = names_of(step.ledger).source_label(kept.code)
    form = PayBackForm(request.POST if request.method == "POST" else None, year=step.year, most_pence=owed)

    def save(given: dict[str, Any]) -> str:
        said = {"pence": given["pence"], "on": given["on"], "reference": form.own_reference()}
        actions.pay_back(**who_and_when(request), ledger=step.ledger, pool=step.pool, source=kept, **said)
        messages.success(request, f"{format_pounds(given['pence'])} of {label} is entered as paid back.")
        return step.done

    about = f"{format_pounds(owed)} is owed to {kept.source.partner.organisation.name}."
    words = Words("Pay back what is owed", label, about, "Enter the payment")
    return books_form(request, form, save, _of_step(request, step, "Pay back", words))


def next_year(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open the year after the last one that is open."""
    ledger = ledger_or_404(uuid)
    label = next_year_of(ledger)
    form = NextYearForm(request.POST if request.method == "POST" else None)

    def save(given: dict[str, Any]) -> str:
        open_year(**who_and_when(request), ledger=ledger, year=label)
        messages.success(request, f"{label} is open, from April to March.")
        versions = starting.plans_to_take(person_of(request), ledger.fund.area, today())
        is_planned = any(label in starting.years_planned(version) for version in versions)
        return reverse("ledger:take-plan" if is_planned else "ledger:pool", args=[ledger.uuid])

    context = {
        "title": f"Open {label}",
        "about": f"The months of {label} are opened, so that entries can be posted into them. Earlier months stay as "
        "they are. The plan’s figures for the year come next.",
        "button": f"Open {label}",
    }
    below = (("End of the year", reverse("ledger:year-end", args=[ledger.uuid])), (f"Open {label}", ""))
    return books_form(request, form, save, of_ledger(request, ledger, *below, **context))
