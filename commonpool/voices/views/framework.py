"""The framework: the tree of codes, the first ones, new ones, and the whole as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.sheets import Unreadable
from commonpool.voices.actions.codebooks import change_codebook, take_codes
from commonpool.voices.errors import ChangedMeanwhile, StepError
from commonpool.voices.forms.framework import TOP, ChangeForm, CodesFileForm, NewCodeForm
from commonpool.voices.framework_files import FORMATS, codebook_file, codebook_sent
from commonpool.voices.models import CodebookVersion, Study, TeamMember
from commonpool.voices.queries import framework as queries
from commonpool.voices.queries.access import WRITING
from commonpool.voices.queries.codebooks import book_of, last_change
from commonpool.voices.queries.codings import codes_blind_now
from commonpool.voices.queries.recoding import waiting_for
from commonpool.voices.reading.codebooks import ReadCodebook, starter_codebook
from commonpool.voices.rules import codebook as rules
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when

HERE: Final = "Framework"


def framework(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The codebook as a tree, with what each code means and how often it was used as this member may see."""
    study = row_or_404(Study, uuid)
    book, asked = book_of(study), request.GET.get("q", "")
    if request.GET.get("format") in FORMATS:
        return codebook_file(request.GET["format"], "codebook", study, book)
    me = member(request, study)
    uses = queries.uses_of(me)
    version = CodebookVersion.objects.filter(study=study).order_by("change_number", "pk").last()
    is_blind = queries.is_blind(study)
    context = {
        "book": book,
        "in_use": len(book.in_use()),
        "nodes": queries.tree_of(book, uses, asked),
        "asked": asked,
        "retired": queries.retired_in(book),
        "passages": sum(use.passages for use in uses.values()),
        "waiting": waiting_for(me),
        "version": version,
        "since": last_change(study) - (version.change_number if version else 0),
        "is_blind": is_blind,
        "may_change": may_change(request, study),
        "formats": FORMATS,
        "file_form": CodesFileForm(),
    }
    return render(request, "voices/framework.html", of_study(request, study, (HERE, ""), **context))


def may_change(request: HttpRequest, study: Study) -> bool:
    """Whether pages offer changes: to whoever codes or leads; while a blind round is open to leads not coding in it."""
    me = member(request, study)
    if not queries.is_blind(study):
        return me.part in WRITING
    return me.part == TeamMember.Part.LEAD and not codes_blind_now(me)


def below_framework(request: HttpRequest, study: Study, title: str, **more: Any) -> dict[str, Any]:
    """What every page below the framework says of it."""
    here = reverse("voices:framework", args=[study.uuid])
    form, newest = more.get("form"), last_change(study)
    seen = newest if getattr(form, "knows_newest", False) else seen_in(request, newest)
    return of_study(request, study, (HERE, here), (title, ""), title=title, seen=seen, back=here, **more)


def seen_in(request: HttpRequest, newest: int) -> int:
    """The number of the newest change that a sent form knew; that of the newest there is where it says none."""
    given = request.POST.get("seen", "")
    return int(given[:9]) if given.isascii() and given.isdecimal() else newest


def changed(
    request: HttpRequest, study: Study, form: ChangeForm, changes: Callable[[], Sequence[rules.Change]], done: str
) -> bool:
    """Make the changes that a form asks for. What is refused stands above the form, and what was typed stays."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        made = changes()
        if made:
            reason, seen = form.cleaned_data["reason"], seen_in(request, last_change(study))
            change_codebook(**who_and_when(request), study=study, changes=made, reason=reason, seen=seen)
    except (StepError, rules.CodebookError) as refused:
        refuse_in(form, refused)
    else:
        messages.success(request, done if made else "Nothing was changed: all is as it was.")
        return True
    return False


def refuse_in(form: ChangeForm, refused: StepError | rules.CodebookError) -> None:
    """What was refused stands above the form; where others changed something, the next try counts as having seen it."""
    form.knows_newest = isinstance(refused, ChangedMeanwhile)
    for reason in refused.reasons if isinstance(refused, rules.CodebookError) else [str(refused)]:
        form.add_error(None, reason)


def to_code(study: Study, guid: str) -> HttpResponse:
    """Back to the tree, at this code."""
    return redirect(reverse("voices:framework", args=[study.uuid]) + f"#code-{guid}")


def add_code(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A new code."""
    study = row_or_404(Study, uuid)
    places = queries.choices_of(book_of(study))
    beneath = request.GET.get("beneath", TOP[0])
    form = NewCodeForm(request.POST if request.method == "POST" else None, places=places, initial={"parent": beneath})
    added: list[rules.Add] = []

    def changes() -> list[rules.Add]:
        added.append(form.added())
        return added

    if changed(request, study, form, changes, "The code is added."):
        return to_code(study, added[0].code.guid)
    context = below_framework(request, study, "A new code", form=form, button="Add the code")
    return render(request, "voices/change_code.html", context)


def take(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take codes in: the starter codebook, or those of a file. Codes that are there already stay as they are."""
    study = row_or_404(Study, uuid)
    is_starter = "starter" in request.POST
    form = CodesFileForm(request.POST, request.FILES) if request.method == "POST" and not is_starter else None
    found: tuple[object, ...] = ()
    if is_starter:
        return _taken(request, study, starter_codebook(), rules.Origin.ADVANCE) or redirect(
            "voices:framework", study.uuid
        )
    if form is not None and form.is_valid():
        try:
            read = codebook_sent(form.cleaned_data["file"])
        except Unreadable as unreadable:
            found = tuple(unreadable.findings)
        else:
            if answer := _taken(request, study, read, rules.Origin.FILE):
                return answer
    context = below_framework(request, study, "Codes from a file", form=form or CodesFileForm(), found=found)
    return render(request, "voices/take_codes.html", context)


def _taken(request: HttpRequest, study: Study, read: ReadCodebook, origin: rules.Origin) -> HttpResponse | None:
    made: list[int] = []

    def step() -> None:
        seen = seen_in(request, last_change(study))
        made.append(take_codes(**who_and_when(request), study=study, read=read, origin=origin, seen=seen))

    if not told(request, step):
        return None
    count = made[0]
    said = f"{count} code{' is' if count == 1 else 's are'} taken in." if count else "All its codes are here already."
    messages.success(request, f"{said} The history can take that back as a whole." if count else said)
    return redirect("voices:framework", study.uuid)
