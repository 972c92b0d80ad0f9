"""Suggestions: codes that may have been missed in a text or a passage, passages like one, and how good they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from commonpool.voices import sentence_model
from commonpool.voices.actions.meaning import let_the_model_read
from commonpool.voices.actions.suggestions import answer_suggestion, take_answer_back
from commonpool.voices.models import Code, Coding, Study, SuggestionAnswer, Transcript, TranscriptVersion
from commonpool.voices.queries import codings
from commonpool.voices.queries.learning import Way
from commonpool.voices.queries.meaning import is_being_read, unread_of
from commonpool.voices.queries.suggestions import MOST_EXAMPLES, Suggesting, answers_of
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules.text import Span
from commonpool.voices.views.asking import member, of_study, row_or_404, study_of, told, who_and_when
from commonpool.voices.views.speakers import below_text

TURNS_ON_A_PAGE = 15


def suggestions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Codes that one may have missed, turn by turn; `?start=&end=` asks of one passage, in code points."""
    text = row_or_404(Transcript, uuid, "study", "newest")
    me = member(request, text.study)
    suggesting = Suggesting(me)
    span = _asked_span(request, text)
    found = suggesting.for_transcript(text) if span is None else suggesting.for_passage(text, span)
    refused = SuggestionAnswer.objects.filter(version=text.newest_id, member=me, is_accepted=False)
    context: dict[str, Any] = {
        **_how(suggesting.way_of(suggesting.looked_at(text, span)), text.study),
        "transcript": text,
        "is_off": suggesting.is_off(text),
        "known": suggesting.known,
        "is_passage": span is not None,
        "page": Paginator(found, TURNS_ON_A_PAGE).get_page(request.GET.get("page")),
        "refused": refused.select_related("code")[:20],
    }
    trail = below_text(text.study, text, "Suggestions")
    return render(request, "voices/suggestions.html", of_study(request, text.study, *trail, **context))


def _how(way: Way, study: Study) -> dict[str, Any]:
    """What a page says of the way in which suggestions were made."""
    return {"way": way, "model": sentence_model.NAME, "is_being_read": bool(way.unread) and is_being_read(study)}


def _asked_span(request: HttpRequest, text: Transcript) -> Span | None:
    """The passage that the address names, or None. Raises Http404 for one that is not in the text."""
    start, end = request.GET.get("start"), request.GET.get("end")
    if start is None and end is None:
        return None
    return _span(start or "", end or "", text.newest)


def _span(start: str, end: str, version: TranscriptVersion | None) -> Span:
    are_numbers = all(each.isascii() and each.isdigit() and len(each) < 10 for each in (start, end))
    if version is None or not are_numbers or not int(start) < int(end) <= version.length:
        raise Http404("The address names no passage.")
    return Span(int(start), int(end))


@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a suggested code, which codes the passage, or refuse it."""
    text = row_or_404(Transcript, uuid, "study", "newest")
    me = member(request, text.study)
    if str(getattr(text.newest, "uuid", "")) != request.POST.get("version"):
        messages.error(request, "The text has changed since this was suggested. Here are suggestions for it as it is.")
        return redirect("voices:suggestions", text.uuid)
    span = _span(request.POST.get("start", ""), request.POST.get("end", ""), text.newest)
    code = get_object_or_404(Code.objects.filter(study=text.study), uuid=_uuid(request.POST.get("code", "")))
    accepts = request.POST.get("answer") == "take"

    def step() -> None:
        assert text.newest is not None, "a passage of it was found"
        text.newest.transcript = text
        version = text.newest
        answer_suggestion(**who_and_when(request), member=me, version=version, span=span, code=code, accepts=accepts)

    if told(request, step):
        messages.success(request, f"Coded: {code.name}." if accepts else f"{code.name} is not offered there again.")
    return redirect(_back(request, text))


def _back(request: HttpRequest, text: Transcript) -> str:
    """The page that the answer came from: a coding's, or the text's at the same page."""
    like = request.POST.get("like", "")
    if like:
        return reverse("voices:more-like", args=[_uuid(like)])
    page = request.POST.get("page", "")
    query = f"?{urlencode({'page': page})}" if page.isascii() and page.isdigit() else ""
    return f"{reverse('voices:suggestions', args=[text.uuid])}{query}"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("The form names nothing that is here.") from None


@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let a refused suggestion be offered again."""
    row = row_or_404(SuggestionAnswer, uuid, "transcript", "study", "code")
    me = member(request, row.study)
    told(request, lambda: take_answer_back(**who_and_when(request), member=me, answer=row))
    return redirect("voices:suggestions", row.transcript.uuid)


def more_like(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Turns that are worded like a coded passage. A coding that this member may not see is as one not there."""
    study = study_of(Coding, uuid)
    me = member(request, study)
    related = ("code", "transcript", "version", "study")
    coding = get_object_or_404(codings.seen_by(me).select_related(*related), uuid=uuid)
    suggesting = Suggesting(me)
    found = suggesting.like(coding)
    way = suggesting.way_of([] if suggesting.is_off(coding.transcript) else suggesting.compared_with(coding))
    context = {
        **_how(way, study),
        "coding": coding,
        "words": texts_of([coding.version])[coding.version_id][coding.start : coding.end],
        "is_off": suggesting.is_off(coding.transcript),
        "found": found,
        "rate": way.learnt.rates.get(str(coding.code.uuid)),
    }
    text = coding.transcript
    trail = below_text(study, text, "More like this")
    return render(request, "voices/more_like.html", of_study(request, study, *trail, **context))


def hit_rates(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How good suggestions are for each code on the study's own codings, and what became of those that were made."""
    study = row_or_404(Study, uuid)
    suggesting = Suggesting(member(request, study))
    taken, refused = answers_of(suggesting.member)
    learnt = suggesting.learnt
    context = {
        **_how(Way(learnt, learnt.meaning, suggesting.unread), study),
        "measured": suggesting.measured(),
        "known": suggesting.known,
        "learnt_from": len(learnt.examples),
        "most": MOST_EXAMPLES,
        "taken": taken,
        "refused": refused,
    }
    trail = (("Quotations", reverse("voices:quotations", args=[study.uuid])), ("How good suggestions are", ""))
    return render(request, "voices/hit_rates.html", of_study(request, study, *trail, **context))


def read_by_model(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far the sentence model has read the study's passages; a POST lets it read what it has not."""
    study = row_or_404(Study, uuid)
    me = member(request, study)
    if request.method == "POST":
        told(request, lambda: let_the_model_read(**who_and_when(request), study=study))
        return redirect("voices:read-by-model", study.uuid)
    is_reading = is_being_read(study)
    if request.GET.get("format") == "json":
        return JsonResponse({"done": not is_reading})
    unread = unread_of(study) if sentence_model.is_installed() else None
    context = {"unread": unread, "model": sentence_model.NAME, "is_being_read": is_reading}
    trail = (
        ("Quotations", reverse("voices:quotations", args=[study.uuid])),
        ("How good suggestions are", reverse("voices:hit-rates", args=[study.uuid])),
        ("What the model has read", ""),
    )
    return render(request, "voices/read_by_model.html", of_study(request, me.study, *trail, **context))
