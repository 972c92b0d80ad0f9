"""Memos: all that a member may read, in one list; writing, changing, taking away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.actions.memos import change_memo as write_anew
from commonpool.voices.actions.memos import remove_memo as take_away
from commonpool.voices.actions.memos import write_memo, write_on_words
from commonpool.voices.forms.reading import MemoForm
from commonpool.voices.models import Code, Memo, Study, TeamMember, Transcript
from commonpool.voices.queries.codings import memos_seen_by, removed_memos_of
from commonpool.voices.views.asking import member, of_study, row_or_404, study_of, told, who_and_when
from commonpool.voices.views.coding import Undo, answer_step, back_to

KINDS: Final = {"study": "The study", "code": "A code", "transcript": "A text", "coding": "A coding"}


@dataclass(frozen=True, slots=True)
class MemoRow:
    """A memo with what it is on, in words, and where that is."""

    memo: Memo
    kind: str
    on: str
    url: str
    is_mine: bool


def memos(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All memos of the study that the member may read."""
    study = row_or_404(Study, uuid, "body")
    me = member(request, study)
    rows = _rows(me)
    listing = MEMOS.read(request.GET, rows, is_invented=study.is_invented)
    if file := listing.file():
        return file
    below = ("Passages", reverse("voices:passages", args=[study.uuid]))
    removed = removed_memos_of(me).order_by("-written_at")[:10]
    context = of_study(request, study, below, ("Memos", ""), listing=listing, rows=rows, removed=removed)
    context["mine"] = sum(row.is_mine for row in rows)
    return render(request, "voices/memos.html", context)


def write(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A memo on the study, on a code of it (`?code=`) or on a text of it (`?transcript=`)."""
    study = row_or_404(Study, uuid, "body")
    me, (kind, row) = member(request, study), _subject(study, request)
    form = MemoForm(request.POST or None)

    def step() -> None:
        given = {**who_and_when(request), "member": me, "text": form.cleaned_data["text"]}
        if isinstance(row, Transcript) and row.newest is not None:
            row.newest.transcript = row
            write_on_words(**given, version=row.newest, span=None)
        else:
            write_memo(**given, kind=kind, subject=row.uuid)

    if request.method == "POST" and form.is_valid() and told(request, step):
        messages.success(request, "The memo is kept.")
        return redirect("voices:memos", study.uuid)
    context = of_study(request, study, *_below(study, "Write a memo"), form=form, on=str(row))
    return render(request, "voices/memo.html", context)


def _below(study: Study, label: str) -> list[tuple[str, str]]:
    """The way to a page about one memo."""
    passages = ("Passages", reverse("voices:passages", args=[study.uuid]))
    return [passages, ("Memos", reverse("voices:memos", args=[study.uuid])), (label, "")]


def _subject(study: Study, request: HttpRequest) -> tuple[str, Any]:
    for kind, model in (("code", Code), ("transcript", Transcript)):
        if asked := request.GET.get(kind):
            try:
                return kind, row_or_404(model, UUID(asked), *(["newest"] if kind == "transcript" else []), study=study)
            except ValueError:
                raise Http404 from None
    return "study", study


def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write one's own memo anew."""
    me, memo = _memo(request, uuid)
    form = MemoForm(request.POST or None, initial={"text": memo.text})

    def step() -> None:
        write_anew(**who_and_when(request), member=me, memo=memo, text=form.cleaned_data["text"])

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect("voices:memos", me.study.uuid)
    context = of_study(request, me.study, *_below(me.study, "Change a memo"), form=form, memo=memo)
    return render(request, "voices/memo.html", context)


@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take one's own memo away, or with `back` put it back; `text` says that it was done while reading."""
    me, memo = _memo(request, uuid)
    is_removed = request.POST.get("back") != "1"

    def step() -> None:
        take_away(**who_and_when(request), member=me, memo=memo, is_removed=is_removed)

    if "text" in request.POST and (text := Transcript.objects.filter(uuid=memo.subject_uuid).first()):
        url = reverse("voices:remove-memo", args=[memo.uuid])
        undo = Undo("The memo was taken away.", url, {"back": "1", "text": "1"}) if is_removed else None
        return answer_step(request, step, lambda: back_to(text, memo.start), undo)
    if told(request, step):
        messages.success(request, "The memo was taken away; it can be put back below." if is_removed else "Put back.")
    return redirect("voices:memos", me.study.uuid)


def _memo(request: HttpRequest, uuid: UUID) -> tuple[TeamMember, Memo]:
    """Who asks, and their own memo or one that they may read."""
    me = member(request, study_of(Memo, uuid))
    found = memos_seen_by(me).filter(uuid=uuid).first() or removed_memos_of(me).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return me, found


def _rows(me: TeamMember) -> list[MemoRow]:
    codes = dict(Code.objects.filter(study=me.study_id).values_list("uuid", "name"))
    texts = {row.uuid: row for row in Transcript.objects.filter(study=me.study_id)}
    found = memos_seen_by(me).select_related("written_by__person", "round").order_by("-written_at", "-pk")
    return [_row(me, memo, codes, texts) for memo in found]


def _row(me: TeamMember, memo: Memo, codes: dict[UUID, str], texts: dict[UUID, Transcript]) -> MemoRow:
    on, url = "", ""
    if memo.subject_kind == "code":
        on = codes.get(memo.subject_uuid, "a code that was taken out")
        url = f"{reverse('voices:passages', args=[me.study.uuid])}?of={memo.subject_uuid}"
    elif memo.subject_kind == "transcript" and memo.subject_uuid in texts:
        on = texts[memo.subject_uuid].name + (", a passage" if memo.start is not None else "")
        url = reverse("voices:transcript", args=[memo.subject_uuid])
        url += f"?start={memo.start}&end={memo.end}" if memo.start is not None else ""
    elif memo.subject_kind == "study":
        on, url = me.study.title, reverse("voices:study", args=[me.study.uuid])
    kind = KINDS.get(memo.subject_kind, memo.subject_kind.capitalize())
    return MemoRow(memo, kind, on, url, memo.written_by_id == me.pk)


def _text(row: MemoRow) -> str:
    steps = ""
    if row.is_mine:
        address = reverse("voices:edit-memo", args=[row.memo.uuid])
        steps = format_html('<br><a class="govuk-link cp-quiet" href="{}">Change or take away</a>', address)
    return format_html('<div class="v-memo-text">{}</div>{}', row.memo.text, steps)


MEMOS: Final = ListPage(
    "memos",
    "Memos",
    (
        Column("text", "Memo", lambda row: row.memo.text, show=_text, filter=Filter.TEXT),
        Column("kind", "On", lambda row: row.kind, filter=Filter.CHOICE),
        Column("which", "Which", lambda row: row.on, link=lambda row: row.url or None, filter=Filter.TEXT),
        Column(
            "by",
            "By",
            lambda row: row.memo.written_by.initials if row.memo.written_by else None,
            filter=Filter.CHOICE,
        ),
        Column(
            "round",
            "Round",
            lambda row: row.memo.round.name if row.memo.round else "outside rounds",
            filter=Filter.CHOICE,
        ),
        Column("at", "Written", lambda row: row.memo.written_at, Kind.MOMENT),
    ),
    noun="memos",
    empty="Nothing that you may read yet. What people note on passages, texts, codes and the study stands here.",
)
