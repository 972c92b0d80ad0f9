"""What is done while reading: code, take away, put back, note, tag, mark as read. Each by form, and by script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.voices.actions.codings import put_back as put_coding_back
from commonpool.voices.actions.codings import uncode as take_away
from commonpool.voices.actions.marking import code_words, write_on_coding
from commonpool.voices.actions.memos import write_on_words
from commonpool.voices.actions.readings import mark_done, mark_read
from commonpool.voices.actions.tags import put_tag_back as put_tag_on_again
from commonpool.voices.actions.tags import tag_turn as put_tag
from commonpool.voices.actions.tags import untag_turn as take_tag
from commonpool.voices.errors import StepError
from commonpool.voices.forms.reading import CodingForm, CodingMemoForm, NoteForm, ReadForm, TagForm
from commonpool.voices.models import Coding, TeamMember, Transcript, TranscriptVersion, Turn, TurnTag
from commonpool.voices.queries.codings import coding_seen
from commonpool.voices.queries.offering import may_make_codes
from commonpool.voices.queries.reading import read
from commonpool.voices.queries.rounds import round_to_code_in
from commonpool.voices.rules.codebook import CodebookError
from commonpool.voices.views.asking import member, of_study, row_or_404, study_of, told, who_and_when
from commonpool.voices.views.reading import reading_page
from commonpool.voices.views.speakers import below_text


def by_script(request: HttpRequest) -> bool:
    """Whether the page's script asks, which wants JSON."""
    return request.headers.get("accept") == "application/json"


