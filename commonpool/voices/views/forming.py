"""A page with one form, as most pages of fieldwork are: shown, saved when it is whole, every fault told above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.sheets import Unreadable
from commonpool.voices.errors import StepError
from commonpool.voices.models import Study
from commonpool.voices.views.asking import of_study

# Saves what was typed; gives the words of what was done.
Save = Callable[[], str]


@dataclass(frozen=True, slots=True)
class FormPage:
    """The words of a form's page. `below`: the list that it belongs to, its words and the name of its address.

    takes_away  the address that takes the row away; "" where nothing can be
    """

    title: str
    button: str
    below: tuple[str, str]
    says: str = ""
    takes_away: str = ""
    take_away_says: str = ""


def sample_trail(study: Study, *below: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the sample to a page of it."""
    return [("Sample", reverse("voices:sample", args=[study.uuid])), *below]


def form_page(
    request: HttpRequest, study: Study, page: FormPage, form: forms.Form, save: Save, **more: Any
) -> HttpResponse:
    """Show a form; when it is sent whole, save it and go back to its list. What is refused stands above the form."""
    words, name = page.below
    back = reverse(name, args=[study.uuid])
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, save())
        except StepError as refused:
            form.add_error(None, str(refused))
        except Unreadable as faults:
            form.add_error("file", [str(finding) for finding in faults.findings])
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
        else:
            return redirect(back)
    trail = sample_trail(study, (words, back), (page.title, ""))
    context = of_study(request, study, *trail, page=page, form=form, back=back, **more)
    return render(request, "voices/fieldwork/form.html", context)


def sent(request: HttpRequest) -> Any:
    """What a form is bound with: what was sent, or nothing where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> Any:
    """The same of files."""
    return request.FILES if request.method == "POST" else None
