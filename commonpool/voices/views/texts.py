"""The list of a study's texts; sending files, deciding on them, undoing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from commonpool.findings import Finding
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.actions import uploads as actions
from commonpool.voices.actions.undoing import undo_import
from commonpool.voices.forms.texts import EncodingForm, KeepForm, UploadForm
from commonpool.voices.models import Study, TextUpload, Transcript
from commonpool.voices.queries.transcripts import ListedText, listed_texts
from commonpool.voices.queries.uploads import HeldText, held_texts
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when

State = TextUpload.State
CURES: Final = {
    "TEXT-30": "Look whether accents and quotation marks are right; if not, choose below what it is written in.",
    "TEXT-32": "If this is nobody’s name, say so below.",
}


def _name(row: ListedText) -> str:
    link = format_html(
        '<a class="govuk-link" href="{}">{}</a>',
        reverse("voices:transcript", args=[row.transcript.uuid]),
        row.transcript.name,
    )
    if row.unnamed:
        note = f"{row.unnamed} speaker{'' if row.unnamed == 1 else 's'} not known"
        speakers = reverse("voices:speakers", args=[row.transcript.uuid])
        return format_html('{}<br><a class="govuk-link cp-quiet" href="{}">{}</a>', link, speakers, note)
    return link


def _others(row: ListedText) -> str:
    """How far each coder is, where no blind round hides it."""
    others = row.progress.others
    if others is None:
        return "not shown until the blind round closes"
    return "; ".join(f"{coder.initials} {each.in_words}" for coder, each in others) or "nobody else codes"


def _list_of_texts(*others: Column) -> ListPage:
    """The list, with these columns after how far whoever asks has come."""
    return ListPage(
        "texts",
        "Texts of the study",
        (
            Column("name", "Name", lambda row: row.transcript.name, show=_name, filter=Filter.TEXT),
            Column("interview", "Interview", lambda row: row.interview or "none", filter=Filter.CHOICE),
            Column("mine", "Coded or read by you", lambda row: row.progress.mine.in_words),
            *others,
            Column("words", "Words", lambda row: row.words, Kind.NUMBER, is_summed=True),
            Column("turns", "Turns", lambda row: row.turns, Kind.NUMBER, is_summed=True),
            Column(
                "versions",
                "Versions",
                lambda row: row.versions,
                Kind.NUMBER,
                link=lambda row: reverse("voices:versions", args=[row.transcript.uuid]),
            ),
            Column("by", "Taken in by", lambda row: row.taken_in_by, filter=Filter.CHOICE),
            Column("at", "Taken in", lambda row: row.taken_in_at, Kind.MOMENT),
        ),
        noun="texts",
        empty="No text is here yet. Here will stand the study’s transcripts, with what they hold and who took them in.",
        sort="name",
    )


TEXTS: Final = _list_of_texts()
TEXTS_FOR_LEAD: Final = _list_of_texts(Column("others", "By others", _others))


def texts(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The study's texts, uploads that wait, and the last one, which can be undone."""
    study = row_or_404(Study, uuid, "body")
    me = member(request, study)
    rows = listed_texts(me)
    page = TEXTS_FOR_LEAD if me.part == me.Part.LEAD else TEXTS
    listing = page.read(request.GET, rows, is_invented=study.is_invented)
    if file := listing.file():
        return file
    waiting = TextUpload.objects.filter(study=study, decided_at=None).select_related("sent_by")
    known = [row.words for row in rows if row.words is not None]
    context = of_study(request, study, ("Texts", ""), listing=listing, waiting=waiting, rows=rows, words=sum(known))
    return render(request, "voices/texts/texts.html", context)


def upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send transcripts; they are read by a task, and nothing is kept before somebody says so."""
    study = row_or_404(Study, uuid, "body")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        sent = actions.receive_texts(**who_and_when(request), study=study, files=form.contents())
        return redirect("voices:text-upload", sent.uuid)
    return render(request, "voices/texts/upload.html", of_study(request, study, *_here(study, "Upload"), form=form))


def _here(study: Study, *more: str) -> list[tuple[str, str]]:
    return [("Texts", reverse("voices:texts", args=[study.uuid])), *((each, "") for each in more)]


def text_upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far an upload has come; once it is read, what it holds and who speaks; once it is kept, what came of it."""
    held = row_or_404(TextUpload, uuid, "study", "study__body")
    if request.GET.get("format") == "json":
        return JsonResponse({"state": held.state, "done": held.state != State.WAITING})
    if held.state != State.READ:
        return _as_it_stands(request, held)
    texts = held_texts(held)
    form = KeepForm(request.POST or None, study=held.study, texts=texts)
    if request.method == "POST" and form.is_valid():
        choices = form.choices()
        if told(request, lambda: actions.keep_upload(**who_and_when(request), upload=held, choices=choices)):
            return redirect("voices:text-upload", held.uuid)
    return _preview(request, held, texts, form)


def _preview(request: HttpRequest, held: TextUpload, texts: list[HeldText], form: KeepForm) -> HttpResponse:
    guessed = [(text, _encoding_form(text)) for text in texts if text.is_guessed]
    context: dict[str, Any] = {
        "upload": held,
        "form": form,
        "new": [text for text in texts if text.is_new],
        "here": [text for text in texts if text.same or text.twin],
        "unread": [text for text in texts if not hasattr(text.read, "transcript")],
        "findings": [_in_the_pages_words(finding) for text in texts for finding in text.read.findings],
        "guessed": guessed,
        "names": {text.number: text.file_name for text in texts},
    }
    return render(
        request, "voices/texts/preview.html", of_study(request, held.study, *_here(held.study, "Upload"), **context)
    )


def _in_the_pages_words(finding: Finding) -> Finding:
    """The finding with a cure that this page offers, where the rule names an option of the command."""
    return replace(finding, fix=CURES.get(finding.rule, finding.fix))


def _encoding_form(text: HeldText) -> EncodingForm:
    return EncodingForm(initial={"number": text.number, "encoding": text.encoding}, prefix=f"e{text.number}")


def _as_it_stands(request: HttpRequest, held: TextUpload) -> HttpResponse:
    made = Transcript.objects.filter(pk__in=held.files.exclude(transcript=None).values("transcript"))
    context = {"upload": held, "is_waiting": held.state == State.WAITING, "made": made}
    return render(
        request, "voices/texts/decided.html", of_study(request, held.study, *_here(held.study, "Upload"), **context)
    )


@require_POST
def upload_again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read a file of plain text again, in the encoding that somebody chose."""
    held = row_or_404(TextUpload, uuid, "study")
    number = request.POST.get("number", "")
    form = EncodingForm(request.POST, prefix=f"e{number}")
    if form.is_valid():
        chosen = {form.cleaned_data["number"]: form.cleaned_data["encoding"]}
        told(request, lambda: actions.read_again(**who_and_when(request), upload=held, encodings=chosen))
    else:
        messages.error(request, "Choose one of the encodings that are listed.")
    return redirect("voices:text-upload", held.uuid)


@require_POST
def upload_aside(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep nothing of an upload."""
    held = row_or_404(TextUpload, uuid, "study")
    if told(request, lambda: actions.put_aside(**who_and_when(request), upload=held)):
        messages.success(request, "Nothing of the upload was kept.")
    return redirect("voices:texts", held.study.uuid)


@require_POST
def upload_undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the transcripts of an upload out again."""
    held = row_or_404(TextUpload, uuid, "study")
    if told(request, lambda: undo_import(**who_and_when(request), upload=held)):
        messages.success(request, "The import is undone: none of its texts is here any more.")
        return redirect("voices:texts", held.study.uuid)
    return redirect("voices:text-upload", held.uuid)
