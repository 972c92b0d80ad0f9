"""Themes: the list with the cases behind each, one theme with its evidence, and writing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.voices.actions import themes as actions
from commonpool.voices.forms.themes import MarkForm, ThemeForm
from commonpool.voices.models import CaseKind, Study, Theme, Typology
from commonpool.voices.queries import themes as queries
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when
from commonpool.voices.views.matrices import codes_of

PASSAGES_ON_A_PAGE = 20


def themes(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The themes with the cases behind each, and the study's typologies."""
    study = row_or_404(Study, uuid, "body")
    kind = kind_asked(request)
    context = {
        "view": queries.themes_view(member(request, study), study, kind),
        "kinds": CaseKind.choices,
        "typologies": Typology.objects.filter(study=study, removed_at=None),
        "taken_away": Theme.objects.filter(study=study, removed_at__isnull=False),
        "typologies_taken_away": Typology.objects.filter(study=study, removed_at__isnull=False),
    }
    return render(request, "voices/themes.html", of_study(request, study, ("Themes", ""), **context))


def kind_asked(request: HttpRequest) -> str:
    """The kind of case that the address names, else sites."""
    asked = request.GET.get("cases", "")
    return asked if asked in CaseKind.values else str(CaseKind.SITE.value)


def theme(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One theme: what it claims, the cases for and against, and every passage of its codes."""
    row = row_or_404(Theme, uuid, "study__body", "parent", "written_by")
    me = member(request, row.study)
    every = queries.passages_of(me, row)
    context = {
        "theme": row,
        "shown": queries.theme_row(me, row, kind_asked(request)),
        "kind": kind_asked(request),
        "kinds": CaseKind.choices,
        "page": Paginator(every, PASSAGES_ON_A_PAGE).get_page(request.GET.get("page")),
        "marked": sum(each.mark is not None for each in every),
    }
    return render(request, "voices/theme.html", of_study(request, row.study, *_below(row.study, row.name), **context))


def new_theme(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write a theme."""
    study = row_or_404(Study, uuid, "body")
    above = [each for each, _ in queries.tree_of(study)]
    form = ThemeForm(request.POST if request.method == "POST" else None, codes=codes_of(study), above=above)
    made: list[Theme] = []

    def step() -> None:
        made.append(actions.write_theme(**who_and_when(request), member=member(request, study), wording=_wording(form)))

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect("voices:theme", made[0].uuid)
    below = _below(study, "Write a theme")
    context = of_study(request, study, *below, form=form, title="Write a theme", button="Save the theme")
    return render(request, "voices/theme_form.html", context)


def change_theme(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say a theme otherwise."""
    row = row_or_404(Theme, uuid, "study__body", "parent")
    above = [each for each, _ in queries.tree_of(row.study) if each.pk != row.pk]
    initial = {
        "name": row.name,
        "statement": row.statement,
        "parent": row.parent_id,
        "weight": "major" if row.is_major else "minor",
        "codes": [str(code.uuid) for code in row.codes.all()],
        "revision": row.revision,
    }
    offered = codes_of(row.study)
    known = {code.pk for code, _ in offered}
    offered += [(code, "retired") for code in row.codes.all() if code.pk not in known]
    form = ThemeForm(request.POST if request.method == "POST" else None, codes=offered, above=above, initial=initial)

    def step() -> None:
        actions.change_theme(
            **who_and_when(request),
            member=member(request, row.study),
            theme=row,
            wording=_wording(form),
            revision=form.cleaned_data["revision"] or 0,
        )

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect("voices:theme", row.uuid)
    below = _below(row.study, "Change it")
    context = of_study(request, row.study, *below, form=form, title=f"Change ‘{row.name}’", button="Save")
    return render(request, "voices/theme_form.html", context)


@require_POST
def mark(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark a passage for a theme or against it, or take its mark away."""
    row = row_or_404(Theme, uuid, "study")
    form = MarkForm(request.POST)

    def step() -> None:
        actions.mark_evidence(
            **who_and_when(request), member=member(request, row.study), theme=row, **form.cleaned_data
        )

    if not form.is_valid():
        messages.error(request, "Say which passage, and whether it supports the theme or speaks against it.")
    else:
        told(request, step)
    return redirect(f"{reverse('voices:theme', args=[row.uuid])}#passage-{request.POST.get('coding', '')}")


@require_POST
def remove_theme(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a theme away; the list then offers to put it back."""
    row = row_or_404(Theme, uuid, "study")
    if told(request, lambda: actions.remove_theme(**who_and_when(request), theme=row)):
        messages.success(request, f"‘{row.name}’ is taken away. You can put it back below.")
    return redirect("voices:themes", row.study.uuid)


@require_POST
def put_theme_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a theme back with its marks."""
    row = row_or_404(Theme, uuid, "study")
    told(request, lambda: actions.put_theme_back(**who_and_when(request), theme=row))
    return redirect("voices:themes", row.study.uuid)


def _wording(form: ThemeForm) -> actions.Wording:
    given: dict[str, Any] = form.cleaned_data
    words = {name: given[name] for name in ("name", "statement", "parent", "codes")}
    return actions.Wording(**words, is_major=given["weight"] == "major")


def _below(study: Study, name: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("Themes", reverse("voices:themes", args=[study.uuid])), (name, "")
