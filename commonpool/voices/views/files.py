"""Files of participants, interviews and candidate sites: looked at first, then taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.places.models import Organisation
from commonpool.sheets import Unreadable
from commonpool.voices.actions.fieldwork_files import import_interviews, import_participants
from commonpool.voices.actions.sampling import Place, keep_candidates
from commonpool.voices.errors import StepError
from commonpool.voices.forms.fieldwork import FileForm
from commonpool.voices.models import Study
from commonpool.voices.queries.fieldwork import known_of, refusals_of
from commonpool.voices.reading.fieldwork import (
    InterviewRow,
    PersonRow,
    PlaceRow,
    read_interviews,
    read_people,
    read_places,
)
from commonpool.voices.views.asking import of_study, row_or_404, today, who_and_when
from commonpool.voices.views.forming import sample_trail, sent, sent_files

MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class FilePage:
    """The words of a file's page; `reads` gives the rows, the table to look at, and the text to send again."""

    title: str
    below: tuple[str, str]
    noun: str
    says: str
    columns: tuple[tuple[str, str], ...]
    headers: tuple[str, ...]
    reads: Callable[[bytes], tuple[Sequence[Any], list[tuple[Any, ...]], str]]
    takes: Callable[[Sequence[Any]], int]


def import_people(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a file of participants in."""
    study = row_or_404(Study, uuid, "body")

    def reads(content: bytes) -> tuple[list[PersonRow], list[tuple[Any, ...]], str]:
        rows, text = read_people(content, known_of(study))
        return (
            rows,
            [(r.pseudonym, r.site, r.organisation_type, r.role_group, "yes" if r.real_name else "") for r in rows],
            text,
        )

    page = FilePage(
        "Participants from a file",
        ("Participants", "voices:participants"),
        "participant",
        "One row for each participant. An empty cell is not known.",
        (
            ("pseudonym", "such as P07; it has to be there"),
            ("site", "the name of a site of the study"),
            ("organisation_type", "such as council"),
            ("role_group", "such as commissioner"),
            ("real_name", "only where you have to keep it; it is sealed under the participant’s own key"),
        ),
        ("Participant", "Site", "Organisation", "Role", "With a name"),
        reads,
        lambda rows: import_participants(**who_and_when(request), study=study, rows=rows),
    )
    return _file_page(request, study, page)


def import_talks(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a file of interviews in."""
    study = row_or_404(Study, uuid, "body")

    def reads(content: bytes) -> tuple[list[InterviewRow], list[tuple[Any, ...]], str]:
        rows, text = read_interviews(content, known_of(study), refusals_of(study, today()))
        return (
            rows,
            [(r.name, r.held_on, r.site, r.kind, ", ".join(r.participants), r.mode, r.minutes) for r in rows],
            text,
        )

    page = FilePage(
        "Interviews from a file",
        ("Interviews", "voices:interviews"),
        "interview",
        "One row for each interview. An empty cell is not known. Take the participants in first.",
        (
            ("name", "such as I07; it has to be there"),
            ("held_on", "the day, such as 2031-03-31"),
            ("site", "the name of a site of the study"),
            ("participants", "pseudonyms with semicolons between them"),
            ("kind", "single or group; left empty, it is as many took part"),
            ("mode", "telephone, face to face, video or writing"),
            ("minutes", "how long it was"),
            ("guide", "the number of the topic guide’s version; left empty, the one of that day"),
            ("others", "nobody or somebody else who was present"),
            ("others_words", "who, by their part"),
        ),
        ("Interview", "Day", "Site", "With", "Participants", "How", "Minutes"),
        reads,
        lambda rows: import_interviews(**who_and_when(request), study=study, rows=rows),
    )
    return _file_page(request, study, page)


def import_candidates(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a list of places that might become sites in."""
    study = row_or_404(Study, uuid, "body")

    def reads(content: bytes) -> tuple[list[Place], list[tuple[Any, ...]], str]:
        rows, text = read_places(content)
        places = _with_areas(rows)
        return places, [_of_place(place) for place in places], text

    page = FilePage(
        "Candidates from a file",
        ("Candidates", "voices:candidates"),
        "place",
        "One row for each place. It takes the stead of the list before; places that take part already stay.",
        (
            ("area", "the code or the name of a health and wellbeing board area, or a name of your own"),
            (
                "any other",
                "a fact, such as region, people, funding per head. A criterion of that name reads its levels from it",
            ),
        ),
        ("Place", "Area of this site", "Facts"),
        reads,
        lambda places: keep_candidates(**who_and_when(request), study=study, places=places),
    )
    return _file_page(request, study, page)


def _of_person(row: PersonRow) -> tuple[Any, ...]:
    return row.pseudonym, row.site, row.organisation_type, row.role_group, "yes" if row.real_name else "no"


def _of_interview(row: InterviewRow) -> tuple[Any, ...]:
    people = ", ".join(row.participants)
    return row.name, row.held_on, row.site, row.kind, people, row.mode, row.minutes


def _of_place(place: Place) -> tuple[Any, ...]:
    facts = "; ".join(f"{name}: {fact or 'not known'}" for name, fact in place.facts)
    return place.name, "yes" if place.area else "no", facts


def _with_areas(rows: Sequence[PlaceRow]) -> list[Place]:
    """Each place with the area that its code or name says, where one is known here."""
    known: dict[str, Organisation] = {}
    for area in Organisation.objects.filter(kind=Organisation.Kind.HWB_AREA, ends_on=None):
        for spelled in (area.gss_code, area.ods_code, area.name):
            if spelled:
                known.setdefault(spelled.casefold(), area)
    found = [(row, known.get(row.name.casefold())) for row in rows]
    return [Place(area.name if area else row.name, area, row.facts) for row, area in found]


def _file_page(request: HttpRequest, study: Study, page: FilePage) -> HttpResponse:
    """Show the form; then what the file says; then take it in. Every fault of a file is told at once."""
    words, name = page.below
    back = reverse(name, args=[study.uuid])
    form = FileForm(sent(request), sent_files(request))
    context: dict[str, Any] = {"page": page, "form": form, "back": back}
    if form.is_bound and form.is_valid():
        try:
            rows, shown, text = page.reads(_content(form))
            if not form.cleaned_data["file"]:
                count = page.takes(rows)
                messages.success(request, f"{count} {page.noun}{'' if count == 1 else 's'} taken in.")
                return redirect(back)
            context |= {"shown": shown[:MOST_SHOWN], "count": len(rows), "text": text, "most": MOST_SHOWN}
        except Unreadable as faults:
            form.add_error("file", [str(finding) for finding in faults.findings])
        except StepError as refused:
            form.add_error("file", str(refused))
        except ValidationError as wrong:
            form.add_error("file", wrong.messages)
    trail = sample_trail(study, (words, back), (page.title, ""))
    return render(request, "voices/fieldwork/file.html", of_study(request, study, *trail, **context))


def _content(form: FileForm) -> bytes:
    file = form.cleaned_data["file"]
    return b"".join(file.chunks()) if file else form.cleaned_data["text"].encode()
