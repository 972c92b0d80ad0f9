"""The sample of a study: whom it hears, and the way to each step of fieldwork."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonpool.voices.models import Interview, Site, Study
from commonpool.voices.queries.fieldwork import heard_in, sectors_of
from commonpool.voices.queries.sample import steps_of
from commonpool.voices.views.asking import of_study, row_or_404, today


def sample(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How many sites, people and months; each step of the work with how it stands; what to do next."""
    study = row_or_404(Study, uuid, "body")
    steps = [(step, reverse(step.url_name, args=[study.uuid])) for step in steps_of(study, today())]
    context = of_study(
        request,
        study,
        ("Sample", ""),
        heard=heard_in(study),
        modes=dict(Interview.Mode.choices),
        sites=Site.objects.filter(study=study).count(),
        sectors=sectors_of(study),
        steps=steps,
        next=next(((step, url) for step, url in steps if not step.is_done), None),
    )
    return render(request, "voices/fieldwork/sample.html", context)
