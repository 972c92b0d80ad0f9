"""The reading view: one transcript with what was coded in it, and its parts as the page's script asks for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from commonpool.voices.drawing import turn_html
from commonpool.voices.forms.reading import CodingForm
from commonpool.voices.models import CodingRound, TeamMember, Transcript
from commonpool.voices.queries.access import WRITING
from commonpool.voices.queries.codebooks import book_of, guid_of
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.margins import Margin, Margins, Only, margins_of, on_passage, rounds_seen
from commonpool.voices.queries.offering import book_in, may_make_codes, offered, used_lately
from commonpool.voices.queries.progress import progress_of
from commonpool.voices.queries.reading import ReadText, ReadTurn, read
from commonpool.voices.queries.rounds import next_to_code, round_to_code_in
from commonpool.voices.queries.tags import tags_seen_by
from commonpool.voices.queries.taken_away import taken_away
from commonpool.voices.rules.passages import touched
from commonpool.voices.rules.text import Span
from commonpool.voices.views.asking import member, of_study, row_or_404

Asked = MultiValueDict[str, str]


def transcript(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The newest version, turn by turn, with the codings that this person may see beside it."""
    return reading_page(request, row_or_404(Transcript, uuid, "study", "newest", "interview"))


def reading_page(request: HttpRequest, row: Transcript, form: CodingForm | None = None) -> HttpResponse:
    """The page; `form` is one that was sent and could not be taken, with what was typed in it."""
    me = member(request, row.study)
    coding_round = round_to_code_in(me, row)
    said, margins = read(row), margins_of(me, row, only_asked(request.GET))
    chosen = passage_asked(me, row, said, request.GET if form is None else request.POST)
    panel = panel_of(me, row, said, chosen, form, request.GET.get("passage", "")) if chosen else None
    context = of_study(
        request,
        row.study,
        ("Texts", reverse("voices:texts", args=[row.study.uuid])),
        (row.name, ""),
        transcript=row,
        turns=_drawn(said, margins, chosen, only_asked(request.GET)),
        codings=margins.marks,
        stamp=known_as(row, margins),
        may_make_codes=may_make_codes(coding_round),
        panel=panel,
        panel_after=panel["turn"].number if panel else None,
        form=form,
        round=coding_round,
        next_text=next_to_code(me, row, coding_round),
        progress=progress_of(me, [row])[row.pk],
        removed=taken_away(me, row, said),
        **_filters(me, request.GET),
    )
    return render(request, "voices/transcript.html", context)


