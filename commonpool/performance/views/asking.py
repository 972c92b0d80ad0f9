"""What every view of this room needs of a request, and how it answers a step that was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commonpool.audit import words
from commonpool.audit.models import AuditEvent
from commonpool.audit.queries import Wanted, events
from commonpool.pages.formats import day_text, moment_text, money_text
from commonpool.people import queries as people
from commonpool.people.actions import ConsentError
from commonpool.people.asking import person_of as person_of
from commonpool.people.asking import today as today
from commonpool.people.asking import who_and_when as who_and_when
from commonpool.people.models import Person
from commonpool.performance.actions.rows import RowConflict
from commonpool.performance.actions.undoing import UNDO_WITHIN, can_be_undone, exists
from commonpool.performance.errors import AskError, FiguresError
from commonpool.performance.history import facts_of
from commonpool.performance.rules.asks import TermsError, days_in_words, days_of_mask
from commonpool.performance.words import bed_type_label, process_label
from commonpool.places.models import Organisation
from commonpool.plans.errors import PlanError

REFUSALS: Final = (AskError, ConsentError, FiguresError, PlanError, TermsError)
TAB: Final = "performance:area"
Trail = list[tuple[str, str]]


def trust_or_404(uuid: UUID) -> Organisation:
    """The trust of that id."""
    return get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.TRUST)


def of_trust(trust: Organisation, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What every page of a trust says of it: the way here, whether it is invented."""
    own = reverse("performance:trust", args=[trust.uuid]) if below else ""
    trail: Trail = [("Home", "/"), ("Trusts", reverse("performance:trusts")), (trust.name, own), *below]
    return {"trust": trust, "is_invented": trust.is_invented, "trail": trail, **more}


def of_area(area: Organisation, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What every page of an area's asks says of it."""
    own = reverse(TAB, args=[area.uuid]) if below else ""
    trail: Trail = [("Home", "/"), (area.name, reverse("site:area", args=[area.uuid])), ("Trusts", own), *below]
    return {"area": area, "is_invented": area.is_invented, "trail": trail, "current_tab": TAB, **more}


def told(request: HttpRequest, step: Callable[[], object]) -> bool:
    """Take a step that a button asks for; what is refused becomes a message. True where it was taken."""
    try:
        step()
    except REFUSALS as refused:
        messages.error(request, str(refused))
        return False
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
        return False
    return True


def form_page(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[dict[str, Any]], str],
    context: dict[str, Any],
    template: str = "performance/form.html",
) -> HttpResponse:
    """Show a form, and save it when it is sent whole; what is refused is told above it, and nothing is lost.

    save     what was typed -> the address to go to
    context  of the page; `title`, `button` and `back` with it
    """
    status = 200
    if form.is_bound and form.is_valid():
        try:
            return redirect(save(dict(form.cleaned_data)))
        except RowConflict as conflict:
            context, status = {**context, **_conflict(conflict, form)}, 409
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
    return render(request, template, {**context, "form": form}, status=status)


def _conflict(conflict: RowConflict, form: Any) -> dict[str, Any]:
    """Both values of every field in which the two differ. Sending the form again then writes over the other."""
    now, rows = facts_of(conflict.row), []
    for name, mine in form.changes().items():
        theirs, typed = value_words(name, now.get(name)), value_words(name, plain(mine))
        if theirs != typed:
            rows.append((label_of(name), theirs, typed))
    data = form.data.copy()
    data["revision"] = str(conflict.row.revision)
    form.data = data
    return {"conflict": conflict, "rows": rows}


def plain(value: Any) -> Any:
    """A value as the history keeps it: a body by its id."""
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value.uuid if isinstance(value, Organisation) else value


def label_of(name: str) -> str:
    """A field as people say it."""
    return name.replace("_pence", "").replace("_", " ").capitalize()


def value_words(name: str, value: Any) -> str:
    """A value of a row as people read it."""
    if value is None or value == "" or value == []:
        return "not said"
    if name in ("trust", "owner", "payer"):
        return str(Organisation.objects.filter(uuid=value).first() or value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day_text(value)
    return bed_type_label(str(value)) if name == "bed_type" else _other_words(name, value)


def _other_words(name: str, value: Any) -> str:
    if name == "days":
        return days_in_words(days_of_mask(int(value)) or ())
    if name.endswith("pence"):
        return money_text(int(value))
    return process_label(str(value)) if name == "process" else str(value)


def sent_revision(request: HttpRequest) -> int:
    """The revision that a button's form was made for; 0, which no row has, where it is no number."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def removed_lately(action: str, of: str, uuid: UUID, person: Person) -> list[tuple[AuditEvent, str]]:
    """Removals of the last day that nobody has taken back yet, newest first, each with what it was.

    of, uuid  the field of the removed rows that names what the page is about, and its id
    """
    since = timezone.now() - UNDO_WITHIN
    seen = events(Wanted(since=since, action=f"performance.{action}", bodies=people.body_uuids_of(person, today())))
    found = [event for event in seen[:200] if (event.before or {}).get(of) == str(uuid)]
    return [(event, _name_of(event)) for event in found if not exists(event.subject_kind, event.subject_uuid)]


def _name_of(event: AuditEvent) -> str:
    said = event.before or {}
    if "process" in said:
        return process_label(said["process"])
    return str(said.get("title") or f"{said.get('beds')} {bed_type_label(said.get('bed_type', ''))}")


def history_of(kind: str, uuid: UUID, person: Person) -> list[dict[str, Any]]:
    """Who changed a row, when and what, newest first, with the button where it can be taken back."""
    found = events(Wanted(subject=uuid, bodies=people.body_uuids_of(person, today())))
    return [
        {
            "event": event,
            "said": words.words_for(event.action),
            "when": moment_text(event.happened_at),
            "changes": [
                (label_of(name), value_words(name, before), value_words(name, after))
                for name, before, after in event.changes()
                if event.before and event.after
            ],
            "can_undo": can_be_undone(event.happened_at, timezone.now()) and bool(event.before and event.after),
        }
        for event in found.filter(subject_kind=kind)[:50]
    ]
