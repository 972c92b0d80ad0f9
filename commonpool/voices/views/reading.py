"""The reading view: one transcript with what was coded in it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.voices.models import Transcript
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.reading import turns_of
from commonpool.voices.views.asking import member, of_study, row_or_404


def transcript(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The newest version, turn by turn, with the codings that this person may see."""
    row = row_or_404(Transcript, uuid, "study", "newest", "interview")
    codings = seen_by(member(request, row.study)).filter(transcript=row).select_related("code", "coder")
    context = of_study(request, row.study, (row.name, ""), transcript=row, turns=turns_of(row), codings=codings)
    return render(request, "voices/transcript.html", context)