def turns(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Some turns as the page has them: `?n=3&n=4`."""
    row = row_or_404(Transcript, uuid, "study", "newest")
    numbers = [
        int(each) for each in request.GET.getlist("n")[:2000] if each.isascii() and each.isdigit() and len(each) < 9
    ]
    said = read(row, numbers)
    margins = margins_of(member(request, row.study), row, only_asked(request.GET))
    return HttpResponse("".join(html for _, html in _drawn(said, margins, None, Only())))


def state(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the margin is now, in stamps: nothing (204) where it is as the page knows it."""
    row = row_or_404(Transcript, uuid, "study", "newest")
    me = member(request, row.study)
    margins = margins_of(me, row, only_asked(request.GET))
    stamp = known_as(row, margins)
    if request.GET.get("known") == stamp:
        return HttpResponse(status=204)
    stamps = {number: each.stamp for number, each in margins.by_turn.items()}
    mine = progress_of(me, [row])[row.pk]
    found = {"stamp": stamp, "turns": stamps, "empty": Margin().stamp}
    return JsonResponse({**found, "progress": mine.line, "next": mine.next_uncoded})


def known_as(row: Transcript, margins: Margins) -> str:
    """By what a page knows the text and its margin: another text, or another margin, has another stamp."""
    return f"{row.newest.uuid if row.newest else ''}:{margins.stamp}"


def panel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is known of a passage and what can be done there, as the page shows it beside the text."""
    row = row_or_404(Transcript, uuid, "study", "newest")
    me, said = member(request, row.study), read(row)
    chosen = passage_asked(me, row, said, request.GET)
    if chosen is None:
        return HttpResponse(status=404)
    context = {
        "panel": panel_of(me, row, said, chosen, None, request.GET.get("passage", "")),
        "transcript": row,
        "me": me,
        "may_code": me.part in WRITING,
    }
    return render(request, "voices/panel.html", context)


def only_asked(asked: Asked) -> Only:
    """Which codings the address asks for. What is no id is left aside."""
    return Only(*(_id(asked.get(name, "")) for name in ("code", "coder", "round", "tag")))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def passage_asked(me: TeamMember, row: Transcript, said: ReadText, asked: Asked) -> Span | None:
    """The passage that the address names: a coding's, a turn's words, or from `start` to `end`."""
    if (uuid := _id(asked.get("passage", ""))) is not None:
        found = seen_by(me).filter(transcript=row, uuid=uuid).values_list("start", "end").first()
        return Span(*found) if found else None
    start, end, turn = (asked.get(name, "") for name in ("start", "end", "turn"))
    if all(each.isascii() and each.isdigit() and len(each) < 10 for each in (start, end)) and int(start) < int(end):
        return Span(int(start), min(int(end), len(said.text))) if int(start) < len(said.text) else None
    asked_turn = next((each for each in said.turns if str(each.number) == turn), None)
    return Span(asked_turn.words_from, max(asked_turn.end, asked_turn.words_from + 1)) if asked_turn else None


def _drawn(said: ReadText, margins: Margins, chosen: Span | None, only: Only) -> list[tuple[int, str]]:
    shown = said.turns if only.tag is None else [turn for turn in said.turns if turn.number in margins.by_turn]
    return [(turn.number, turn_html(said, turn, margins.of(turn.number), chosen)) for turn in shown]


def panel_of(
    me: TeamMember, row: Transcript, said: ReadText, chosen: Span, form: CodingForm | None, first: str = ""
) -> dict[str, Any]:
    """What the panel shows of a passage; `first`: the id of the coding that was chosen, which stands first."""
    on = on_passage(me, row, chosen)
    on.codings.sort(key=lambda coding: str(coding.uuid) != first)
    coding_round = round_to_code_in(me, row)
    turn = _turn_at(said, chosen)
    is_turn = chosen == Span(turn.words_from, turn.end)
    given = {"version": row.newest.uuid if row.newest else "", "turn": turn.number}
    if not is_turn:
        given |= {"start": chosen.start, "end": chosen.end}
    return {
        "turn": turn,
        "is_turn": is_turn,
        "span": chosen,
        "words": chosen.of(said.text),
        "on": on,
        "coding_first": first,
        "form": form or CodingForm(initial=given, may_make_codes=may_make_codes(coding_round)),
        "codes": _codes(me, coding_round),
        "ticked": set(form["codes"].value() or ()) if form else set(),
        "round": coding_round,
        "may_make_codes": may_make_codes(coding_round),
        "tags": tags_seen_by(me),
    }


def _turn_at(said: ReadText, chosen: Span) -> ReadTurn:
    at = touched([turn.span for turn in said.turns], chosen)
    return said.turns[min(at.start, len(said.turns) - 1)]


def _codes(me: TeamMember, coding_round: CodingRound | None) -> list[dict[str, Any]]:
    """The codes on offer as the tree is read, each with where it stands; `lately` from 1 for those used last."""
    book, lately = book_in(me.study, coding_round), used_lately(me)
    on_offer = {guid_of(code): code for code in offered(me.study_id, coding_round)}
    return [
        {
            "uuid": str(on_offer[code.guid].uuid),
            "name": code.name,
            "above": " › ".join(book.path(code.guid)[:-1]),
            "definition": code.definition,
            "lately": lately.index(code.guid) + 1 if code.guid in lately else 0,
        }
        for code in book.in_use()
        if code.guid in on_offer
    ]


def _filters(me: TeamMember, asked: Asked) -> dict[str, Any]:
    """The choices by which the margin can be narrowed down."""
    book = book_of(me.study)
    coders = TeamMember.objects.filter(study=me.study_id).exclude(part=TeamMember.Part.READER)
    return {
        "only": only_asked(asked),
        "filter_codes": [(code.guid.lower(), " › ".join(book.path(code.guid))) for code in book.in_use()],
        "filter_coders": [(str(each.uuid), each.initials) for each in coders],
        "filter_rounds": [(str(each.uuid), each.name) for each in rounds_seen(me)],
        "filter_tags": [(str(each.uuid), each.name) for each in tags_seen_by(me)],
        "asked": {name: asked.get(name, "") for name in ("code", "coder", "round", "tag")},
    }
