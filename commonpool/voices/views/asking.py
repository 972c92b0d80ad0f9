"""What every view of this room needs of a request, and what every page of a study says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonpool.pages.tabs import TabLink
from commonpool.people.asking import person_of as person_of
from commonpool.people.asking import today as today
from commonpool.people.asking import who_and_when as who_and_when
from commonpool.voices.errors import StepError
from commonpool.voices.models import Study, TeamMember
from commonpool.voices.queries.access import WRITING, study_path
from commonpool.voices.queries.sample import Step
from commonpool.voices.rules.codebook import CodebookError

Row = TypeVar("Row", bound=Model)
# The pages of a study that stand in the line of tabs, in the order of the work.
TABS: Final[list[tuple[str, str]]] = [
    ("Overview", "voices:study"),
    ("Sample", "voices:sample"),
    ("Texts", "voices:texts"),
    ("Framework", "voices:framework"),
    ("Coding rounds", "voices:rounds"),
    ("Passages", "voices:passages"),
    ("Matrix", "voices:matrix"),
    ("Themes", "voices:themes"),
    ("Quotations", "voices:quotations"),
    ("Reports", "voices:reports"),
]


def register_tab(label: str, url_name: str) -> None:
    """Let a page of a room above this one stand in the line of tabs of every study."""
    if (label, url_name) not in TABS:
        TABS.append((label, url_name))


def row_or_404(model: type[Row], uuid: UUID, *related: str, **further: Any) -> Row:
    """The row of that id, with what it belongs to. The guard has asked already who may open it."""
    return get_object_or_404(model._default_manager.select_related(*related), uuid=uuid, **further)


def study_of(model: type[Model], uuid: UUID) -> Study:
    """The study that a row belongs to; of the row nothing else is read."""
    pk = model._default_manager.filter(uuid=uuid).values(study_path(model))
    return get_object_or_404(Study, pk__in=pk)


def member(request: HttpRequest, study: Study) -> TeamMember:
    """Who asks, as the study's team knows them. The guard has turned everybody else away; it is asked once."""
    known: dict[int, TeamMember] = request.__dict__.setdefault("members_of_studies", {})
    if study.pk not in known:
        rows = TeamMember.objects.filter(study=study, person_id=person_of(request).pk).select_related("study")
        known[study.pk] = rows.get()
    return known[study.pk]


def steps_to(study: Study, steps: Iterable[Step]) -> dict[str, Any]:
    """What `voices/steps.html` shows: each step with the address of its page, and what comes next.

    That is the first step that waits for whoever looks, else the first one that is not done.
    """
    found = [(step, reverse(step.url_name, args=[study.uuid])) for step in steps]
    to_do = [(step, url) for step, url in found if not step.is_done]
    return {"steps": found, "next": min(to_do, key=lambda each: not each[0].waits, default=None)}


def of_study(request: HttpRequest, study: Study, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What every page of a study says of it: the way here, who asks, whether it is invented."""
    own = reverse("voices:study", args=[study.uuid]) if below else ""
    trail = [("Home", "/"), ("Studies", reverse("voices:studies")), (study.title, own), *below]
    me = member(request, study)
    # A page beneath a tab's stands under that tab.
    here = {request.path, *(url for _, url in below)}
    return {
        "study": study,
        "me": me,
        "may_code": me.part in WRITING,
        "may_lead": me.part == TeamMember.Part.LEAD,
        "is_invented": study.is_invented,
        "tabs": [TabLink(label, url, url in here) for label, url in _tabs(study)],
        "trail": trail,
        **more,
    }


def _tabs(study: Study) -> list[tuple[str, str]]:
    return [(label, reverse(name, args=[study.uuid])) for label, name in TABS]


def typed(request: HttpRequest, name: str) -> str:
    """What was sent under a name that no form reads, without NUL, which PostgreSQL does not keep."""
    return request.POST.get(name, "").replace("\x00", "")


def told(request: HttpRequest, step: Callable[[], object]) -> bool:
    """Take a step that a button asks for; what is refused becomes a message. True where it was taken."""
    try:
        step()
    except StepError as refused:
        messages.error(request, str(refused))
    except CodebookError as refused:
        messages.error(request, " ".join(refused.reasons))
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        return True
    return False