@require_POST
def code(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put codes on a passage."""
    row = row_or_404(Transcript, uuid, "study", "newest")
    me = member(request, row.study)
    said = None if request.POST.get("start") else read(row)
    allowed = by_script(request) or may_make_codes(round_to_code_in(me, row))
    form = CodingForm(request.POST, said=said, may_make_codes=allowed)
    if not form.is_valid():
        return _refused(request, row, form, _reasons(form))
    given = form.cleaned_data
    try:
        made = code_words(
            **who_and_when(request),
            member=me,
            version=_version(row, given["version"]),
            span=given["span"],
            codes=given["codes"],
            memo=given["memo"],
            in_vivo=given.get("in_vivo", False),
        )
    except (StepError, CodebookError, ValidationError) as refused:
        return _refused(request, row, form, _said(refused), status=409)
    if by_script(request):
        return JsonResponse({"made": [{"uuid": str(each.uuid), "code": each.code.name} for each in made]})
    names = " and ".join(f"‘{each.code.name}’" for each in made)
    messages.success(request, f"Coded {names}. It can be taken away beside the text.")
    return back_to(row, made[0].start)


def _refused(request: HttpRequest, row: Transcript, form: CodingForm, why: str, status: int = 400) -> HttpResponse:
    """Say why, and keep what was typed."""
    if by_script(request):
        return JsonResponse({"problem": why}, status=status)
    if not form.errors:
        form.add_error(None, why)
    return reading_page(request, row, form)


def _reasons(form: Any) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _said(refused: Exception) -> str:
    if isinstance(refused, CodebookError):
        return " ".join(refused.reasons)
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)


def _version(row: Transcript, uuid: UUID) -> TranscriptVersion:
    """The version that was read; the action says where it is not the newest any more."""
    if row.newest is not None and row.newest.uuid == uuid:
        row.newest.transcript = row
        return row.newest
    return get_object_or_404(TranscriptVersion.objects.select_related("transcript"), uuid=uuid, transcript=row)


def back_to(row: Transcript, position: int | None = None, number: int | None = None) -> HttpResponseRedirect:
    """To the turn where something was done."""
    if number is None and position is not None:
        turn = Turn.objects.filter(version=row.newest_id, start__lte=position).order_by("-number").first()
        number = turn.number if turn else None
    address = reverse("voices:transcript", args=[row.uuid])
    return redirect(f"{address}?turn={number}#turn-{number}" if number else address)


@dataclass(frozen=True, slots=True)
class Undo:
    """What was taken away, in a sentence, and what is sent where to put it back."""

    said: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


def answer_step(
    request: HttpRequest, step: Callable[[], object], back: Callable[[], HttpResponse], undo: Undo | None = None
) -> HttpResponse:
    """Take a step: the script gets JSON, a form the page with what happened; both with how it is undone."""
    if not by_script(request):
        if told(request, step) and undo:
            messages.success(request, f"{undo.said} It can be put back at the end of the page.")
        return back()
    try:
        step()
    except (StepError, CodebookError, ValidationError) as refused:
        return JsonResponse({"problem": _said(refused)}, status=409)
    return JsonResponse(asdict(undo) if undo else {})


def _coding(request: HttpRequest, uuid: UUID) -> tuple[Coding, TeamMember]:
    """The coding, if whoever asks may know of it, and who asks."""
    me = member(request, study_of(Coding, uuid))
    found = coding_seen(me, uuid)
    if found is None:
        raise Http404
    return found, me


@require_POST
def uncode(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take one's own coding away."""
    row, me = _coding(request, uuid)
    return answer_step(
        request,
        lambda: take_away(**who_and_when(request), member=me, coding=row),
        lambda: back_to(row.transcript, row.start),
        Undo(f"‘{row.code.name}’ was taken away.", reverse("voices:put-coding-back", args=[row.uuid])),
    )


@require_POST
def put_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put back what one took away."""
    row, me = _coding(request, uuid)
    return answer_step(
        request,
        lambda: put_coding_back(**who_and_when(request), member=me, coding=row),
        lambda: back_to(row.transcript, row.start),
    )


def note_coding(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The memo of one's own coding: a page of its own, and what the script sends."""
    row, me = _coding(request, uuid)
    form = CodingMemoForm(request.POST or None, initial={"text": row.memo if row.coder_id == me.pk else ""})

    def step() -> None:
        write_on_coding(**who_and_when(request), member=me, coding=row, memo=form.cleaned_data["text"])

    if request.method == "POST" and form.is_valid():
        return answer_step(request, step, lambda: back_to(row.transcript, row.start))
    if by_script(request):
        return JsonResponse({"problem": _reasons(form)}, status=400)
    trail = below_text(me.study, row.transcript, f"Memo on ‘{row.code}’")
    context = of_study(request, me.study, *trail, form=form, coding=row)
    return render(request, "voices/coding_memo.html", context)


@require_POST
def note(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write a memo on some words, or on the transcript."""
    row = row_or_404(Transcript, uuid, "study", "newest")
    me = member(request, row.study)
    said = None if request.POST.get("start") else read(row)
    form = NoteForm(request.POST, said=said)

    def step() -> None:
        if not form.is_valid():
            raise StepError(_reasons(form))
        given = form.cleaned_data
        version = _version(row, given["version"])
        write_on_words(**who_and_when(request), member=me, version=version, span=given["span"], text=given["text"])

    return answer_step(
        request, step, lambda: back_to(row, number=form.cleaned_data.get("turn") if form.is_bound else None)
    )


@require_POST
def tag_turn(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a tag on a turn."""
    row = row_or_404(Transcript, uuid, "study", "newest")
    me, form = member(request, row.study), TagForm(request.POST)

    def step() -> None:
        if not form.is_valid():
            raise StepError(_reasons(form))
        given = form.cleaned_data
        version = _version(row, given["version"])
        put_tag(**who_and_when(request), member=me, version=version, number=given["turn"], name=given["name"])

    return answer_step(request, step, lambda: back_to(row, number=form.cleaned_data.get("turn")))


@require_POST
def untag_turn(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take one's own tag off a turn."""
    row, me = _own_tag(request, uuid)
    return answer_step(
        request,
        lambda: take_tag(**who_and_when(request), member=me, turn_tag=row),
        lambda: back_to(row.transcript, row.start),
        Undo(f"The tag ‘{row.tag}’ was taken off.", reverse("voices:put-tag-back", args=[row.uuid])),
    )


@require_POST
def put_tag_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put back a tag that one took off."""
    row, me = _own_tag(request, uuid)
    return answer_step(
        request,
        lambda: put_tag_on_again(**who_and_when(request), member=me, turn_tag=row),
        lambda: back_to(row.transcript, row.start),
    )


def _own_tag(request: HttpRequest, uuid: UUID) -> tuple[TurnTag, TeamMember]:
    """One's own tag on a turn, and who asks. Of others' nothing is told: not that they are there either."""
    me = member(request, study_of(TurnTag, uuid))
    return row_or_404(TurnTag, uuid, "tag", "transcript", "transcript__study", member=me), me


@require_POST
def read_turns(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark turns as read, or as not read."""
    row = row_or_404(Transcript, uuid, "study", "newest")
    me, form = member(request, row.study), ReadForm(request.POST)

    def step() -> None:
        if not form.is_valid():
            raise StepError(_reasons(form))
        version = _version(row, form.cleaned_data["version"])
        is_read = form.cleaned_data["is_read"]
        mark_read(**who_and_when(request), member=me, version=version, numbers=form.numbers(), is_read=is_read)

    return answer_step(request, step, lambda: back_to(row, number=form.cleaned_data.get("turn")))


@require_POST
def finish_reading(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that one is through with a transcript, or not after all."""
    row = row_or_404(Transcript, uuid, "study", "newest")
    me, is_done = member(request, row.study), request.POST.get("done") == "1"
    address = reverse("voices:transcript", args=[row.uuid])
    return answer_step(
        request,
        lambda: mark_done(**who_and_when(request), member=me, transcript=row, is_done=is_done),
        lambda: redirect(f"{address}#next" if is_done else address),
    )
