"""Changing a code: its words, its place, merging, splitting, retiring. Each is refused in words where it cannot be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.forms.framework import (
    FEWEST_PARTS,
    TOP,
    CodeForm,
    IntoForm,
    PartsForm,
    PlaceForm,
    ReasonForm,
    parent_in,
    said_of,
)
from commonpool.voices.models import Code
from commonpool.voices.queries import framework as queries
from commonpool.voices.queries.codebooks import book_of, guid_of, last_change
from commonpool.voices.rules import codebook as rules
from commonpool.voices.views.asking import member, row_or_404, told, who_and_when
from commonpool.voices.views.framework import below_framework, changed, seen_in, to_code


class _Asked:
    """One code of one request, with the codebook round it."""

    def __init__(self, request: HttpRequest, uuid: UUID) -> None:
        self.request = request
        self.row = row_or_404(Code, uuid, "study")
        self.study, self.guid = self.row.study, guid_of(self.row)
        self.book = book_of(self.study)
        self.code = self.book[self.guid]
        self.posted = request.POST if request.method == "POST" else None

    def page(self, template: str, title: str, **more: Any) -> HttpResponse:
        """The page, or a way back where the code is retired and nothing can be changed any more."""
        context = below_framework(self.request, self.study, title, code=self.code, row=self.row, **more)
        context["use"] = queries.uses_of(context["me"]).get(self.guid, queries.Use())
        context["is_blind"] = queries.is_blind(self.study)
        return render(self.request, f"voices/{template}.html", context)


def redefine(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Another name, other words, another colour."""
    asked = _Asked(request, uuid)
    form = CodeForm(asked.posted, colour=asked.code.colour, initial=said_of(asked.code))
    if changed(request, asked.study, form, lambda: form.changes_to(asked.code), "The code is changed."):
        return to_code(asked.study, asked.guid)
    return asked.page("change_code", f"Change ‘{asked.code.name}’", form=form, button="Save")


def move(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Another place, with all that stands beneath the code."""
    asked = _Asked(request, uuid)
    places = queries.choices_of(asked.book, queries.with_all_beneath(asked.book, asked.guid))
    form = PlaceForm(asked.posted, places=places, initial={"parent": asked.code.parent or TOP[0]})

    def changes() -> list[rules.Change]:
        parent = parent_in(form)
        return [] if parent == asked.code.parent else [rules.Move(asked.guid, parent)]

    if changed(request, asked.study, form, changes, "The code has moved, with all beneath it."):
        return to_code(asked.study, asked.guid)
    siblings = asked.book.beneath(asked.code.parent)
    at = next((at for at, each in enumerate(siblings) if each.guid == asked.guid), 0)
    where = {"is_first": at == 0, "is_last": at == len(siblings) - 1, "siblings": siblings, "at": at + 1}
    return asked.page("move_code", f"Move ‘{asked.code.name}’", form=form, button="Move it", **where)


def swap(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One place up or down among the codes beside it."""
    asked = _Asked(request, uuid)
    here = [code.guid for code in asked.book.beneath(asked.code.parent)]
    at = here.index(asked.guid) if asked.guid in here else -1
    to = at + (-1 if request.POST.get("to") == "up" else 1)
    if request.method == "POST" and at >= 0 and 0 <= to < len(here):
        change = rules.Swap(asked.guid, here[to])
        seen = seen_in(request, last_change(asked.study))
        told(
            request,
            lambda: change_codebook(**who_and_when(request), study=asked.study, changes=[change], seen=seen),
        )
    return redirect("voices:move-code", uuid)


def merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Which code it goes into; then what that means; then why."""
    asked = _Asked(request, uuid)
    codes = queries.choices_of(asked.book, [asked.guid], codable=asked.code.is_codable)
    wanted = request.POST.get("into") or request.GET.get("into", "")
    into = IntoForm({"into": wanted} if "into" in request.GET or asked.posted is not None else None, codes=codes)
    form = ReasonForm(asked.posted)
    preview: list[str] = []
    if into.is_valid():
        change = rules.Merge(asked.guid, wanted)
        try:
            preview = rules.differences(asked.book, rules.apply(asked.book, change))
        except rules.CodebookError as refused:
            for reason in refused.reasons:
                into.add_error(None, reason)
        else:
            if changed(request, asked.study, form, lambda: [change], f"‘{asked.code.name}’ is merged."):
                return redirect("voices:recoding", asked.study.uuid)
    uses = queries.uses_of(member(request, asked.study))
    target = asked.book.codes.get(wanted) if preview else None
    context = {"target": target, "target_use": uses.get(wanted, queries.Use()), "preview": preview}
    shown = {"form": form if preview else into, "into": into, "wanted": wanted}
    return asked.page("merge_code", f"Merge ‘{asked.code.name}’ into another code", **context, **shown)


def split(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The parts that take the code's place: two, or as many as are asked for."""
    asked = _Asked(request, uuid)
    given = request.POST.get("count", "")
    count = int(given[:2]) if given.isascii() and given.isdecimal() else FEWEST_PARTS
    if "more" in request.POST:
        form = PartsForm(None, count=count + 1, initial=request.POST.dict())
    else:
        form = PartsForm(asked.posted, count=count)
        if changed(
            request,
            asked.study,
            form,
            lambda: [rules.Split(asked.guid, form.parts_of(asked.code))],
            f"‘{asked.code.name}’ is split.",
        ):
            return redirect("voices:recoding", asked.study.uuid)
    return asked.page("split_code", f"Split ‘{asked.code.name}’", form=form)


def retire(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """No longer offered; what was coded stays."""
    asked = _Asked(request, uuid)
    form = ReasonForm(asked.posted)
    done = f"‘{asked.code.name}’ is retired. The history can take that back."
    if changed(request, asked.study, form, lambda: [rules.Retire(asked.guid)], done):
        return redirect(reverse("voices:framework", args=[asked.study.uuid]))
    return asked.page("retire_code", f"Retire ‘{asked.code.name}’", form=form)
