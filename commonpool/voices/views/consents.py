"""Consents of a study's participants, withdrawals, and what to look at after one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.pages.formats import moment_text
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.actions.consents import record_consent
from commonpool.voices.actions.withdrawing import look_at, withdraw
from commonpool.voices.errors import StepError
from commonpool.voices.forms.consents import ConsentForm, WithdrawForm
from commonpool.voices.models import Participant, ResearchConsent, Study, ToLookAt
from commonpool.voices.queries.consents import Standing, standing_of
from commonpool.voices.queries.touching import seen_for, to_look_at
from commonpool.voices.queries.withdrawing import effect_of, key_is_gone
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when


def _scope(name: str) -> Any:
    def value(row: Standing) -> str:
        if row.has_withdrawn:
            return "withdrawn"
        return "not recorded" if row.consent is None else "yes" if getattr(row.consent, name) else "no"

    return value


def _link(row: Standing) -> str:
    return reverse("voices:withdrawn" if row.has_withdrawn else "voices:consent", args=[row.participant.uuid])


def _when(row: Standing) -> str:
    return moment_text(row.participant.withdrawn_at) if row.has_withdrawn else ""


CONSENTS = ListPage(
    "consents",
    "What participants agreed to",
    (
        Column("participant", "Participant", lambda row: row.participant.pseudonym, link=_link, filter=Filter.TEXT),
        Column("given", "Agreed on", lambda row: row.consent.given_on if row.consent else None, Kind.DATE),
        Column("heard", "First heard on", lambda row: row.heard_on, Kind.DATE),
        Column("record", "Recorded", _scope("may_record"), filter=Filter.CHOICE),
        Column("quote", "Quoted", _scope("may_quote"), filter=Filter.CHOICE),
        Column("archive", "Kept for others", _scope("may_archive"), filter=Filter.CHOICE),
        Column(
            "withdrawn", "Withdrew", lambda row: row.participant.withdrawn_at, Kind.MOMENT, show=lambda row: _when(row)
        ),
    ),
    noun="participants",
    empty="No participant is recorded yet. Record whom you hear under Sample; what each agrees to stands here then.",
    sort="participant",
)


def consents(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What each participant agreed to, and who withdrew."""
    study = row_or_404(Study, uuid, "body")
    rows = standing_of(study)
    listing = CONSENTS.read(request.GET, rows, is_invented=study.is_invented)
    if file := listing.file():
        return file
    staying = [row for row in rows if not row.has_withdrawn]
    context = {
        "listing": listing,
        "people": len(rows),
        "unrecorded": sum(row.consent is None for row in staying),
        "unquoted": sum(row.consent is not None and not row.consent.may_quote for row in staying),
        "gone": len(rows) - len(staying),
        "late": [row.participant.pseudonym for row in staying if row.is_late],
    }
    return render(request, "voices/texts/consents.html", of_study(request, study, *_here(study), **context))


def _here(study: Study, *more: str) -> list[tuple[str, str]]:
    texts = ("Texts", reverse("voices:texts", args=[study.uuid]))
    if not more:
        return [texts, ("Consents", "")]
    return [texts, ("Consents", reverse("voices:consents", args=[study.uuid])), *((each, "") for each in more)]


def _person(uuid: UUID) -> Participant:
    return row_or_404(Participant, uuid, "study", "study__body", "site")


def consent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What one participant agreed to over time, and a form for what they agree to now."""
    person = _person(uuid)
    if person.withdrawn_at is not None:
        return redirect("voices:withdrawn", person.uuid)
    given = list(ResearchConsent.objects.filter(participant=person).select_related("recorded_by"))
    form = ConsentForm(request.POST if request.method == "POST" else None, initial=_initial(given))
    if form.is_bound and form.is_valid():
        try:
            record_consent(**who_and_when(request), participant=person, **form.cleaned_data)
        except StepError as refused:
            form.add_error("given_on", str(refused))
        else:
            messages.success(request, f"Recorded what {person.pseudonym} agreed to.")
            return redirect("voices:consents", person.study.uuid)
    context = {"person": person, "form": form, "given": given[::-1]}
    page = of_study(request, person.study, *_here(person.study, person.pseudonym), **context)
    return render(request, "voices/texts/consent.html", page)


def _initial(given: list[ResearchConsent]) -> dict[str, bool]:
    """The scope as it stands, so that a change is typed and nothing else; nothing ticked where none is recorded."""
    names = ("may_record", "may_quote", "may_archive")
    return {name: getattr(given[-1], name) for name in names} if given else {}


def withdrawal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a withdrawal makes unreadable and what is left to look at, said before; and the step itself."""
    person = _person(uuid)
    if person.withdrawn_at is not None:
        return redirect("voices:withdrawn", person.uuid)
    form = WithdrawForm(request.POST if request.method == "POST" else None, pseudonym=person.pseudonym)
    if form.is_bound and form.is_valid():
        try:
            withdraw(**who_and_when(request), participant=person, typed=form.cleaned_data["typed"])
        except StepError as refused:
            form.add_error("typed", str(refused))
        else:
            return redirect("voices:withdrawn", person.uuid)
    me = member(request, person.study)
    context = {"person": person, "form": form, "effect": effect_of(person, me), "touching": seen_for(person, me)}
    page = of_study(request, person.study, *_here(person.study, f"Withdraw {person.pseudonym}"), **context)
    return render(request, "voices/texts/withdraw.html", page)


def withdrawn(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is gone, and what is to be looked at."""
    person = _person(uuid)
    if person.withdrawn_at is None:
        return redirect("voices:consent", person.uuid)
    listed = to_look_at(person, member(request, person.study))
    rows = [row for each in listed.values() for row in each]
    context = {
        "person": person,
        "listed": listed,
        "left": sum(row.seen_at is None for row in rows),
        "total": len(rows),
        "is_gone": key_is_gone(person),
    }
    page = of_study(request, person.study, *_here(person.study, person.pseudonym), **context)
    return render(request, "voices/texts/withdrawn.html", page)


@require_POST
def finish_withdrawal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Destroy a key that a crash left behind."""
    person = _person(uuid)
    if person.withdrawn_at is not None:
        told(request, lambda: withdraw(**who_and_when(request), participant=person, typed=person.pseudonym))
    return redirect("voices:withdrawn", person.uuid)


@require_POST
def looked_at(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that something was looked at, or not after all."""
    row = row_or_404(ToLookAt, uuid, "participant")
    is_seen = request.POST.get("seen") != "0"
    told(request, lambda: look_at(**who_and_when(request), row=row, is_seen=is_seen))
    return redirect("voices:withdrawn", row.participant.uuid)
