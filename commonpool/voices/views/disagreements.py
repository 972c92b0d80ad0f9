"""Where coders of a closed round differ: the list, each passage side by side, deciding, taking that back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.pages.formats import moment_text
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.pages.lists.files import as_file
from commonpool.voices.actions.decisions import agree_on_what_is_alike, decide, undo_decision
from commonpool.voices.forms.agreement import DecisionForm
from commonpool.voices.models import CodingRound, Decision
from commonpool.voices.queries.compared import Compared, compared_of_round
from commonpool.voices.queries.decided import Differing, differing_in, log_of
from commonpool.voices.queries.side_by_side import excerpts, side_by_side
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when


def every(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All passages on which coders differ, with how each was settled."""
    held = row_or_404(CodingRound, uuid, "study")
    found, rows = _differing(held)
    if request.GET.get("log") in ("csv", "xlsx"):
        return _log(request.GET["log"], held)
    listing = _list(held, excerpts(found, rows)).read(request.GET, rows, is_invented=held.study.is_invented)
    if file := listing.file():
        return file
    settled = sum(each.decision is not None for each in rows)
    context = _context(request, held, ("Disagreements", ""), listing=listing, found=found, rows=rows, settled=settled)
    return render(request, "voices/disagreements.html", {**context, "next": _next(rows)})


def one(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """One passage: the text with each coder's marks, how they differ, and what is agreed."""
    held = row_or_404(CodingRound, uuid, "study")
    return _page(request, held, key, None)


@require_POST
def decide_one(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """Settle a passage, and go on to the next that is not settled."""
    held = row_or_404(CodingRound, uuid, "study")
    found, rows = _differing(held)
    row = _row(rows, key)
    form = DecisionForm(request.POST, differing=row, shown=side_by_side(found, row))

    def step() -> None:
        decide(
            coding_round=held,
            key=key,
            wanted=form.wanted(),
            decided_by=list(form.cleaned_data["decided_by"]),
            **who_and_when(request),
        )

    if not form.is_valid() or not told(request, step):
        return _page(request, held, key, form)
    following = _next(rows, after=row)
    below = "It was the last one" if following is None else "The next passage is below"
    messages.success(request, f"Settled. {below}; to take it back, open it in the list.")
    if following is None:
        return redirect("voices:disagreements", held.uuid)
    return redirect("voices:disagreement", held.uuid, following.key)


@require_POST
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a decision back."""
    row = row_or_404(Decision, uuid, "round")
    if told(request, lambda: undo_decision(decision=row, **who_and_when(request))):
        messages.success(request, "Taken back: the passage is to be settled again.")
    return redirect("voices:disagreement", row.round.uuid, row.key)


@require_POST
def agree(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take what all coders marked alike into the agreed codings."""
    held = row_or_404(CodingRound, uuid, "study")
    if told(request, lambda: agree_on_what_is_alike(coding_round=held, **who_and_when(request))):
        messages.success(request, "What all coded alike is among the agreed codings.")
    return redirect("voices:disagreements", held.uuid)


def _page(request: HttpRequest, held: CodingRound, key: str, form: DecisionForm | None) -> HttpResponse:
    found, rows = _differing(held)
    row = _row(rows, key)
    shown = side_by_side(found, row)
    at = rows.index(row)
    context = _context(
        request,
        held,
        ("Disagreements", reverse("voices:disagreements", args=[held.uuid])),
        (f"{at + 1} of {len(rows)}", ""),
        row=row,
        shown=shown,
        at=at + 1,
        rows=rows,
        settled=sum(each.decision is not None for each in rows),
        before=rows[at - 1] if at else None,
        following=rows[at + 1] if at + 1 < len(rows) else None,
        next=_next(rows, after=row),
        form=form or DecisionForm(initial=_begun(request, held), differing=row, shown=shown),
    )
    return render(request, "voices/disagreement.html", context)


def _begun(request: HttpRequest, held: CodingRound) -> dict[str, Any]:
    """Whoever decides is among those who decided, unless they say otherwise."""
    return {"decided_by": [member(request, held.study).uuid]}


def _differing(held: CodingRound) -> tuple[Compared, list[Differing]]:
    """What differs in the round; nothing while it is open, since codings still change."""
    found = compared_of_round(held)
    return found, differing_in(held, found) if held.closed_at is not None else []


def _row(rows: list[Differing], key: str) -> Differing:
    found = next((each for each in rows if each.key == key), None)
    if found is None:
        raise Http404("Coders do not differ like this")
    return found


def _next(rows: list[Differing], after: Differing | None = None) -> Differing | None:
    """The next passage that is not settled, from the beginning again after the last."""
    at = rows.index(after) + 1 if after else 0
    return next((each for each in [*rows[at:], *rows[:at]] if each.decision is None and each is not after), None)


def _context(request: HttpRequest, held: CodingRound, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    above = ("Coding rounds", reverse("voices:rounds", args=[held.study.uuid]))
    own = (held.name, reverse("voices:round", args=[held.uuid]))
    return of_study(request, held.study, above, own, *below, round=held, **more)


def _list(held: CodingRound, words: dict[str, str]) -> ListPage:
    def link(row: Differing) -> str:
        return reverse("voices:disagreement", args=[held.uuid, row.key])

    return ListPage(
        "disagreements",
        "Where coders differ",
        (
            Column("passage", "Passage", lambda row: words[row.key], link=link, filter=Filter.TEXT),
            Column("transcript", "Transcript", lambda row: row.text.transcript.name, filter=Filter.CHOICE),
            Column("kind", "How", lambda row: row.kind_words, filter=Filter.CHOICE),
            Column("codes", "Codes", lambda row: "; ".join(row.codes), filter=Filter.TEXT),
            Column(
                "coders",
                "Marked by",
                lambda row: ", ".join(each.initials for each in row.marked_by),
                filter=Filter.CHOICE,
            ),
            Column("settled", "Settled", lambda row: row.decision is not None, filter=Filter.CHOICE),
            Column("outcome", "What is agreed", lambda row: row.decision.words if row.decision else ""),
            Column("start", "From", lambda row: row.passage.start, Kind.NUMBER, is_in_files_only=True),
            Column("end", "To", lambda row: row.passage.end, Kind.NUMBER, is_in_files_only=True),
            Column("note", "Why", lambda row: row.decision.note if row.decision else "", is_in_files_only=True),
        ),
        noun="passages",
        empty="",
    )


def _marked_by(row: Differing) -> str:
    return ", ".join(each.initials for each in row.marked_by)


def _log(kind: str, held: CodingRound) -> HttpResponse:
    headers = ("When", "Transcript", "What is agreed", "Why", "Decided by", "Change of the framework", "Taken back")
    rows = [
        (
            moment_text(each.decided_at),
            each.transcript.name,
            each.words,
            each.note,
            ", ".join(sorted(who.initials for who in each.decided_by.all())),
            each.change.number if each.change is not None else "",
            moment_text(each.undone_at) if each.undone_at else "",
        )
        for each in log_of(held)
    ]
    return as_file(kind, "decisions", "Decisions", headers, rows)
