"""Taking identities out: how far texts are, one review, the list of names, and forgetting earlier wordings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.pages.lists.files import FORMATS, as_file
from commonpool.voices.actions import identities as actions
from commonpool.voices.forms.identities import NameForm, as_typed, decisions_in
from commonpool.voices.models import IdentityReview, ListedName, Study, Transcript
from commonpool.voices.queries.deidentifying import counts_of, states_of
from commonpool.voices.queries.identities import Group, Occurrence, groups_of, names_of, opened_name
from commonpool.voices.views.asking import of_study, row_or_404, told, who_and_when

GROUPS_ON_A_PAGE = 40
NAMES_ON_A_PAGE = 100


def identities(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far each text of the study has been looked through for what gives people away."""
    study = row_or_404(Study, uuid)
    states = states_of(study)
    context = {
        "states": states,
        "clear": sum(state.is_clear for state in states),
        "names": ListedName.objects.filter(study=study, removed_at=None).count(),
    }
    return render(request, "voices/identities.html", of_study(request, study, *_below(study), **context))


def _below(study: Study, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to the page of identities, and further."""
    quotations = ("Quotations", reverse("voices:quotations", args=[study.uuid]))
    return [quotations, ("Identities", reverse("voices:identities", args=[study.uuid]) if more else ""), *more]


@require_POST
def begin_review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Look through the newest version of a text."""
    text = row_or_404(Transcript, uuid, "study", "newest")
    made: list[IdentityReview] = []
    if told(request, lambda: made.append(actions.begin_review(**who_and_when(request), transcript=text))):
        return redirect("voices:identity-review", made[0].uuid)
    return redirect("voices:identities", text.study.uuid)


def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was found in one version, those typed alike together, each with a decision; counts to download."""
    row = row_or_404(IdentityReview, uuid, "study", "version__transcript", "made")
    if request.GET.get("download") in FORMATS:
        return _report(row, request.GET["download"])
    return _review_page(request, row)


def _review_page(request: HttpRequest, row: IdentityReview) -> HttpResponse:
    """The page of a review. What was sent and refused stands in its boxes again."""
    counts = counts_of(row)
    groups = groups_of(row)
    one = next((group for group in groups if str(group.id) == request.GET.get("one")), None)
    page = Paginator(groups, GROUPS_ON_A_PAGE).get_page(request.GET.get("page"))
    text = row.version.transcript
    context: dict[str, Any] = {
        "review": row,
        "transcript": text,
        "counts": counts,
        "found": sum(each.found for each in counts),
        "taken": sum(each.taken for each in counts),
        "left": sum(each.left for each in counts),
        "waiting": sum(each.waiting for each in counts),
        "waiting_groups": sum(group.decision == "" for group in groups),
        "page": page,
        "shown": [(group, *as_typed(request.POST, group.id, group.decision, group.offered)) for group in page],
        "one": one,
        "places": _places(one, request.POST) if one else [],
        "is_overtaken": row.done_at is None and text.newest_id != row.version_id,
    }
    return render(
        request,
        "voices/identity_review.html",
        of_study(request, row.study, *_below(row.study, (text.name, "")), **context),
    )


def _places(one: Group, sent: Mapping[str, str]) -> list[tuple[Occurrence, str, str]]:
    """Each place of one group with what was decided on it, and what would stand there."""
    return [
        (each, *as_typed(sent, each.row.pk, each.row.decision, each.replacement or one.offered))
        for each in one.occurrences
    ]


def _report(row: IdentityReview, kind: str) -> HttpResponse:
    """Counts by kind, and nothing that was found."""
    rows = [(each.kind.label, each.found, each.taken, each.left, each.waiting) for each in counts_of(row)]
    headers = ("Kind", "Found", "Taken out", "Left", "Not decided")
    return as_file(kind, "identities", "Identities", headers, rows)


@require_POST
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep what was decided on a page of candidates."""
    row = row_or_404(IdentityReview, uuid, "study", "version__transcript", "made")
    all_alike = request.POST.get("scope") != "one"
    decisions = decisions_in({name: str(value) for name, value in request.POST.items()}, all_alike)
    if not told(request, lambda: actions.decide(**who_and_when(request), review=row, decisions=decisions)):
        return _review_page(request, row)
    messages.success(request, f"Kept: {len(decisions)} decision{'' if len(decisions) == 1 else 's'}.")
    return redirect("voices:identity-review", row.uuid)


@require_POST
def take_out(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the version without what was decided on."""
    row = row_or_404(IdentityReview, uuid, "study", "version__transcript")
    if told(request, lambda: actions.take_out(**who_and_when(request), review=row)):
        messages.success(request, "The new version is made. Passages that an edit reached into are marked for review.")
    return redirect("voices:identity-review", row.uuid)


@require_POST
def end_review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End a review without another version."""
    row = row_or_404(IdentityReview, uuid, "study")
    told(request, lambda: actions.end_review(**who_and_when(request), review=row))
    return redirect("voices:identities", row.study.uuid)


def names(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The study's list of names, and putting one on it. There is no download: the list never leaves the site."""
    study = row_or_404(Study, uuid)
    form = NameForm(request.POST) if request.method == "POST" else NameForm()

    def step() -> None:
        actions.list_name(**who_and_when(request), study=study, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect("voices:names", study.uuid)
    rows = names_of(study)
    asked = request.GET.get("q", "").strip()
    matching = [name for name in rows if asked.casefold() in (name.words or "").casefold()]
    off = ListedName.objects.filter(study=study).exclude(removed_at=None).select_related("study", "participant")
    context = {
        "form": form,
        "asked": asked,
        "rows": rows,
        "page": Paginator(matching, NAMES_ON_A_PAGE).get_page(request.GET.get("page")),
        "hidden": sum(not name.row.is_kept for name in rows),
        "taken_off": [opened_name(row) for row in off.order_by("-removed_at")[:10]],
    }
    return render(request, "voices/names.html", of_study(request, study, *_below(study, ("Names", "")), **context))


@require_POST
def unlist_name(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a name off the list."""
    return _on_list(request, uuid, actions.unlist_name, "The name is off the list. It can be put back below.")


@require_POST
def relist_name(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a name back on the list."""
    return _on_list(request, uuid, actions.relist_name, "The name is on the list again.")


def _on_list(request: HttpRequest, uuid: UUID, step: Any, done: str) -> HttpResponse:
    row = row_or_404(ListedName, uuid, "study", "participant")
    if told(request, lambda: step(**who_and_when(request), name=row)):
        messages.success(request, done)
    return redirect("voices:names", row.study.uuid)


def forget(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Destroy the words of earlier versions, once the study is to be archived: asked first."""
    study = row_or_404(Study, uuid)
    count: list[int] = []

    def step() -> None:
        count.append(actions.forget_earlier_wordings(**who_and_when(request), study=study))

    if request.method == "POST" and request.POST.get("sure") != "yes":
        messages.error(request, "Tick the box to say that you are sure: nobody can bring these words back.")
    elif request.method == "POST" and told(request, step):
        messages.success(request, f"Forgotten: the words of {count[0]} earlier version{'' if count[0] == 1 else 's'}.")
        return redirect("voices:identities", study.uuid)
    states = states_of(study)
    context = {"not_clear": [state for state in states if not state.is_clear]}
    trail = _below(study, ("Forget earlier wordings", ""))
    return render(request, "voices/forget_wordings.html", of_study(request, study, *trail, **context))
