"""The recruitment log, its flow from asking to being heard, and one approach at a time."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.actions import recruitment as actions
from commonpool.voices.forms.recruitment import ApproachForm
from commonpool.voices.models import Approach, Study
from commonpool.voices.pictures.recruitment import recruitment_chart
from commonpool.voices.queries.access import WRITING
from commonpool.voices.queries.fieldwork import removed_of
from commonpool.voices.queries.recruitment import flow_of
from commonpool.voices.rules.counts import NOT_KNOWN
from commonpool.voices.rules.recruitment import Flow
from commonpool.voices.views.asking import member, of_study, row_or_404, who_and_when
from commonpool.voices.views.forming import FormPage, form_page, sample_trail, sent

BELOW = ("Recruitment", "voices:recruitment")
CHANNELS = dict(Approach.Channel.choices)
OUTCOMES = dict(Approach.Outcome.choices)
REASONS = dict(Approach.Reason.choices)
TITLE = "From asking to being heard"


def recruitment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who was asked and what came of it."""
    study = row_or_404(Study, uuid, "body")
    rows = Approach.objects.filter(study=study).select_related("site")
    listing = _list(member(request, study).part in WRITING).read(request.GET, rows, is_invented=study.is_invented)
    if file := listing.file():
        return file
    flow = flow_of(study)
    said = headline(flow)
    chart = recruitment_chart(flow, TITLE, CHANNELS, OUTCOMES, REASONS) if flow.asked.approaches else None
    trail = sample_trail(study, ("Recruitment", ""))
    gone = removed_of(study, "approach", timezone.now())
    context = of_study(request, study, *trail, listing=listing, flow=flow, said=said, chart=chart, gone=gone)
    return render(request, "voices/fieldwork/recruitment.html", context)


def headline(flow: Flow) -> str:
    """`Of at least 25 (2 not known) who were asked 16 agreed; 40 were heard`"""
    agreed = flow.outcome(Approach.Outcome.AGREED).people
    whom = "whom nobody has counted" if str(flow.asked.people) == NOT_KNOWN else f"{flow.asked.people} who were asked"
    heard = f"{flow.heard:,} {'was' if flow.heard == 1 else 'were'} heard"
    return f"Of {whom}, {agreed} agreed; {heard}"


def log_approach(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Log an approach."""
    study = row_or_404(Study, uuid, "body")
    form = ApproachForm(sent(request), study=study, initial={"attempts": 1})

    def save() -> str:
        actions.log_approach(**who_and_when(request), study=study, asking=form.asking())
        return "It stands in the log."

    return form_page(request, study, FormPage("Who was asked to take part?", "Log it", BELOW), form, save)


def edit_approach(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say what came of an approach, or correct it."""
    row = row_or_404(Approach, uuid, "study__body", "site")
    names = (*actions.Asking.__dataclass_fields__, "revision")
    form = ApproachForm(sent(request), study=row.study, initial={name: getattr(row, name) for name in names})

    def save() -> str:
        actions.change_approach(**who_and_when(request), approach=row, asking=form.asking(), revision=form.seen)
        return "The log is changed."

    page = FormPage("What came of it?", "Save", BELOW, takes_away="voices:remove-approach")
    return form_page(request, row.study, page, form, save, row=row)


def _list(may_code: bool) -> ListPage:
    def edit(row: Approach) -> str | None:
        return reverse("voices:edit-approach", args=[row.uuid]) if may_code else None

    return ListPage(
        "recruitment",
        "Approaches",
        (
            Column("where", "Where", lambda row: row.site.name if row.site else row.label, link=edit),
            Column("channel", "How", lambda row: CHANNELS[row.channel], filter=Filter.CHOICE),
            Column("made_on", "Day", lambda row: row.made_on, Kind.DATE),
            Column("people", "People", lambda row: row.people, Kind.NUMBER, is_summed=True),
            Column("attempts", "Times asked", lambda row: row.attempts, Kind.NUMBER),
            Column("outcome", "What came of it", lambda row: OUTCOMES[row.outcome], filter=Filter.CHOICE),
            Column("reason", "Why declined", _reason, filter=Filter.CHOICE),
            Column("words", "In their words", lambda row: row.words),
        ),
        noun="approaches",
        one="approach",
        empty="Here will stand who was asked to take part, how, and what came of it. Log the first, also where "
        "nobody can know how many were reached.",
    )


def _reason(row: Approach) -> str:
    return REASONS[row.reason] if row.outcome == Approach.Outcome.DECLINED else "did not decline"
