"""The list of studies, beginning one, and a study's own page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from commonpool.people.queries import bodies_of
from commonpool.voices.actions.studies import begin_study
from commonpool.voices.forms.studies import StudyForm
from commonpool.voices.models import Study
from commonpool.voices.queries import access
from commonpool.voices.queries.stages import stages_of
from commonpool.voices.queries.studies import overview_of
from commonpool.voices.views.asking import (
    member,
    of_study,
    person_of,
    row_or_404,
    steps_to,
    today,
    told,
    who_and_when,
)


def studies(request: HttpRequest) -> HttpResponse:
    """The studies whose team the person belongs to."""
    person = person_of(request)
    context = {
        "studies": access.studies_of(person, today()),
        "may_begin": access.may_begin_study(person, today()),
        "trail": [("Home", "/"), ("Studies", "")],
    }
    return render(request, "voices/studies.html", context)


def begin(request: HttpRequest) -> HttpResponse:
    """Begin a study; whoever begins it leads it."""
    form = StudyForm(request.POST or None, bodies=bodies_of(person_of(request), today()))
    made: list[Study] = []

    def step() -> None:
        made.append(begin_study(**who_and_when(request), **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect("voices:study", made[0].uuid)
    trail = [("Home", "/"), ("Studies", "/studies/"), ("Begin a study", "")]
    return render(request, "voices/begin.html", {"form": form, "trail": trail})


def study(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where a study stands: its interviews, texts, framework and coding, and what to do next."""
    row = row_or_404(Study, uuid, "body")
    me = member(request, row)
    steps = steps_to(row, stages_of(me, today()))
    return render(request, "voices/study.html", of_study(request, row, overview=overview_of(me), **steps))
