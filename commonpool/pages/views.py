"""This room's own pages: the glossary, and where a figure comes from."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.figures import QuestionError, find_question
from commonpool.pages import errors, explanations
from commonpool.pages.glossary import words
from commonpool.pages.lists.files import as_file


def glossary(request: HttpRequest) -> HttpResponse:
    """Every word of both sides, by the alphabet. Open to everyone."""
    return render(request, "pages/glossary.html", {"words": words()})


def explain(request: HttpRequest) -> HttpResponse:
    """How the figure that answers `?question=...` was made; `&format=csv` gives its parts as a file."""
    given = {name: str(value) for name, value in request.GET.items() if name not in ("question", "format")}
    try:
        asked = find_question(request.GET.get("question", ""))
        figure = asked.ask(request.user, explanations.read_arguments(asked, given))
    except QuestionError as error:
        return render(request, "pages/no_such_question.html", {"why": str(error)}, status=HTTPStatus.NOT_FOUND)
    except ObjectDoesNotExist:
        return errors.not_found(request)
    if figure is None:
        return errors.refused(request)
    rows = explanations.rows(figure, request.user)
    if request.GET.get("format") == "csv":
        return as_file("csv", "figure", figure.label, explanations.FILE_HEADERS, explanations.file_rows(figure, rows))
    link = request.build_absolute_uri(f"{request.path}?{figure.query_string()}")
    context = {"figure": figure, "sentence": explanations.sentence(figure), "rows": rows, "permanent_link": link}
    return render(request, "pages/explain.html", context)
