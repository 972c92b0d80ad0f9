"""What was coded, by code: how often, on which words, and what stands beside it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.models import Study
from commonpool.voices.queries.codings import transcripts_coded_blind
from commonpool.voices.queries.passages import (
    CodeCount,
    NamedCode,
    Passage,
    beside,
    code_counts,
    code_named,
    open_words,
    passages_of,
)
from commonpool.voices.views.asking import member, of_study, row_or_404

ALL: Final = "all"


def passages(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The codes with their counts; with `?of=` a code's passages, or all of them."""
    study = row_or_404(Study, uuid, "body")
    asked = request.GET.get("of", "")
    return _of_one(request, study, asked) if asked else _by_code(request, study)


def _by_code(request: HttpRequest, study: Study) -> HttpResponse:
    counts = code_counts(member(request, study))
    listing = CODES.read(request.GET, counts, is_invented=study.is_invented)
    if file := listing.file():
        return file
    context = of_study(request, study, ("Passages", ""), listing=listing, counts=counts, **_blind(study))
    context["total"] = sum(count.passages for count in counts)
    context["unused"] = [count for count in counts if not count.with_beneath and not count.is_retired]
    return render(request, "voices/passages.html", context)


def _of_one(request: HttpRequest, study: Study, asked: str) -> HttpResponse:
    me = member(request, study)
    uuid = _id(asked)
    code = code_named(me, uuid) if uuid else None
    if code is None and asked != ALL:
        return render(request, "voices/passages_none.html", of_study(request, study, ("Passages", "")), status=404)
    if code is not None and request.GET.get("beside"):
        return _beside(request, study, code)
    rows = passages_of(me, code.uuid if code else None)
    page = PASSAGES if code is None else list_of(code)
    if request.GET.get("words") or "words" in request.GET.get("sort", ""):
        open_words(rows)
    listing = page.read(request.GET, rows, is_invented=study.is_invented, keep={"of": asked})
    open_words(listing.matching if request.GET.get("download") else listing.shown)
    if file := listing.file():
        return file
    name = code.name if code else "All passages"
    context = of_study(request, study, _here(study), (name, ""), listing=listing, code=code, **_blind(study))
    itself = sum(row.code_path == code.path for row in rows) if code else 0
    context |= {"rows": rows, "itself": itself, "texts": len({row.transcript.pk for row in rows})}
    return render(request, "voices/passages_of.html", context)


def _beside(request: HttpRequest, study: Study, code: NamedCode) -> HttpResponse:
    """The other codes on words of a code's passages."""
    near = beside(member(request, study), code.uuid)
    below = (code.name, f"{_here(study)[1]}?of={code.uuid}")
    context = of_study(request, study, _here(study), below, ("Beside it", ""), code=code, beside=near, **_blind(study))
    return render(request, "voices/passages_beside.html", context)


def _here(study: Study) -> tuple[str, str]:
    return "Passages", reverse("voices:passages", args=[study.uuid])


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _blind(study: Study) -> dict[str, Any]:
    """How many texts are coded blind now: what others code there is in no list."""
    return {"blind": transcripts_coded_blind(study).count()}


def _code_cell(row: CodeCount) -> str:
    name = format_html('<a class="govuk-link" href="?of={}">{}</a>', row.uuid, row.name)
    retired = format_html(' <span class="cp-quiet">retired</span>') if row.is_retired else ""
    return format_html('<span class="cp-depth-{}">{}{}</span>', min(row.depth, 3), name, retired)


CODES: Final = ListPage(
    "codes-used",
    "Codes and their passages",
    (
        Column("code", "Code", lambda row: row.path, show=_code_cell, filter=Filter.TEXT),
        Column("passages", "Passages", lambda row: row.passages, Kind.NUMBER, is_summed=True),
        Column("beneath", "With codes beneath", lambda row: row.with_beneath, Kind.NUMBER),
        Column("texts", "Texts", lambda row: row.texts, Kind.NUMBER),
        Column("coders", "Coders", lambda row: row.coders, Kind.NUMBER),
    ),
    noun="codes",
    empty="The framework has no code yet. Once passages are coded, each code stands here with how often it is used.",
    page_size=200,
)


def address_of(row: Passage) -> str:
    """Where the passage is read."""
    place = f"#turn-{row.turn}" if row.turn else ""
    return f"{reverse('voices:transcript', args=[row.transcript.uuid])}?passage={row.uuid}{place}"


def _words(row: Passage) -> str:
    memo = format_html('<br><span class="cp-quiet">Memo: {}</span>', row.memo) if row.memo else ""
    return format_html('<pre class="v-found">{}</pre>{}', row.words or "", memo)


def _speaker(row: Passage) -> str:
    return "interviewer" if row.voice.is_interviewer else "participant"


def list_of(code: NamedCode | None) -> ListPage:
    """The list of passages, of one code with those beneath it or of all."""
    name = code.name if code else "all codes"
    return ListPage(
        "passages",
        f"Passages of ‘{name}’" if code else "Passages of all codes",
        (
            Column("words", "Words", lambda row: row.words, show=_words, filter=Filter.TEXT),
            Column("code", "Code", lambda row: row.code_path, filter=Filter.CHOICE),
            Column("text", "Text", lambda row: row.transcript.name, link=address_of, filter=Filter.CHOICE),
            Column("turn", "Turn", lambda row: row.turn, Kind.NUMBER),
            Column("speaker", "Speaker", lambda row: row.voice.label, filter=Filter.CHOICE),
            Column("asks", "Who speaks", _speaker, filter=Filter.CHOICE, is_in_files_only=True),
            Column("site", "Site", lambda row: row.voice.site, filter=Filter.CHOICE),
            Column("organisation", "Organisation", lambda row: row.voice.organisation_type, filter=Filter.CHOICE),
            Column("role", "Role", lambda row: row.voice.role_group, filter=Filter.CHOICE),
            Column("coder", "Coder", lambda row: row.coder, filter=Filter.CHOICE),
            Column("round", "Round", lambda row: row.round or "outside rounds", filter=Filter.CHOICE),
            Column("tags", "Tags of the turn", lambda row: ", ".join(row.tags), filter=Filter.TEXT),
            Column("memo", "Memo", lambda row: row.memo, is_in_files_only=True),
            Column("made", "Coded at", lambda row: row.made_at, Kind.MOMENT, is_in_files_only=True),
            Column("start", "Start", lambda row: row.span.start, Kind.NUMBER, is_in_files_only=True),
            Column("end", "End", lambda row: row.span.end, Kind.NUMBER, is_in_files_only=True),
            Column("id", "Id", lambda row: str(row.uuid), is_in_files_only=True),
        ),
        noun="passages",
        empty="Nothing that you may see is coded with it yet. Open a text, select some words, and put the code on.",
        page_size=25,
    )


PASSAGES: Final = list_of(None)
