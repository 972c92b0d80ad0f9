"""Where the framework comes from: its history, taking steps back, the versions that were agreed, what differs."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.pages.formats import moment_text
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.actions.codebooks import Undone, agree_version, undo_step
from commonpool.voices.errors import StepError
from commonpool.voices.forms.framework import AgreeForm, ReasonForm
from commonpool.voices.framework_files import FORMATS, codebook_file
from commonpool.voices.models import CodebookVersion, Study
from commonpool.voices.queries import framework as queries
from commonpool.voices.queries.codebooks import book_at, book_of, last_change
from commonpool.voices.queries.framework_history import (
    Step,
    book_after,
    history_of,
    initials_of,
    next_label,
    steps_of,
)
from commonpool.voices.rules import codebook as rules
from commonpool.voices.views.asking import member, row_or_404, who_and_when
from commonpool.voices.views.framework import below_framework, may_change, refuse_in, seen_in

KINDS: Final = {
    "add": "Added",
    "rename": "Other name",
    "redefine": "Other words",
    "move": "Moved",
    "swap": "Moved",
    "merge": "Merged",
    "split": "Split",
    "retire": "Retired",
    "undo": "Taken back",
}


def history(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The history by versions, and every step as a list to filter and download."""
    study = row_or_404(Study, uuid)
    may = may_change(request, study)
    chapters = history_of(study)
    steps = [(step, chapter) for chapter in chapters for step in chapter.steps]
    listing = _list(study, may).read(request.GET, steps, is_invented=study.is_invented)
    if file := listing.file():
        return file
    context = below_framework(request, study, "History of the framework", chapters=chapters, listing=listing)
    return render(request, "voices/framework_history.html", context)


def _list(study: Study, may: bool) -> ListPage:
    undo = reverse("voices:undo-framework", args=[study.uuid])

    def state(row: Any) -> str:
        step: Step = row[0]
        return f"Taken back by step {step.taken_back_by}" if step.taken_back_by else "Stands"

    def link(row: Any) -> str | None:
        return f"{undo}?step={row[0].number}" if may and row[0].taken_back_by is None else None

    return ListPage(
        "framework-history",
        "Every step",
        (
            Column("step", "Step", lambda row: row[0].number, Kind.NUMBER),
            Column(
                "when",
                "When",
                lambda row: row[0].made_at,
                Kind.MOMENT,
                show=lambda row: moment_text(row[0].made_at),
            ),
            Column("who", "Who", lambda row: row[0].who or "the program", filter=Filter.CHOICE),
            Column("kind", "What was done", lambda row: KINDS[row[0].kind], filter=Filter.CHOICE),
            Column(
                "said",
                "What changed",
                lambda row: row[0].said,
                show=lambda row: row[0].shortly,
                filter=Filter.TEXT,
                is_sortable=False,
            ),
            Column("reason", "Why", lambda row: row[0].reason or "not said", is_sortable=False),
            Column("state", "State", state),
            Column("version", "In version", lambda row: row[1].version.label if row[1].version else "none yet"),
            *(
                (
                    Column(
                        "undo",
                        "Take back",
                        lambda row: "Take back" if link(row) else "",
                        link=link,
                        is_sortable=False,
                    ),
                )
                if may
                else ()
            ),
        ),
        noun="steps",
        empty="The framework has no code yet. Each change of it will stand here, with who made it and why.",
    )


