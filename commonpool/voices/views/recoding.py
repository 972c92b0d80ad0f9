"""Recoding after the framework changed: what each change means, mapping, choosing parts, and taking it back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from commonpool.voices.actions.recoding import choose_parts, map_codings, undo_recoding
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, Recoding, Study, TeamMember
from commonpool.voices.queries import recoding as queries
from commonpool.voices.queries.codebooks import book_of
from commonpool.voices.queries.framework import is_blind
from commonpool.voices.rules.codebook import Fate
from commonpool.voices.views.asking import member, row_or_404, told, who_and_when
from commonpool.voices.views.framework import below_framework

PAGE: Final = 10
NONE_FITS: Final = "none"


def recoding(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the changes of the framework mean for codings, and how many wait for whom."""
    study = row_or_404(Study, uuid)
    me = member(request, study)
    gone = queries.gone_of(me)
    context = below_framework(
        request,
        study,
        "Recoding",
        gone=[each for each in gone if each.fate in (Fate.MAPPED, Fate.ASKS)],
        resting=[each for each in gone if each.fate is Fate.RESTS],
        waiting=sum(each.mine for each in gone if each.fate in (Fate.MAPPED, Fate.ASKS)),
        steps=queries.steps_of(me),
        is_blind=is_blind(study),
    )
    return render(request, "voices/recoding.html", context)


def map_(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send the codings of a merged code to the one that took its place."""
    code = row_or_404(Code, uuid, "study")
    went: list[int] = []
    me = member(request, code.study)

    def step() -> None:
        went.append(map_codings(**who_and_when(request), member=me, code=code))

    if request.method == "POST" and told(request, step):
        count = went[0]
        messages.success(
            request, f"{count} passage{' is' if count == 1 else 's are'} mapped. It can be taken back below."
        )
    return redirect("voices:recoding", code.study.uuid)


def choose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose, passage by passage, which parts of a split code fit; what is left open waits."""
    code = row_or_404(Code, uuid, "study")
    me = member(request, code.study)
    went: list[int] = []

    def step() -> None:
        went.append(choose_parts(**who_and_when(request), member=me, code=code, chosen=_chosen(request.POST)))

    if request.method == "POST" and told(request, step):
        count = went[0]
        messages.success(request, f"{count} passage{' is' if count == 1 else 's are'} recoded.")
        return redirect("voices:choose-parts", code.uuid)
    return _choosing(request, me, code)


def _choosing(request: HttpRequest, me: TeamMember, code: Code) -> HttpResponse:
    book = book_of(code.study)
    fate = queries.fate_of(code.study, code)
    waiting = queries.own_of(me, code).select_related("version", "transcript", "code", "coder")
    rows = list(waiting[:PAGE]) if fate.fate is Fate.ASKS else []
    kept = {f"{uuid}": set(values) for uuid, values in _given(request.POST).items()}
    context = below_framework(
        request,
        code.study,
        f"Choose for ‘{code.name}’",
        code=code,
        parts=[book[guid] for guid in fate.to],
        passages=[(each, kept.get(str(each.coding.uuid), set())) for each in queries.passages_of(rows)],
        count=waiting.count() if fate.fate is Fate.ASKS else 0,
        page=PAGE,
    )
    return render(request, "voices/choose_parts.html", context)


def _given(posted: QueryDict) -> dict[str, list[str]]:
    """{uuid of a coding as text: what was ticked}, for the passages where something was."""
    return {name.removeprefix("part-"): posted.getlist(name) for name in posted if name.startswith("part-")}


def _chosen(posted: QueryDict) -> dict[UUID, list[UUID]]:
    """What was ticked, as ids; no part where none fits. Raises StepError for what contradicts itself."""
    found = {}
    for uuid, ticked in _given(posted).items():
        parts = [each for each in ticked if each != NONE_FITS]
        if NONE_FITS in ticked and parts:
            raise StepError("A passage is ticked both with a part and with none. Untick one of the two.")
        try:
            found[UUID(uuid)] = [UUID(part) for part in parts]
        except ValueError:
            raise StepError("One of the passages or parts is not known. Open the page again.") from None
    if not found:
        raise StepError("Nothing is ticked yet. Tick at least one part of one passage.")
    return found


def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put the codings of one step of recoding back; one's own, or as the lead anybody's."""
    row = row_or_404(Recoding, uuid, "study")
    me = member(request, row.study)

    def step() -> None:
        if me.part != TeamMember.Part.LEAD and row.member_id != me.pk:
            raise StepError("Somebody else recoded these. They, or the lead, can take it back.")
        undo_recoding(**who_and_when(request), recoding=row)

    if request.method == "POST" and told(request, step):
        messages.success(request, "The passages are back with the code that they had.")
    return redirect("voices:recoding", row.study.uuid)
