"""Quotations: those of a study, choosing a passage, wording it, checking it, and files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from commonpool.voices.actions import quotations as actions
from commonpool.voices.errors import StepError
from commonpool.voices.forms.quotations import CodeForm, FewestForm, FindForm, WordingForm
from commonpool.voices.models import Code, Coding, Quotation, Study, TeamMember, Transcript, TranscriptVersion
from commonpool.voices.queries import codings
from commonpool.voices.queries.quotations import (
    Passage,
    Quoting,
    balance,
    fewest_of,
    quotable,
    removed_by,
    seen_by,
)
from commonpool.voices.queries.texts import text_of, texts_of
from commonpool.voices.quoting_files import FORMATS, written
from commonpool.voices.rules.attribution import Breadth
from commonpool.voices.rules.text import Span
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when
from commonpool.voices.views.matrices import codes_of

ON_A_PAGE = 50
MOST_FAULTS = 200


def quotations(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The study's quotations with their labels and what stands against printing them; files where nothing does."""
    study = row_or_404(Study, uuid)
    me = member(request, study)
    shown = Quoting(me).shown(seen_by(me))
    kind = request.GET.get("download", "")
    asked = [each for each in shown if each.passes] if request.GET.get("only") == "passing" else shown
    if kind in FORMATS and asked and all(each.passes for each in asked):
        return written(kind, asked, is_invented=study.is_invented)
    passing = sum(each.passes for each in shown)
    context: dict[str, Any] = {
        "page": Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")),
        "total": len(shown),
        "passing": passing,
        "failing": [each for each in shown if not each.passes][:MOST_FAULTS],
        "was_refused": kind in FORMATS,
        "formats": FORMATS.items(),
        "balance": balance(me, shown),
        "removed": Quoting(me).shown(removed_by(me)),
        "fewest": fewest_of(study),
        "fewest_form": FewestForm(initial={"fewest": fewest_of(study)}),
    }
    status = 409 if kind in FORMATS and shown else 200
    whole = of_study(request, study, *_below(study), **context)
    return render(request, "voices/quotations.html", whole, status=status)


