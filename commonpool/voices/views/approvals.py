"""Approvals of a study: which it needs, which it has, and which interviews nobody has allowed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.pages.formats import day_text
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.actions import approvals as actions
from commonpool.voices.forms.approvals import ApprovalForm, NeedForm
from commonpool.voices.models import Approval, ApprovalNeed, Site, Study
from commonpool.voices.queries.approvals import not_covered, sites_lacking, study_lacks
from commonpool.voices.views.asking import member, of_study, row_or_404, today, told, typed, who_and_when
from commonpool.voices.views.forming import FormPage, form_page, sample_trail, sent

BELOW = ("Approvals", "voices:approvals")


def approvals(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The register, with what is missing before the next interview."""
    study = row_or_404(Study, uuid, "body")
    leads = member(request, study).part == "lead"
    rows = Approval.objects.filter(study=study).select_related("need", "site")
    listing = _list(leads).read(request.GET, rows, is_invented=study.is_invented)
    if file := listing.file():
        return file
    sites = list(Site.objects.filter(study=study))
    context = of_study(
        request,
        study,
        *sample_trail(study, ("Approvals", "")),
        listing=listing,
        needs=ApprovalNeed.objects.filter(study=study),
        sites=sites,
        study_lacks=study_lacks(study, today()),
        lacking=sites_lacking(study, sites, today()),
        not_covered=not_covered(study, today()),
    )
    return render(request, "voices/fieldwork/approvals.html", context)


def _list(may_lead: bool) -> ListPage:
    def edit(row: Approval) -> str | None:
        return reverse("voices:edit-approval", args=[row.uuid]) if may_lead else None

    return ListPage(
        "approvals",
        "Approvals that were given",
        (
            Column("kind", "Approval", lambda row: row.need.kind, link=edit, filter=Filter.CHOICE),
            Column("of", "Of", lambda row: row.site.name if row.site else "the whole study", filter=Filter.CHOICE),
            Column("body", "Given by", lambda row: row.body),
            Column("reference", "Reference", lambda row: row.reference or None),
            Column("granted_on", "First day", lambda row: row.granted_on, Kind.DATE),
            Column("expires_on", "Last day", lambda row: row.expires_on, Kind.DATE, show=_last_day),
        ),
        noun="approvals",
        empty="Here will stand each approval with its reference and its days. Record the first when it is given.",
        sort="granted_on",
    )


def _last_day(row: Approval) -> str:
    return day_text(row.expires_on) if row.expires_on else "no end"


def need_approval(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """List a kind of approval that the study needs."""
    study = row_or_404(Study, uuid, "body")
    form = NeedForm(sent(request))

    def save() -> str:
        made = actions.need_approval(**who_and_when(request), study=study, need=form.need())
        return f"From now on nobody is interviewed without ‘{made.kind}’."

    page = FormPage("Which approval does the study need?", "List it", BELOW)
    return form_page(request, study, page, form, save)


@require_POST
def drop_need(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a kind off the list."""
    need = row_or_404(ApprovalNeed, uuid, "study")
    why = typed(request, "why")
    if told(request, lambda: actions.no_longer_needed(**who_and_when(request), need=need, why=why)):
        messages.success(request, f"‘{need.kind}’ is not needed any more.")
    return redirect("voices:approvals", need.study.uuid)


def record_approval(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record an approval that was given."""
    study = row_or_404(Study, uuid, "body")
    form = ApprovalForm(sent(request), study=study, initial={"site": request.GET.get("site")})

    def save() -> str:
        need = form.cleaned_data["need"]
        actions.record_approval(**who_and_when(request), need=need, terms=form.terms())
        return f"‘{need.kind}’ is recorded."

    return form_page(request, study, FormPage("Record an approval", "Record it", BELOW), form, save)


def edit_approval(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct or extend an approval."""
    approval = row_or_404(Approval, uuid, "study__body", "need", "site")
    initial = {name: getattr(approval, name) for name in ("body", "reference", "granted_on", "expires_on", "revision")}
    initial |= {"need": approval.need, "site": approval.site}
    form = ApprovalForm(sent(request), study=approval.study, initial=initial)
    del form.fields["need"]

    def save() -> str:
        actions.change_approval(**who_and_when(request), approval=approval, terms=form.terms(), revision=form.seen)
        return f"‘{approval.need.kind}’ is changed."

    page = FormPage(
        f"{approval.need.kind}: what was given",
        "Save",
        BELOW,
        takes_away="voices:remove-approval",
        take_away_says="Interviews that it covered are then listed as not covered. The history keeps its days.",
    )
    return form_page(request, approval.study, page, form, save, row=approval)


@require_POST
def remove_approval(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take away an approval that was recorded by mistake."""
    approval = row_or_404(Approval, uuid, "study", "need", "site")
    if told(request, lambda: actions.remove_approval(**who_and_when(request), approval=approval)):
        messages.success(request, f"‘{approval.need.kind}’ is taken away.")
    return redirect("voices:approvals", approval.study.uuid)