def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What taking a step back would put back, and why it is done."""
    study = row_or_404(Study, uuid)
    asked = request.POST.get("step") or request.GET.get("step", "")
    found = {str(each.number): each for each in steps_of(study)}.get(asked)
    if found is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    history_page = reverse("voices:framework-history", args=[study.uuid])
    if request.method == "POST" and form.is_valid():
        try:
            undone = undo_step(
                **who_and_when(request),
                study=study,
                step=found.number,
                reason=form.cleaned_data["reason"],
                seen=seen_in(request, last_change(study)),
            )
        except (StepError, rules.CodebookError) as refused:
            refuse_in(form, refused)
        else:
            messages.success(request, _taken_back(found, undone, queries.is_blind(study)))
            return redirect(history_page)
    context = below_framework(request, study, "Take a step back", form=form, step=found)
    return render(request, "voices/undo_framework.html", context | {"back": history_page})


def _taken_back(step: Step, undone: Undone, is_blind: bool) -> str:
    """What was done. While a blind round is open a number would count what others coded."""
    said = f"Step {step.number} is taken back."
    if undone.codings:
        which = "Codings" if is_blind else f"{undone.codings} coding{'' if undone.codings == 1 else 's'}"
        said += f" {which} that it had sent on stand with their code again."
    if undone.retired:
        said += f" Retired rather than taken out, as codings may stand on them: {', '.join(undone.retired)}."
    return said


def versions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The versions that were agreed, what differs between any two, and agreeing the next."""
    study = row_or_404(Study, uuid)
    rows = list(CodebookVersion.objects.filter(study=study).order_by("-change_number", "-pk"))
    names = initials_of(study)
    agreed = {row.pk: sorted(names.get(each.pk, "") for each in row.agreed_by.all()) for row in rows}
    one, other, sentences = _compared(request, study, rows)
    context = below_framework(
        request,
        study,
        "Versions of the framework",
        versions=[(row, agreed[row.pk]) for row in rows],
        choices=[("now", "As it stands now"), *((row.label, row.label) for row in rows)],
        one=one,
        other=other,
        sentences=sentences,
        is_new=not rows or rows[0].change_number < last_change(study),
    )
    return render(request, "voices/framework_versions.html", context)


def _compared(request: HttpRequest, study: Study, rows: list[CodebookVersion]) -> tuple[str, str, list[str] | None]:
    numbers: dict[str, int | None] = {"now": None, **{row.label: row.change_number for row in rows}}
    one, other = request.GET.get("from", ""), request.GET.get("to", "")
    if one not in numbers or other not in numbers:
        return (rows[0].label if rows else "now"), "now", None
    return one, other, rules.differences(book_after(study, numbers[one]), book_after(study, numbers[other]))


def agree(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Agree the framework as it stands."""
    study = row_or_404(Study, uuid)
    posted = request.POST if request.method == "POST" else None
    begin = {"label": next_label(study), "agreed_by": [member(request, study)]}
    form = AgreeForm(posted, study=study.pk, initial=begin)
    if form.is_valid():
        try:
            seen = seen_in(request, last_change(study))
            made = agree_version(**who_and_when(request), study=study, seen=seen, **form.cleaned_data)
        except StepError as refused:
            refuse_in(form, refused)
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
        else:
            messages.success(request, f"{made.label} is agreed. What is changed from now on belongs to the next.")
            return redirect("voices:framework-version", made.uuid)
    newest = CodebookVersion.objects.filter(study=study).order_by("change_number", "pk").last()
    sentences = rules.differences(book_at(newest) if newest else rules.EMPTY, book_of(study))
    context = below_framework(request, study, "Agree a version", form=form, newest=newest, sentences=sentences)
    return render(request, "voices/agree_version.html", context)


def version(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One version as it was agreed, to read, print and take away."""
    row = row_or_404(CodebookVersion, uuid, "study")
    study, book = row.study, book_at(row)
    if request.GET.get("format") in FORMATS:
        name = "".join(sign if sign.isalnum() or sign in ".-" else "-" for sign in row.label)
        return codebook_file(request.GET["format"], f"codebook-{name}", study, book)
    names = initials_of(study)
    context = below_framework(
        request,
        study,
        f"Framework {row.label}",
        version=row,
        agreed=sorted(names.get(each.pk, "") for each in row.agreed_by.all()),
        nodes=queries.tree_of(book, {}),
        count=len(book.in_use()),
        formats=FORMATS,
    )
    return render(request, "voices/framework_version.html", context)
