"""One process for several plans: proposing it, who has answered, answering, keeping a plan's own terms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.people.models import Consent
from commonpool.performance.actions import sharing as actions
from commonpool.performance.forms.sharing import KeepOwnForm, OfferAnswerForm, ProposeForm
from commonpool.performance.models import ProcessException, ProcessOffer, SharedProcess
from commonpool.performance.queries import access
from commonpool.performance.queries.patients import patients_of
from commonpool.performance.queries.shared import OfferStanding, standing_of_offer, standings_of
from commonpool.performance.queries.trust import trust_page
from commonpool.performance.rules.asks import Aspect, in_words
from commonpool.performance.views.asking import (
    form_page,
    of_trust,
    person_of,
    today,
    told,
    trust_or_404,
    who_and_when,
)
from commonpool.performance.words import process_label, processes
from commonpool.plans import queries as plans
from commonpool.policy.reading import load_round


def propose(request: HttpRequest, uuid: UUID, process: str) -> HttpResponse:
    """Propose one process to the plans that ask it of a trust."""
    found, person = trust_or_404(uuid), person_of(request)
    view = next((each for each in trust_page(person, found, today()).views if each.code == process), None)
    if process not in processes() or view is None:
        raise Http404
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        bodies=access.bodies_that_propose(person, found, today()),
        plans=list({row.version.plan_id: row.version.plan for row in view.rows}.values()),
        terms=view.candidate.terms if view.candidate else view.rows[0].terms,
        initial={"starts_on": min(actions.default_start(today()), max(row.ends_on for row in view.rows))},
    )

    def save(given: dict[str, Any]) -> str:
        shared = actions.propose_process(
            **who_and_when(request),
            trust=found,
            process=process,
            body=given["body"],
            plans=list(given["plans"]),
            changes=form.terms(),
        )
        messages.success(request, "The process is proposed. Each plan’s partners can now answer.")
        return reverse("performance:shared", args=[shared.uuid])

    title = f"Propose one process: {view.label.lower()}"
    back = reverse("performance:process", args=[found.uuid, process])
    context = {"title": title, "button": "Propose it", "back": back}
    return form_page(request, form, save, of_trust(found, (view.label, back), ("Propose", ""), **context))


def shared(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A shared process: its terms, and how far each plan has come with it."""
    found = _shared_or_404(uuid)
    person, patients = person_of(request), patients_of(found.trust, today())
    offers: list[dict[str, Any]] = [
        {
            "standing": standing,
            "name": _name(standing.offer),
            "share": patients.share_of(standing.offer.plan.area),
            "mine": _mine(request, standing),
            "may_keep_own": access.may_keep_own(person, standing.offer.uuid, today()),
        }
        for standing in standings_of(found, today())
    ]
    label = process_label(found.process)
    context = {
        "shared": found,
        "label": label,
        "terms": [(aspect.label, in_words(found.terms, aspect)) for aspect in Aspect],
        "offers": offers,
        "adopted": sum(each["standing"].is_adopted for each in offers),
        "may_withdraw": found.withdrawn_at is None and access.may_withdraw_shared(person, found.uuid, today()),
    }
    return render(request, "performance/shared.html", of_trust(found.trust, (f"One process: {label}", ""), **context))


def _shared_or_404(uuid: UUID) -> SharedProcess:
    related = ("trust", "body", "proposed_by", "withdrawn_by")
    return get_object_or_404(SharedProcess.objects.select_related(*related), uuid=uuid)


def _name(offer: ProcessOffer) -> str:
    return f"{offer.plan.area.name}, {load_round(offer.plan.round_id).label}"


def _mine(request: HttpRequest, standing: OfferStanding) -> dict[str, Any]:
    """For which partners of the plan the person may answer: those still silent, and those whose answer stands."""
    bodies = plans.bodies_to_answer_for(person_of(request), standing.offer.plan.area, today())
    keys = {body.pk for body in bodies}
    return {
        "silent": [body for body in standing.silent if body.pk in keys],
        "answered": [each.consent for each in standing.answers if each.consent and each.body.pk in keys],
    }


@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a proposal back."""
    found = _shared_or_404(uuid)
    reason = request.POST.get("reason", "")
    if told(request, lambda: actions.withdraw_process(**who_and_when(request), shared=found, reason=reason)):
        messages.success(request, "The proposal is withdrawn. Each plan asks its own terms again.")
    return redirect("performance:shared", found.uuid)


def _offer_or_404(uuid: UUID) -> ProcessOffer:
    return get_object_or_404(ProcessOffer.objects.select_related("shared__trust", "plan__area"), uuid=uuid)


def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answer for one partner of one plan."""
    offer = _offer_or_404(uuid)
    standing = standing_of_offer(offer, today())
    bodies = _mine(request, standing)["silent"] or plans.bodies_to_answer_for(
        person_of(request), offer.plan.area, today()
    )
    form = OfferAnswerForm(request.POST if request.method == "POST" else None, bodies=bodies)

    def save(given: dict[str, Any]) -> str:
        actions.answer_offer(
            **who_and_when(request),
            offer=offer,
            body=given["body"],
            verdict=given["verdict"],
            reason=given["reason"],
        )
        messages.success(request, f"The answer of {given['body'].name} is recorded.")
        return reverse("performance:shared", args=[offer.shared.uuid])

    return form_page(request, form, save, _offer_context(offer, standing, "Answer", "Give this answer"))


def keep_own(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep a plan's own terms in one part of them."""
    offer = _offer_or_404(uuid)
    standing = standing_of_offer(offer, today())
    kept = [each.aspect for each in standing.exceptions]
    form = KeepOwnForm(request.POST if request.method == "POST" else None, kept=kept)

    def save(given: dict[str, Any]) -> str:
        actions.keep_own(**who_and_when(request), offer=offer, aspect=given["aspect"], reason=given["reason"])
        messages.success(request, "The plan keeps its own there. Answers given before were to something else.")
        return reverse("performance:shared", args=[offer.shared.uuid])

    return form_page(request, form, save, _offer_context(offer, standing, "Keep the plan’s own", "Keep it"))


def _offer_context(offer: ProcessOffer, standing: OfferStanding, title: str, button: str) -> dict[str, Any]:
    back = reverse("performance:shared", args=[offer.shared.uuid])
    label = process_label(offer.shared.process)
    terms = [(aspect.label, in_words(offer.shared.terms, aspect)) for aspect in Aspect]
    return of_trust(
        offer.shared.trust,
        (f"One process: {label}", back),
        (title, ""),
        title=f"{title}: {_name(offer)}",
        button=button,
        back=back,
        terms=terms,
        standing=standing,
    )


@require_POST
def follow(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give up a plan's own terms for the shared ones."""
    found = get_object_or_404(ProcessException.objects.select_related("offer__shared", "offer__plan__area"), uuid=uuid)
    if told(request, lambda: actions.follow_shared(**who_and_when(request), exception=found)):
        messages.success(request, "The plan follows the shared process there too. Its partners answer again.")
    return redirect("performance:shared", found.offer.shared.uuid)


@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take one partner's answer back."""
    consent = get_object_or_404(Consent.objects.select_related("body"), uuid=uuid, subject_kind=access.OFFER)
    offer = _offer_or_404(consent.subject_id)
    reason = request.POST.get("reason", "")
    if told(request, lambda: actions.take_back_answer(**who_and_when(request), consent=consent, reason=reason)):
        messages.success(request, f"The answer of {consent.body.name} is taken back.")
    return redirect("performance:shared", offer.shared.uuid)
