"""Forms of the books, whose refusals call sources and pools by their names, not by their codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from commonpool.ledger.errors import LedgerError
from commonpool.ledger.queries.entry_words import with_names
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.views.asking import Save, form_page


def books_form(
    request: HttpRequest, form: forms.Form, save: Save, context: dict[str, Any], template: str = "ledger/form.html"
) -> HttpResponse:
    """As `form_page`, for a page of one ledger: what the books refuse is said in the names that people use."""

    def named(given: dict[str, Any]) -> str:
        try:
            return save(given)
        except LedgerError as refused:
            raise LedgerError(with_names(str(refused), names_of(context["ledger"]))) from refused

    return form_page(request, form, named, context, template)
