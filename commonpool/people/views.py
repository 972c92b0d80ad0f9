"""Pages about accounts. Who may open them stands in `site/access/`."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from commonpool.pages import formats
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.people import actions, queries
from commonpool.people.forms import AcceptForm, EndForm, InviteForm
from commonpool.people.models import Membership, Person
from commonpool.people.rules import Right, Role


def _end_link(membership: Membership) -> str:
    if membership.ends_on:
        return formats.day_text(membership.ends_on)
    address = reverse("people:end", args=[membership.uuid])
    hidden = f" the role of {membership.person.called}: {membership}"
    return format_html(
        '<a class="govuk-link" href="{}">End<span class="govuk-visually-hidden">{}</span></a>', address, hidden
    )


PEOPLE = ListPage(
    "people",
    "People and their roles",
    (
        Column("person", "Person", lambda row: row.person.called, filter=Filter.TEXT),
        Column("organisation", "Organisation", lambda row: row.organisation.name, filter=Filter.CHOICE),
        Column("role", "Role", lambda row: row.get_role_display(), filter=Filter.CHOICE),
        Column("from", "From", lambda row: row.starts_on, Kind.DATE),
        Column("until", "Last day", lambda row: row.ends_on, Kind.DATE, show=_end_link),
        Column("account", "Account", lambda row: row.person.account_state.capitalize(), filter=Filter.CHOICE),
    ),
    empty="Nobody has a role yet. Invite somebody.",
    noun="roles",
    sort="person",
)


def people(request: HttpRequest) -> HttpResponse:
    """Who has which role in the organisations that I look after."""
    mine = queries.bodies_with_right(cast(Person, request.user), Right.INVITE, timezone.localdate())
    memberships = Membership.objects.filter(organisation__in=mine).select_related("person", "organisation")
    listing = PEOPLE.read(request.GET, memberships)
    return listing.file() or render(request, "people/people.html", {"listing": listing})


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to an organisation that I look after."""
    person, now = cast(Person, request.user), timezone.now()
    mine = queries.bodies_with_right(person, Right.INVITE, timezone.localdate())
    form = InviteForm(request.POST, organisations=mine) if request.method == "POST" else InviteForm(organisations=mine)
    if form.is_valid():
        try:
            membership = actions.invite(
                email=form.cleaned_data["email"],
                organisation=form.cleaned_data["organisation"],
                role=Role(form.cleaned_data["role"]),
                by=person,
                starts_on=timezone.localdate(now),
                at=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _invited(request, membership)
    return render(request, "people/invite.html", {"form": form})


def _invited(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Send the link; show it only where nothing can be sent, since whoever has it can open the account."""
    person = membership.person
    if person.has_usable_password():
        messages.success(request, f"{person.called} has the role now, and an account already.")
        return redirect("people:people")
    link = request.build_absolute_uri(reverse("people:accept", args=[actions.invitation_token(person)]))
    known = {"link": link, "membership": membership, "days": settings.INVITATION_DAYS}
    send_mail("Your account at Commonpool", render_to_string("people/invitation.txt", known), None, [person.email])
    known["is_sent"] = settings.ENVIRONMENT.mail_url is not None
    known["may_see_link"] = queries.may_hand_over_link(cast(Person, request.user), person, timezone.localdate())
    return render(request, "people/invited.html", known)


@never_cache
@sensitive_post_parameters("password")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Open the account that a link belongs to."""
    try:
        person = actions.invited_person(token)
        form = AcceptForm(request.POST, person=person) if request.method == "POST" else AcceptForm(person=person)
        if form.is_valid():
            given = form.cleaned_data
            actions.accept_invitation(token, name=given["name"], password=given["password"], at=timezone.now())
            messages.success(request, "Your account is open. Sign in with your address and the new password.")
            return redirect("account_login")
    except actions.InvitationError as error:
        return render(request, "people/no_invitation.html", {"why": str(error)}, status=410)
    return render(request, "people/accept.html", {"form": form, "person": person})


def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let a membership end."""
    membership = get_object_or_404(Membership.objects.select_related("person", "organisation"), uuid=uuid)
    form = EndForm(request.POST) if request.method == "POST" else EndForm(initial={"ends_on": timezone.localdate()})
    if form.is_valid():
        try:
            actions.end_membership(
                membership, ends_on=form.cleaned_data["ends_on"], by=cast(Person, request.user), at=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{membership} of {membership.person.called} ends with the day you chose.")
            return redirect("people:people")
    return render(request, "people/end.html", {"form": form, "membership": membership})
