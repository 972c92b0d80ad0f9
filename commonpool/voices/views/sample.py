"""The sample of a study: whom it hears, and the way to each step of fieldwork."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.voices.models import Interview, Site, Study
from commonpool.voices.queries.fieldwork import heard_in, sectors_of
from commonpool.voices.queries.sample import steps_of
from commonpool.voices.views.asking import of_study, row_or_404, steps_to, today


def sample(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How many sites, people and months; each step of the work with how it stands; what to do next."""
    study = row_or_404(Study, uuid, "body")
    context = of_study(
        request,
        study,
        ("Sample", ""),
        heard=heard_in(study),
        modes=dict(Interview.Mode.choices),
        sites=Site.objects.filter(study=study).count(),
        sectors=sectors_of(study),
        **steps_to(study, steps_of(study, today())),
    )
    return render(request, "voices/fieldwork/sample.html", context)
