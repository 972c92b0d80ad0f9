"""Searching a study's texts, downloading what was found, and coding all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from commonpool.pages.lists import Column, Kind, ListPage
from commonpool.voices.actions.code_hits import code_hits as put_on_all
from commonpool.voices.actions.code_hits import passages_of_hits, take_hits_back
from commonpool.voices.forms.searching import CodeHitsForm, SearchForm
from commonpool.voices.models import Code, Participant, Site, Study, TeamMember, Transcript
from commonpool.voices.queries.codebooks import book_of, guid_of
from commonpool.voices.queries.offering import offered
from commonpool.voices.queries.searching import Found, Hit, search
from commonpool.voices.queries.tags import tags_seen_by
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when

ASKED: Final = ("q", "how", "case", "speaks", "site", "role", "tag", "code", "transcript")
LAST_CODED: Final = "voices_last_coded_hits"
SHOWN_IN_PREVIEW: Final = 10


def look(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The form, and what was found by it."""
    study = row_or_404(Study, uuid, "body")
    me = member(request, study)
    form = SearchForm(request.GET if "q" in request.GET else None, choices=_choices(me))
    found = _found(me, form)
    listing = HITS.read(request.GET, found.hits, is_invented=study.is_invented, keep=_kept(request)) if found else None
    if listing is not None and (file := listing.file()):
        return file
    below = ("Passages", reverse("voices:passages", args=[study.uuid]))
    context = of_study(request, study, below, ("Search", ""), form=form, found=found, listing=listing)
    context |= {"code_form": CodeHitsForm(codes=_codes(me)), "kept": _kept(request), "last": _last(request, study)}
    return render(request, "voices/search.html", context)


@require_POST
def code_hits(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """First what would be coded, then, asked again, the coding."""
    study = row_or_404(Study, uuid, "body")
    me = member(request, study)
    form, chosen = SearchForm(request.POST, choices=_choices(me)), CodeHitsForm(request.POST, codes=_codes(me))
    found = _found(me, form)
    if found is None or not chosen.is_valid():
        messages.error(request, "Nothing was coded. Search again, and choose a code.")
        return redirect(_address(study, request.POST.dict()))
    code = Code.objects.get(study=study, uuid=chosen.cleaned_data["put_on"])
    passages = passages_of_hits(me, code, found.hits, whole_turns=chosen.cleaned_data["unit"] == "turn")
    if request.POST.get("sure") == "1":
        return _code(request, study, me, code, passages)
    below = ("Search", _address(study, request.POST.dict()))
    context = of_study(request, study, below, ("Code what was found", ""), code=code, passages=passages, found=found)
    texts = {passage.transcript.pk for passage in passages}
    context |= {"sent": _sent(request), "texts": len(texts), "hits": found.hits[:SHOWN_IN_PREVIEW]}
    return render(request, "voices/code_hits.html", context)


def _code(request: HttpRequest, study: Study, me: TeamMember, code: Code, passages: Sequence[Any]) -> HttpResponse:
    made: list[Any] = []

    def step() -> None:
        made.extend(put_on_all(**who_and_when(request), member=me, code=code, passages=passages))

    if told(request, step):
        request.session[LAST_CODED] = {"study": str(study.uuid), "made": [str(each.uuid) for each in made]}
        count = len(made)
        messages.success(request, f"‘{code.name}’ was put on {count} passage{'' if count == 1 else 's'}.")
    return redirect(_address(study, request.POST.dict()))


@require_POST
def uncode_hits(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back what the last coding of a search made."""
    study = row_or_404(Study, uuid, "body")
    made = [UUID(each) for each in _last(request, study)]
    count: list[int] = []

    def step() -> None:
        count.append(take_hits_back(**who_and_when(request), member=member(request, study), made=made))

    if told(request, step):
        request.session.pop(LAST_CODED, None)
        messages.success(request, f"{count[0]} coding{'' if count[0] == 1 else 's'} taken back.")
    return redirect("voices:search", study.uuid)


def _found(me: TeamMember, form: SearchForm) -> Found | None:
    if not form.is_bound or not form.is_valid():
        return None
    return search(me, form.cleaned_data["wanted"], form.cleaned_data["where"])


def _last(request: HttpRequest, study: Study) -> list[str]:
    held = request.session.get(LAST_CODED) or {}
    return list(held.get("made", [])) if held.get("study") == str(study.uuid) else []


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ASKED if request.GET.get(name)}


def _sent(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST[name] for name in (*ASKED, "put_on", "unit") if request.POST.get(name)}


def _address(study: Study, asked: dict[str, Any]) -> str:
    query = urlencode({name: asked[name] for name in ASKED if asked.get(name)})
    return f"{reverse('voices:search', args=[study.uuid])}?{query}"


def _choices(me: TeamMember) -> dict[str, Any]:
    book = book_of(me.study)
    roles = Participant.objects.filter(study=me.study_id).exclude(role_group="").order_by("role_group")
    return {
        "site": [(name, name) for name in Site.objects.filter(study=me.study_id).values_list("name", flat=True)],
        "role": [(name, name) for name in roles.values_list("role_group", flat=True).distinct()],
        "tag": [(str(tag.uuid), tag.name) for tag in tags_seen_by(me)],
        "code": [(code.guid.lower(), " › ".join(book.path(code.guid))) for code in book.in_use()],
        "transcript": [(str(row.uuid), row.name) for row in Transcript.objects.filter(study=me.study_id)],
    }


def _codes(me: TeamMember) -> list[tuple[str, str]]:
    book = book_of(me.study)
    on_offer = {guid_of(code): str(code.uuid) for code in offered(me.study_id, None)}
    return [(on_offer[code.guid], " › ".join(book.path(code.guid))) for code in book.in_use() if code.guid in on_offer]


def _words(hit: Hit) -> str:
    return format_html('<pre class="v-found">{}<mark>{}</mark>{}</pre>', hit.before, hit.words, hit.after)


def _place(hit: Hit) -> str:
    address = reverse("voices:transcript", args=[hit.transcript.uuid])
    return f"{address}?start={hit.span.start}&end={hit.span.end}#turn-{hit.turn}"


HITS: Final = ListPage(
    "search",
    "What was found",
    (
        Column("found", "Found", lambda hit: f"{hit.before}{hit.words}{hit.after}", show=_words),
        Column("in", "Text", lambda hit: hit.transcript.name, link=_place),
        Column("turn", "Turn", lambda hit: hit.turn, Kind.NUMBER),
        Column("speaker", "Speaker", lambda hit: hit.voice.label),
        Column("at_site", "Site", lambda hit: hit.voice.site),
        Column("in_role", "Role", lambda hit: hit.voice.role_group),
        Column("start", "Start", lambda hit: hit.span.start, Kind.NUMBER, is_in_files_only=True),
        Column("end", "End", lambda hit: hit.span.end, Kind.NUMBER, is_in_files_only=True),
    ),
    noun="places",
    empty="Nothing was found. Look for a part of a word, or in more of the texts.",
)