def _below(study: Study, *more: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("voices:quotations", args=[study.uuid]) if more else ""
    return [("Quotations", here), *more]


def choose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose a passage to quote: one that has a code, or any words of a text."""
    study = row_or_404(Study, uuid)
    me = member(request, study)
    codes = Code.objects.filter(study=study, is_retired=False, is_codable=True)
    texts = Transcript.objects.filter(study=study).exclude(newest=None).select_related("newest")
    find = FindForm(request.POST if request.method == "POST" else None, texts=texts)
    if request.method == "POST" and find.is_valid():
        text, words = find.cleaned_data["transcript"], find.cleaned_data["words"]
        if (span := _found(text, words)) is not None:
            return redirect(_quote_url(study, transcript=str(text.uuid), start=span.start, end=span.end))
        find.add_error("words", f"These words do not stand in {text}. Copy them from the text, with nothing left out.")
    asked = _uuid(request.GET.get("code"))
    code = codes.filter(uuid=asked).first() if asked else None
    page = Paginator(quotable(me, code) if code else (), ON_A_PAGE).get_page(request.GET.get("page"))
    versions = texts_of([each.version for each in page])
    context = {
        "code_form": CodeForm(
            request.GET or None, codes=codes, in_order=[each for each in codes_of(study) if each[0].is_codable]
        ),
        "find": find,
        "code": code,
        "page": page,
        "passages": [(each, versions[each.version_id][each.start : each.end]) for each in page],
    }
    trail = _below(study, ("Choose a passage", ""))
    return render(request, "voices/quotable.html", of_study(request, study, *trail, **context))


def _found(text: Transcript, words: str) -> Span | None:
    """Where the words stand, whatever the breadth of spaces; the first place."""
    parts = [re.escape(part) for part in words.split()]
    found = re.search(r"\s+".join(parts), text_of(text.newest)) if parts and text.newest else None
    return Span(found.start(), found.end()) if found else None


def _quote_url(study: Study, **asked: str | int) -> str:
    return f"{reverse('voices:quote', args=[study.uuid])}?{urlencode(asked)}"


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def quote(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Quote the passage that the address names: `?coding=UUID`, or `?transcript=UUID&start=0&end=9` in code points."""
    study = row_or_404(Study, uuid)
    me = member(request, study)
    version, span, coding = _asked_passage(request, me)
    try:
        passage = actions.quotable_passage(version, span)
    except StepError as refused:
        messages.error(request, str(refused))
        return redirect("voices:quotable", study.uuid)
    initial = {"text": passage.proposal, "breadth": Breadth.BOTH.value}
    form = WordingForm(request.POST) if request.method == "POST" else WordingForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {"text": form.cleaned_data["text"], "breadth": form.cleaned_data["breadth"]}
        made = _try(
            form,
            lambda: actions.quote(
                **who_and_when(request), member=me, version=version, span=span, coding=coding, **given
            ),
        )
        if made is not None:
            return redirect("voices:quotation", made.uuid)
    context = {"passage": passage, "form": form, "labels": _labels(me, passage), "transcript": version.transcript}
    trail = _below(study, ("Quote a passage", ""))
    return render(request, "voices/quote.html", of_study(request, study, *trail, **context))


def _asked_passage(request: HttpRequest, me: TeamMember) -> tuple[TranscriptVersion, Span, Coding | None]:
    """The passage of an address. A coding that this member may not see is as one that is not there."""
    if request.GET.get("coding"):
        seen = codings.seen_by(me).select_related("version__transcript")
        coding = get_object_or_404(seen, uuid=_uuid(request.GET["coding"]))
        return coding.version, Span(coding.start, coding.end), coding
    texts = Transcript.objects.filter(study=me.study_id).exclude(newest=None).select_related("newest")
    text = get_object_or_404(texts, uuid=_uuid(request.GET.get("transcript")))
    start, end = request.GET.get("start", ""), request.GET.get("end", "")
    are_numbers = all(each.isascii() and each.isdigit() and len(each) < 10 for each in (start, end))
    if not are_numbers or int(start) >= int(end) or text.newest is None:
        raise Http404("The address names no passage.")
    text.newest.transcript = text
    return text.newest, Span(int(start), int(end)), None


def _try(form: WordingForm, step: Callable[[], Quotation]) -> Quotation | None:
    """Take the step; what is refused stands beside the words."""
    try:
        return step()
    except StepError as refused:
        form.add_error("text", str(refused))
        return None


def _labels(me: TeamMember, passage: Passage) -> list[tuple[str, Any]]:
    """What each choice of label comes to for this participant."""
    quoting = Quoting(me)
    return [(each.label, quoting.attribution(passage.participant, each.value)) for each in Breadth]


def quotation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One quotation beside its original: what was cut, its label, what stands against it; word it anew.

    Wording it comes to an address of its own, which readers may not open.
    """
    row, me = _seen(request, uuid)
    shown = Quoting(me).shown([row])[0]
    initial = {"text": shown.text or "", "breadth": row.breadth, "revision": row.revision}
    is_reworded = request.method == "POST" and request.path == reverse("voices:reword-quotation", args=[uuid])
    form = WordingForm(request.POST) if is_reworded else WordingForm(initial=initial)
    if is_reworded and form.is_valid():
        given = {**form.cleaned_data, "revision": form.cleaned_data["revision"] or 0}
        if _try(form, lambda: actions.reword(**who_and_when(request), quotation=row, **given)) is not None:
            messages.success(request, "Kept. It is a draft until somebody has checked it.")
            return redirect("voices:quotation", row.uuid)
    passage = Passage(row.version, Span(row.start, row.end), shown.original, row.participant, (), False)
    context = {"shown": shown, "quotation": row, "form": form, "labels": _labels(me, passage)}
    trail = _below(row.study, ("Quotation", ""))
    return render(request, "voices/quotation.html", of_study(request, row.study, *trail, **context))


def _seen(
    request: HttpRequest, uuid: UUID, which: Callable[[TeamMember], QuerySet[Quotation]] = seen_by
) -> tuple[Quotation, TeamMember]:
    """A quotation that this member may see; on a text that is coded blind, others' are as if they were not there."""
    me = member(request, row_or_404(Quotation, uuid, "study").study)
    related = ("study", "transcript", "version", "participant", "coding", "chosen_by", "checked_by")
    return get_object_or_404(which(me).select_related(*related), uuid=uuid), me


@require_POST
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that the quotation was held against its original."""
    row, me = _seen(request, uuid)
    revision = request.POST.get("revision", "")
    number = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
    told(request, lambda: actions.check(**who_and_when(request), member=me, quotation=row, revision=number))
    return redirect("voices:quotation", row.uuid)


@require_POST
def uncheck(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make it a draft again."""
    row, _ = _seen(request, uuid)
    told(request, lambda: actions.uncheck(**who_and_when(request), quotation=row))
    return redirect("voices:quotation", row.uuid)


@require_POST
def drop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a quotation away."""
    row, _ = _seen(request, uuid)
    if told(request, lambda: actions.drop(**who_and_when(request), quotation=row)):
        messages.success(request, "The quotation is taken away. Whoever chose it can put it back below the list.")
    return redirect("voices:quotations", row.study.uuid)


@require_POST
def put_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put back what was taken away."""
    row, _ = _seen(request, uuid, removed_by)
    told(request, lambda: actions.put_back(**who_and_when(request), quotation=row))
    return redirect("voices:quotations", row.study.uuid)


@require_POST
def bring_along(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Move it to the newest version of its text."""
    row, _ = _seen(request, uuid)
    told(request, lambda: actions.bring_along(**who_and_when(request), quotation=row))
    return redirect("voices:quotation", row.uuid)


@require_POST
def set_fewest(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How few participants a label may stand for."""
    study = row_or_404(Study, uuid)
    form = FewestForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Type a whole number from 2 to 50.")
    elif told(request, lambda: actions.set_fewest(**who_and_when(request), study=study, **form.cleaned_data)):
        messages.success(request, "Kept. All labels follow it at once.")
    return redirect("voices:quotations", study.uuid)
