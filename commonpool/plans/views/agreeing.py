"""Sign-off: sharing, offering, each partner's answer, opening the pool, accepting warnings."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonpool.funds import queries as funds
from commonpool.funds.models import PooledFund
from commonpool.people.models import Consent
from commonpool.plans import actions, queries
from commonpool.plans.errors import PlanError
from commonpool.plans.forms import AnswerForm, ReasonForm
from commonpool.plans.models import StoredFinding
from commonpool.plans.views.asking import of_version, person_of, refusals_told, today, version_or_404


def sign_off(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who has agreed to what, exactly; and what one may do about it."""
    version = version_or_404(uuid)
    area = version.plan.area
    bodies = queries.bodies_to_answer_for(person_of(request), area, today())
    standing = queries.standing_of(version, today())
    answered = {answer.body.pk for answer in standing.answers if answer.consent}
    open_bodies = [body for body in bodies if body.pk not in answered]
    context = {
        "answer_form": AnswerForm(bodies=open_bodies) if open_bodies and version.state == "offered" else None,
        "mine": {body.pk for body in bodies},
        "withdraw_form": ReasonForm(),
        "funds": [fund for fund in funds.funds_of(area) if fund.state != PooledFund.State.CLOSED],
        "may_keep_funds": any(
            funds.may_keep_fund(person_of(request), fund.uuid, today()) for fund in funds.funds_of(area)
        ),
    }
    return render(request, "plans/sign_off.html", of_version(request, version, "Sign-off", **context))


@require_POST
def share(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a draft the one live copy of all partners."""
    version = version_or_404(uuid)
    with refusals_told(request):
        actions.share_draft(actor=person_of(request), at=timezone.now(), version=version)
        messages.success(request, "Every partner can now read and edit this draft.")
    return redirect("plans:version", version.uuid)


@require_POST
def offer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Offer a draft for agreement."""
    version = version_or_404(uuid)
    with refusals_told(request):
        actions.offer(actor=person_of(request), at=timezone.now(), version=version)
        messages.success(request, f"Version {version.number} is offered. Each partner’s chief officer can now answer.")
    return redirect("plans:sign-off", version.uuid)


@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take an offer back and go on in a new draft."""
    version = version_or_404(uuid)
    bodies = queries.bodies_to_write_for(person_of(request), version.plan.area, today())
    went_to = reverse("plans:sign-off", args=[version.uuid])
    with refusals_told(request):
        if not bodies:
            raise PlanError("None of your organisations writes this plan.")
        draft = actions.withdraw_offer(
            actor=person_of(request),
            at=timezone.now(),
            version=version,
            reason=request.POST.get("reason", ""),
            body=bodies[0],
        )
        messages.success(request, f"The offer is taken back. Work goes on in version {draft.number}.")
        went_to = reverse("plans:version", args=[draft.uuid])
    return redirect(went_to)


@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give one partner's answer."""
    version = version_or_404(uuid)
    form = AnswerForm(request.POST, bodies=queries.bodies_to_answer_for(person_of(request), version.plan.area, today()))
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("plans:sign-off", version.uuid)
    with refusals_told(request):
        given = form.cleaned_data
        actions.answer_offer(
            actor=person_of(request),
            at=timezone.now(),
            version=version,
            body=given["body"],
            verdict=given["verdict"],
            reason=given["reason"],
        )
        messages.success(request, f"The answer of {given['body'].name} is recorded.")
    return redirect("plans:sign-off", version.uuid)


@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back an answer while the version is still offered."""
    consent = get_object_or_404(Consent.objects.select_related("body"), uuid=uuid, subject_kind=funds.PLAN_VERSION)
    version = version_or_404(consent.subject_id)
    with refusals_told(request):
        actions.take_back_answer(
            actor=person_of(request),
            at=timezone.now(),
            version=version,
            consent=consent,
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, f"The answer of {consent.body.name} is taken back.")
    return redirect("plans:sign-off", version.uuid)


@require_POST
def open_pool(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a pooled fund live on an agreed version."""
    version = version_or_404(uuid)
    try:
        fund = get_object_or_404(PooledFund, uuid=UUID(request.POST.get("fund", "")), area=version.plan.area)
    except ValueError:
        raise Http404 from None
    with refusals_told(request):
        actions.open_pool(actor=person_of(request), at=timezone.now(), version=version, fund=fund, live_from=today())
        messages.success(request, f"‘{fund.name}’ is live on version {version.number}.")
    return redirect("plans:sign-off", version.uuid)


def accept(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Accept a warning, with a reason that the partners will read."""
    found = get_object_or_404(StoredFinding.objects.select_related("version"), uuid=uuid)
    version = version_or_404(found.version.uuid)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.accept_finding(
                actor=person_of(request), at=timezone.now(), finding=found, reason=form.cleaned_data["reason"]
            )
        except PlanError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The warning is accepted, with your reason.")
            return redirect("plans:findings", version.uuid)
    return render(
        request, "plans/accept.html", of_version(request, version, "Accept a warning", form=form, finding=found)
    )
