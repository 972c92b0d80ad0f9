"""The joint display of a study."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.evaluation.files import table_of
from commonpool.evaluation.queries.columns import MONEY
from commonpool.evaluation.queries.display import MOST_METRICS, choice_of, display_of
from commonpool.evaluation.rules import FEWEST_AREAS
from commonpool.pages.lists.files import as_file
from commonpool.policy.reading.metrics import load_catalogue
from commonpool.voices.models import CaseKind, Study
from commonpool.voices.queries.matrices import matrices_of
from commonpool.voices.queries.themes import tree_of
from commonpool.voices.views.asking import member, of_study, row_or_404, today


def joint_display(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Themes, metrics and money of the study's sites. `?download=` csv or xlsx, where no row is too rare."""
    study = row_or_404(Study, uuid, "body")
    asked = {name: values for name, values in request.GET.lists() if name != "download"}
    choice = choice_of(study, asked)
    display = display_of(member(request, study), study, choice, Path(settings.COMMONPOOL_HOME), today())
    wanted = request.GET.get("download", "")
    if wanted in ("csv", "xlsx") and display.may_leave:
        header, rows = table_of(display, is_invented=study.is_invented)
        return as_file(wanted, "joint-display", "Joint display", header, rows)
    query = request.GET.copy()
    query.pop("download", None)
    context = of_study(
        request,
        study,
        ("Joint display", ""),
        display=display,
        was_refused=bool(wanted) and not display.may_leave,
        fewest=FEWEST_AREAS,
        most_metrics=MOST_METRICS,
        themes=[(theme, theme in choice.themes) for theme, _ in tree_of(study)],
        metrics=[(each, each in choice.metrics) for each in load_catalogue().metrics.values()],
        bands=[(3, "Thirds of all areas"), (2, "Halves of all areas")],
        money=[(key, label, key in choice.money) for key, label in MONEY.items()],
        matrices=[each for each in matrices_of(study) if each.case_kind == CaseKind.SITE],
        query=query.urlencode(),
    )
    return render(request, "evaluation/joint_display.html", context, status=403 if context["was_refused"] else 200)
