"""Who works on a study, and what the study says of itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from commonpool.people.queries import bodies_of
from commonpool.places.models import Organisation
from commonpool.voices.actions import studies as actions
from commonpool.voices.forms.approvals import SettingsForm
from commonpool.voices.forms.team import EndForm, MemberForm, PartForm
from commonpool.voices.models import Study, TeamMember
from commonpool.voices.queries.approvals import ethics_references
from commonpool.voices.views.asking import of_study, person_of, row_or_404, today, told, who_and_when
from commonpool.voices.views.forming import FormPage, form_page, sample_trail, sent

BELOW = ("Team", "voices:team")


def team(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The team, those who left with it."""
    study = row_or_404(Study, uuid, "body")
    rows = list(TeamMember.objects.filter(study=study).select_related("person"))
    now = [each for each in rows if each.person_id and (each.ends_on is None or each.ends_on >= today())]
    context = of_study(
        request,
        study,
        *sample_trail(study, ("Team", "")),
        now=now,
        left=[each for each in rows if each.person_id and each not in now],
        elsewhere=[each for each in rows if each.person_id is None],
    )
    return render(request, "voices/fieldwork/team.html", context)


def add_member(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put somebody on the team, or back on it."""
    study = row_or_404(Study, uuid, "body")
    form = MemberForm(sent(request), today=today(), initial={"part": TeamMember.Part.CODER, "starts_on": today()})

    def save() -> str:
        given = form.cleaned_data
        made = actions.add_member(
            **who_and_when(request),
            study=study,
            person=given["email"],
            part=given["part"],
            initials=given["initials"],
            starts_on=given["starts_on"],
        )
        return f"{made.initials} is on the team."

    return form_page(request, study, FormPage("Add somebody to the team", "Add them", BELOW), form, save)


def edit_member(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give somebody another part."""
    row = row_or_404(TeamMember, uuid, "study__body", "person")
    form = PartForm(sent(request), initial={"part": row.part, "initials": row.initials})
    if row.person_id is None:
        del form.fields["part"]

    def save() -> str:
        part = form.cleaned_data.get("part", row.part)
        actions.change_member(**who_and_when(request), member=row, part=part, initials=form.cleaned_data["initials"])
        return f"{form.cleaned_data['initials']} is changed."

    title = row.person.name or row.person.email if row.person else row.name
    end = EndForm(initial={"ends_on": today()}) if row.person_id and row.ends_on is None else None
    return form_page(request, row.study, FormPage(title, "Save", BELOW), form, save, ending=row, end=end)


def end_member(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take somebody off the team. What they coded stays."""
    row = row_or_404(TeamMember, uuid, "study__body", "person")
    form = EndForm(sent(request), initial={"ends_on": today()})

    def save() -> str:
        actions.remove_member(**who_and_when(request), member=row, ends_on=form.cleaned_data["ends_on"])
        return f"{row.initials} leaves the team. What they coded stays."

    page = FormPage(f"When does {row.initials} leave the team?", "Take them off the team", BELOW)
    return form_page(request, row.study, page, form, save)


def settings(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Title, question and the organisation that answers for the study."""
    study = row_or_404(Study, uuid, "body")
    own = bodies_of(person_of(request), today()) | Organisation.objects.filter(pk=study.body_id)
    initial = {name: getattr(study, name) for name in ("title", "question", "body", "revision")}
    form = SettingsForm(sent(request), bodies=own.distinct(), initial=initial)

    def step() -> None:
        actions.change_study(**who_and_when(request), study=study, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and told(request, step):
        messages.success(request, "What the study says of itself is changed.")
        return redirect("voices:sample", study.uuid)
    trail = sample_trail(study, ("Settings", ""))
    context = of_study(request, study, *trail, form=form, references=ethics_references(study))
    return render(request, "voices/fieldwork/settings.html", context)
