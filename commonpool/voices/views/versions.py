"""The versions of a text, correcting it, undoing the newest, and looking over what a correction touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.sheets.values import Unreadable
from commonpool.voices.actions import touched as looking
from commonpool.voices.actions import versions as actions
from commonpool.voices.actions.codings import uncode
from commonpool.voices.errors import StepError
from commonpool.voices.forms.versions import CorrectForm, TouchedForm, TurnForm, WholeTextForm
from commonpool.voices.models import Coding, Transcript, TranscriptVersion
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.touched import touched_codings, touched_memos, waiting_for
from commonpool.voices.queries.versions import history_of, opened_version
from commonpool.voices.reading.held import HeldFile, read_held
from commonpool.voices.reading.transcripts import ReadTranscript
from commonpool.voices.rules.versions import no_speakers
from commonpool.voices.views.asking import member, of_study, row_or_404, study_of, told, who_and_when
from commonpool.voices.views.speakers import below_text


def _text(uuid: UUID) -> Transcript:
    return row_or_404(Transcript, uuid, "study", "study__body", "newest", "interview")


def _page(request: HttpRequest, text: Transcript, label: str, template: str, **more: Any) -> HttpResponse:
    context = of_study(request, text.study, *below_text(text.study, text, label), transcript=text, **more)
    return render(request, f"voices/texts/{template}.html", context)


def versions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All versions of a text, and what each changed."""
    text = _text(uuid)
    waiting = waiting_for(member(request, text.study), text)
    return _page(request, text, "Versions", "versions", history=history_of(text), waiting=waiting)


def _version_of(text: Transcript, number: int) -> TranscriptVersion:
    found = text.versions.filter(number=number).first()
    if found is None:
        raise StepError("There is no such version. Open the text again.")
    return found


def _corrected(request: HttpRequest, text: Transcript, form: CorrectForm, step: Callable[[], object]) -> bool:
    """Takes the step; what is refused stands beside the form, with all that was typed."""
    try:
        step()
    except StepError as refused:
        form.add_error(None, str(refused))
        return False
    waiting = waiting_for(member(request, text.study), text)
    touched = f" {waiting} of your passages wait to be looked at." if waiting else ""
    messages.success(request, f"The text has a new version.{touched}")
    return True


def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct the whole text here, or put a corrected file in its place."""
    text = _text(uuid)
    newest = _newest(text)
    said = opened_version(newest).said
    form = (
        WholeTextForm(request.POST, request.FILES)
        if request.method == "POST"
        else WholeTextForm(initial={"text": said.text, "version": newest.number})
    )

    def step() -> None:
        given = {**who_and_when(request), "transcript": text, "reason": form.cleaned_data["reason"]}
        version = _version_of(text, form.cleaned_data["version"])
        if form.cleaned_data["file"]:
            read = _file(form, version)
            actions.replace_text(**given, version=version, said=read.transcript, file_format=read.format)
        else:
            actions.correct_text(**given, version=version, text=form.cleaned_data["text"])

    if form.is_bound and form.is_valid() and _corrected(request, text, form, step):
        return redirect("voices:versions", text.uuid)
    return _page(request, text, "Correct", "correct", form=form, turns=len(said.turns))


def _newest(text: Transcript) -> TranscriptVersion:
    if text.newest is None:
        raise Http404
    return text.newest


def _file(form: WholeTextForm, version: TranscriptVersion) -> ReadTranscript:
    """The corrected file as it is read. Raises StepError with every reason why it is not."""
    now = opened_version(version).said
    sent = form.cleaned_data["file"]
    nobody = frozenset(no_speakers(now.text, now.speakers()))
    [read] = read_held([HeldFile(sent.name or "file", sent.read(), form.cleaned_data["encoding"], nobody)])
    if isinstance(read, Unreadable):
        raise StepError(" ".join(f"{finding.problem} {finding.fix}" for finding in read.findings))
    return read


def correct_turn(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """Correct one turn."""
    text = _text(uuid)
    newest = _newest(text)
    said = opened_version(newest).said
    if not 1 <= number <= len(said.turns):
        raise Http404
    turn = said.turns[number - 1]
    form = TurnForm(
        request.POST if request.method == "POST" else None,
        initial={"words": said.words(turn), "version": newest.number},
    )

    def step() -> None:
        actions.correct_turn(
            **who_and_when(request),
            transcript=text,
            version=_version_of(text, form.cleaned_data["version"]),
            number=number,
            words=form.cleaned_data["words"],
            reason=form.cleaned_data["reason"],
        )

    if form.is_bound and form.is_valid() and _corrected(request, text, form, step):
        return redirect(f"{reverse('voices:transcript', args=[text.uuid])}#turn-{number}")
    return _page(request, text, f"Turn {number}", "turn", form=form, number=number, turn=turn, last=len(said.turns))


def which_turn(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page of the turn whose number was typed."""
    text = _text(uuid)
    asked = request.GET.get("number", "")
    last = _newest(text).turns.count()
    if asked.isascii() and asked.isdigit() and len(asked) < 8 and 1 <= int(asked) <= last:
        return redirect("voices:correct-turn", text.uuid, int(asked))
    messages.error(request, f"There is no turn ‘{asked}’. Write a number from 1 to {last}.")
    return redirect("voices:correct", text.uuid)


@require_POST
def undo_version(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the newest version away."""
    text = _text(uuid)
    if told(request, lambda: actions.undo_version(**who_and_when(request), transcript=text)):
        messages.success(request, "The newest version is undone. Codings stand where they stood before.")
    return redirect("voices:versions", text.uuid)


def touched(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Passages whose words a new version changed: confirm, cover other words, or take away."""
    text = _text(uuid)
    me = member(request, text.study)
    rows = [
        (each, TouchedForm(initial={"words": each.now}, auto_id=f"id_{each.coding.pk}_%s"))
        for each in touched_codings(me, text)
    ]
    mine = sum(each.is_mine for each, _ in rows)
    return _page(request, text, "To look at", "touched", rows=rows, mine=mine, memos=touched_memos(me, text))


@require_POST
def look_at_touched(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's own passage: `what` is confirm, adjust or remove."""
    me = member(request, study_of(Coding, uuid))
    coding = seen_by(me).filter(uuid=uuid).select_related("study", "transcript").first()
    if coding is None:
        raise Http404
    given = {**who_and_when(request), "member": me, "coding": coding}
    what = request.POST.get("what")
    if what == "adjust":
        is_done = told(request, lambda: looking.adjust_touched(**given, words=request.POST.get("words", "")))
    elif what == "remove":
        is_done = told(request, lambda: uncode(**given))
    else:
        is_done = told(request, lambda: looking.confirm_touched(**given))
    if is_done:
        messages.success(request, "Taken away. It can be put back." if what == "remove" else "Looked at.")
    return redirect("voices:touched", coding.transcript.uuid)
