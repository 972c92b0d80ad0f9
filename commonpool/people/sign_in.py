"""How people come in: allauth, with our rules. By invitation only, by address and password, or by single sign-on."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from commonpool.people.models import Person


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: accounts come by invitation."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for the first second factor just after signing in: the password was typed a minute ago."""
        request = context.request
        if app == "allauth.mfa" and request and request.user.is_authenticated and not is_mfa_enabled(request.user):
            signed_in_at = [record["at"] for record in get_authentication_records(request, request.user)]
            if signed_in_at and time.time() - signed_in_at[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """Turn away invented people wherever this is not the demonstration."""
        if user.is_demonstration and not settings.COMMONPOOL_DEMO:
            messages.error(request, "Demonstration accounts open only with COMMONPOOL_DEMO=1.")
            return redirect("account_login")
        stopped: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return stopped


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Links an outside identity to the account that was invited under the same, verified, address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """No: accounts come by invitation."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the invited account. Refuses an address that the provider does not vouch for."""
        if sociallogin.is_existing:
            return
        vouched = [address.email.lower() for address in sociallogin.email_addresses if address.verified is True]
        person = Person.objects.filter(email__in=vouched, is_active=True, is_demonstration=False).first()
        if person is None or person.invited_at is None:
            messages.error(
                request,
                "No account was invited under the address that your organisation vouches for. "
                "Ask the administrator of accounts to invite that address.",
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        sociallogin.connect(request, person)
