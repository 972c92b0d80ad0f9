"""Steps of agreement: offering, each partner's answer, taking back, throwing a draft away."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from commonpool.people.models import Consent
from commonpool.risk_share.actions import contracts as actions
from commonpool.risk_share.queries import access
from commonpool.risk_share.views.asking import (
    answer_given,
    reason_given,
    told,
    version_or_404,
    who_and_when,
)


@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Throw a draft away."""
    version = version_or_404(uuid)
    if not told(request, lambda: actions.remove_draft(**who_and_when(request), version=version)):
        return redirect("risk_share:contract", uuid)
    messages.success(request, f"The draft ‘{version.title}’ is thrown away.")
    return redirect("risk_share:area", version.agreement.fund.area.uuid)


@require_POST
def offer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Offer a draft for agreement."""
    version = version_or_404(uuid)
    if told(request, lambda: actions.offer(**who_and_when(request), version=version)):
        messages.success(request, f"Version {version.number} is offered. Each partner’s chief officer can now answer.")
    return redirect("risk_share:contract", uuid)


@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take an offer back."""
    version, reason = version_or_404(uuid), reason_given(request)
    if told(request, lambda: actions.withdraw(**who_and_when(request), version=version, reason=reason)):
        messages.success(request, f"The offer of version {version.number} is taken back.")
    return redirect("risk_share:contract", uuid)


@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give one partner's answer."""
    version = version_or_404(uuid)
    give = partial(actions.answer, version=version)
    return answer_given(request, version.agreement, give, redirect("risk_share:contract", uuid))


@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back an answer while the contract is only offered."""
    consent = get_object_or_404(Consent.objects.select_related("body"), uuid=uuid, subject_kind=access.CONTRACT)
    reason = reason_given(request)
    if told(request, lambda: actions.take_back_answer(**who_and_when(request), consent=consent, reason=reason)):
        messages.success(request, f"The answer of {consent.body.name} is taken back.")
    return redirect("risk_share:contract", consent.subject_id)
