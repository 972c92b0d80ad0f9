"""Coding rounds: the list, opening one, its page with who codes what, and closing it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.voices.actions import rounds as actions
from commonpool.voices.forms.rounds import AssignForm, CloseForm, RoundForm, first_error
from commonpool.voices.models import Assignment, CodingRound, Study
from commonpool.voices.queries.codings import hidden_in
from commonpool.voices.queries.rounds import rounds_of, row_of
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when


def rounds(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The rounds of a study, and what the member has to code in them."""
    study = row_or_404(Study, uuid)
    rows = rounds_of(member(request, study))
    mine = [each for row in rows for each in row.mine_to_do]
    context = of_study(request, study, ("Coding rounds", ""), rows=rows, mine=mine)
    return render(request, "voices/rounds.html", context)


def open_one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a round."""
    study = row_or_404(Study, uuid)
    form = RoundForm(request.POST if request.method == "POST" else None, study=study)
    made: list[CodingRound] = []

    def step() -> None:
        made.append(actions.open_round(study=study, **form.round_fields(), **who_and_when(request)))

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect("voices:round", made[0].uuid)
    above = ("Coding rounds", reverse("voices:rounds", args=[study.uuid]))
    return render(request, "voices/open_round.html", of_study(request, study, above, ("Open a round", ""), form=form))


def one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A round: what it is for, who codes what, who has finished as far as that may be known, and what comes next."""
    held = row_or_404(CodingRound, uuid, "study", "framework")
    above = ("Coding rounds", reverse("voices:rounds", args=[held.study.uuid]))
    context = of_study(
        request,
        held.study,
        above,
        (held.name, ""),
        row=row_of(member(request, held.study), held),
        hidden=list(hidden_in(held)) if held.closed_at else [],
        assign_form=AssignForm(study=held.study),
        close_form=CloseForm(),
    )
    return render(request, "voices/round.html", context)


@require_POST
def assign_one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give a coder a transcript, or give it back."""
    held = row_or_404(CodingRound, uuid, "study")
    form = AssignForm(request.POST, study=held.study)

    def step() -> None:
        if not form.is_valid():
            raise first_error(form)
        actions.assign(coding_round=held, **form.cleaned_data, **who_and_when(request))

    return _back(request, held, step, "The transcript is given out.")


@require_POST
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close a round, with a reason where somebody has not finished."""
    held = row_or_404(CodingRound, uuid, "study")
    form = CloseForm(request.POST)

    def step() -> None:
        if not form.is_valid():
            raise first_error(form)
        actions.close_round(coding_round=held, reason=form.cleaned_data["reason"], **who_and_when(request))

    said = "The round is closed, and everybody sees what was coded in it." if held.is_blind else "The round is closed."
    return _back(request, held, step, said)


@require_POST
def reopen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a round again that was not blind."""
    held = row_or_404(CodingRound, uuid, "study")
    step = lambda: actions.reopen_round(coding_round=held, **who_and_when(request))  # noqa: E731
    return _back(request, held, step, "The round is open again.")


@require_POST
def done(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The coder has finished a transcript."""
    return _of_assignment(request, uuid, actions.mark_done, "Marked as done.")


@require_POST
def not_done(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The coder goes back to a transcript."""
    return _of_assignment(request, uuid, actions.mark_not_done, "Not done any more.")


@require_POST
def take_off_one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a transcript off a coder; the page offers to give it back."""
    row = row_or_404(Assignment, uuid, "round__study", "transcript", "coder")
    step = lambda: actions.take_off(assignment=row, **who_and_when(request))  # noqa: E731
    said = f"‘{row.transcript.name}’ is taken off {row.coder.initials}. To undo that, give it out again below."
    return _back(request, row.round, step, said)


def _of_assignment(request: HttpRequest, uuid: UUID, action: Callable[..., object], said: str) -> HttpResponse:
    row = row_or_404(Assignment, uuid, "round__study", "transcript")
    me = member(request, row.round.study)
    return _back(request, row.round, lambda: action(member=me, assignment=row, **who_and_when(request)), said)


def _back(request: HttpRequest, held: CodingRound, step: Callable[[], object], said: str) -> HttpResponse:
    if told(request, step):
        messages.success(request, said)
    return redirect("voices:round", held.uuid)
