"""Sites, participants and interviews: their lists, one at a time, and what was taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonpool.pages.lists import ListPage
from commonpool.places.models import Organisation
from commonpool.voices.actions import fieldwork as actions
from commonpool.voices.actions.removing import forget_removed, put_back_removed, remove
from commonpool.voices.forms.fieldwork import InterviewForm, ParticipantForm, SiteForm
from commonpool.voices.models import Criterion, Interview, Participant, Removal, Site, SiteLevel, Study
from commonpool.voices.queries import fieldwork as queries
from commonpool.voices.views import people_lists as lists
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when
from commonpool.voices.views.forming import FormPage, form_page, sample_trail, sent

SITES: Final = ("Sites", "voices:sites")
PARTICIPANTS: Final = ("Participants", "voices:participants")
INTERVIEWS: Final = ("Interviews", "voices:interviews")
# Where a kind of row is listed.
LISTED: Final[Mapping[str, str]] = {
    "site": "voices:sites",
    "participant": "voices:participants",
    "interview": "voices:interviews",
    "approach": "voices:recruitment",
}


def sites(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The sites of a study with their levels."""
    study = row_or_404(Study, uuid, "body")
    return _listed(request, study, "site", lists.sites(study, _codes(request, study)), lists.site_rows(study))


def participants(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who is heard."""
    study = row_or_404(Study, uuid, "body")
    page = lists.participants(_codes(request, study))
    more = {"heard": queries.heard_in(study)}
    return _listed(request, study, "participant", page, queries.participants_of(study), **more)


def interviews(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The conversations that were held."""
    study = row_or_404(Study, uuid, "body")
    page = lists.interviews(_codes(request, study))
    more = {"heard": queries.heard_in(study), "modes": dict(Interview.Mode.choices)}
    return _listed(request, study, "interview", page, queries.interviews_of(study), **more)


def add_site(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a site."""
    study = row_or_404(Study, uuid, "body")
    form = SiteForm(sent(request), criteria=_criteria(study), areas=_areas())

    def save() -> str:
        given = form.cleaned_data
        made = actions.add_site(**who_and_when(request), study=study, name=given["name"], area=given["area"])
        actions.set_levels(**who_and_when(request), site=made, levels=form.levels())
        return f"{made.name} is a site of the study."

    return form_page(request, study, FormPage("Add a site", "Add it", SITES), form, save)


def edit_site(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a site, or say which levels it has."""
    site = row_or_404(Site, uuid, "study__body", "area")
    levels = {f"level-{each.criterion.uuid}": each.level for each in _levels(site)}
    initial = {"name": site.name, "area": site.area, "revision": site.revision, **levels}
    form = SiteForm(sent(request), criteria=_criteria(site.study), areas=_areas(), initial=initial)

    def save() -> str:
        given = form.cleaned_data
        actions.change_site(
            **who_and_when(request), site=site, name=given["name"], area=given["area"], revision=form.seen
        )
        actions.set_levels(**who_and_when(request), site=site, levels=form.levels())
        return f"{given['name']} is changed."

    page = FormPage(site.name, "Save", SITES, takes_away="voices:remove-site")
    return form_page(request, site.study, page, form, save, row=site)


def add_participant(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a participant."""
    study = row_or_404(Study, uuid, "body")
    form = ParticipantForm(sent(request), study=study)

    def save() -> str:
        made = actions.add_participant(**who_and_when(request), study=study, **form.given())
        return f"{made.pseudonym} is added, with a key of their own."

    return form_page(request, study, FormPage("Add a participant", "Add them", PARTICIPANTS), form, save)


def edit_participant(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change what is kept of a participant."""
    row = row_or_404(Participant, uuid, "study__body", "site")
    names = ("pseudonym", "site", "organisation_type", "role_group", "revision")
    initial = {name: getattr(row, name) for name in names}
    form = ParticipantForm(sent(request), study=row.study, is_named=bool(row.sealed_name), initial=initial)

    def save() -> str:
        given = form.given()
        typed, forget = given.pop("real_name"), given.pop("forget_name", False)
        given["real_name"] = "" if forget else typed or None
        actions.change_participant(**who_and_when(request), participant=row, revision=form.seen, **given)
        return f"{given['pseudonym']} is changed."

    page = FormPage(row.pseudonym, "Save", PARTICIPANTS, takes_away="voices:remove-participant")
    name = queries.real_name_of(row)
    shown = name if member(request, row.study).part == "lead" else ""
    return form_page(request, row.study, page, form, save, row=row, real_name=shown, name_is_gone=name is None)


def add_interview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record an interview."""
    study = row_or_404(Study, uuid, "body")
    form = InterviewForm(sent(request), study=study)

    def save() -> str:
        made = actions.record_interview(**who_and_when(request), study=study, **form.given())
        return f"{made.name} is recorded."

    return form_page(request, study, FormPage("Record an interview", "Record it", INTERVIEWS), form, save)


def edit_interview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change what is kept of an interview."""
    row = row_or_404(Interview, uuid, "study__body", "site", "guide")
    names = (
        *("name", "held_on", "site", "kind", "mode", "minutes"),
        *("guide", "interviewer", "others", "others_words", "revision"),
    )
    notes = queries.notes_of(row)
    initial: dict[str, Any] = {name: getattr(row, name) for name in names}
    initial |= {"participants": row.participants.all(), "notes": notes or ""}
    form = InterviewForm(sent(request), study=row.study, initial=initial)

    def save() -> str:
        actions.change_interview(**who_and_when(request), interview=row, revision=form.seen, **form.given())
        return f"{form.cleaned_data['name']} is changed."

    page = FormPage(row.name, "Save", INTERVIEWS, takes_away="voices:remove-interview")
    return form_page(request, row.study, page, form, save, row=row, notes_are_gone=notes is None)


@require_POST
def take_away(request: HttpRequest, uuid: UUID, what: type[Model]) -> HttpResponse:
    """Take a row away; it can be put back for a day."""
    row: Any = row_or_404(what, uuid, "study")
    if told(request, lambda: remove(**who_and_when(request), row=row)):
        messages.success(request, "It is taken away. For a day you can put it back, below the list.")
    return redirect(LISTED[what.__name__.lower()], row.study.uuid)


@require_POST
def put_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put back what was taken away."""
    removal = row_or_404(Removal, uuid, "study")
    if told(request, lambda: put_back_removed(**who_and_when(request), removal=removal)):
        messages.success(request, "It is back as it was.")
    return redirect(LISTED[removal.kind], removal.study.uuid)


@require_POST
def forget(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let what was taken away go for good, before its day is over."""
    removal = row_or_404(Removal, uuid, "study")
    if told(request, lambda: forget_removed(**who_and_when(request), removal=removal)):
        messages.success(request, "It is gone for good, and so is its key.")
    return redirect(LISTED[removal.kind], removal.study.uuid)


def _listed(request: HttpRequest, study: Study, kind: str, page: ListPage, rows: Any, **more: Any) -> HttpResponse:
    listing = page.read(request.GET, rows, is_invented=study.is_invented)
    if file := listing.file():
        return file
    trail = sample_trail(study, (lists.WORDS[kind], ""))
    gone = queries.removed_of(study, kind, timezone.now())
    context = of_study(request, study, *trail, kind=kind, listing=listing, gone=gone, **more)
    return render(request, f"voices/fieldwork/{kind}s.html", context)


def _codes(request: HttpRequest, study: Study) -> bool:
    return member(request, study).part in ("lead", "coder")


def _criteria(study: Study) -> list[Criterion]:
    return list(Criterion.objects.filter(study=study))


def _levels(site: Site) -> list[SiteLevel]:
    return list(SiteLevel.objects.filter(site=site).select_related("criterion", "level"))


def _areas() -> Any:
    return Organisation.objects.filter(kind=Organisation.Kind.HWB_AREA, ends_on=None).order_by("name")
