"""The topic guide: as it stands, as it stood, what changed, and its editor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.voices.actions.guides import make_guide
from commonpool.voices.errors import StepError
from commonpool.voices.forms.guides import QuestionForms, VersionForm, questions_in_order
from commonpool.voices.models import GuideVersion, Study
from commonpool.voices.queries.guides import newest_guide, questions_of
from commonpool.voices.rules.guides import Change, differences
from commonpool.voices.views.asking import of_study, row_or_404, today, who_and_when
from commonpool.voices.views.forming import sample_trail, sent


def guide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The newest version, or the one that the address asks for."""
    study = row_or_404(Study, uuid, "body")
    versions = list(_versions(study))
    shown = _asked(versions, request.GET.get("version", ""), versions[-1] if versions else None)
    trail = sample_trail(study, ("Topic guide", ""))
    context = of_study(request, study, *trail, versions=versions, shown=shown, questions=questions_of(shown))
    return render(request, "voices/fieldwork/guide.html", context)


def compare_guides(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Two versions side by side: the last two, or those that the address asks for."""
    study = row_or_404(Study, uuid, "body")
    versions = list(_versions(study))
    after = _asked(versions, request.GET.get("to", ""), versions[-1] if versions else None)
    before = _asked(versions, request.GET.get("from", ""), versions[-2] if len(versions) > 1 else None)
    found = differences(questions_of(before), questions_of(after))
    changed = [each for each in found if each.change is not Change.SAME]
    below = ("Topic guide", reverse("voices:guide", args=[study.uuid]))
    trail = sample_trail(study, below, ("What changed", ""))
    context = of_study(
        request, study, *trail, versions=versions, before=before, after=after, found=found, changed=changed
    )
    return render(request, "voices/fieldwork/guide_changes.html", context)


def edit_guide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the next version. It begins as the newest one stands."""
    study = row_or_404(Study, uuid, "body")
    last = newest_guide(study)
    rows = QuestionForms(sent(request), prefix="q", initial=[_row(at, each) for at, each in _numbered(last)])
    initial = {"used_from": today(), "after_number": last.number if last else 0}
    form = VersionForm(sent(request), is_first=last is None, initial=initial)
    if request.method == "POST" and rows.is_valid() and form.is_valid():
        try:
            made = make_guide(**who_and_when(request), study=study, questions=questions_in_order(rows), **_given(form))
        except StepError as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
        else:
            messages.success(request, f"Version {made.number} of the topic guide is made.")
            return redirect("voices:guide", study.uuid)
    below = ("Topic guide", reverse("voices:guide", args=[study.uuid]))
    trail = sample_trail(study, below, ("Next version", ""))
    context = of_study(request, study, *trail, rows=rows, form=form, last=last)
    return render(request, "voices/fieldwork/guide_editor.html", context)


def _given(form: VersionForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("used_from", "reason", "after_number")}


def _numbered(last: GuideVersion | None) -> Any:
    return enumerate(questions_of(last), start=1)


def _row(at: int, question: Any) -> dict[str, Any]:
    return {
        "place": at,
        "words": question.words,
        "prompts": "\n".join(question.prompts),
        "source": question.source,
        "key": question.key,
    }


def _versions(study: Study) -> Any:
    rows = GuideVersion.objects.filter(study=study).select_related("made_by").order_by("number")
    return rows.annotate(interview_count=Count("interviews"))


def _asked(versions: list[GuideVersion], number: str, otherwise: GuideVersion | None) -> GuideVersion | None:
    if not number:
        return otherwise
    found = next((each for each in versions if str(each.number) == number), None)
    if found is None:
        raise Http404("The guide has no version of that number.")
    return found
