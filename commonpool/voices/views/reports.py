"""What comes out of a study: its reports on pages and as files, and checking a history that somebody kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.sheets import Unreadable
from commonpool.voices.actions.releases import release_table
from commonpool.voices.forms.reports import HistoryFileForm
from commonpool.voices.models import Study, TeamMember
from commonpool.voices.queries import reports as queries
from commonpool.voices.queries.checking import checked
from commonpool.voices.queries.history import history_of
from commonpool.voices.queries.tables import as_cells, published_next, releases_of
from commonpool.voices.rules.history import Line
from commonpool.voices.rules.reports.document import Grid, Heading, Report, Words, shown
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when
from commonpool.voices.writing.reports import KINDS, TYPES, file_of

HISTORY: Final = ListPage(
    "what-happened",
    "Events, the newest first",
    (
        Column("line", "Line", lambda line: line.number, Kind.NUMBER),
        Column("at", "When", lambda line: datetime.fromisoformat(line.entry.at), Kind.MOMENT),
        Column("who", "Who", lambda line: line.entry.who, filter=Filter.CHOICE),
        Column("did", "Did", lambda line: line.entry.did, filter=Filter.CHOICE),
        Column("what", "What", lambda line: line.entry.in_words, filter=Filter.TEXT),
    ),
    noun="events",
    empty="Nothing has happened in this study yet.",
)


def reports(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All reports of a study, and the way of its data to other programs."""
    study = row_or_404(Study, uuid)
    context = of_study(request, study, ("Reports", ""), kinds=queries.kinds(), formats=KINDS)
    return render(request, "voices/reports.html", context)


def report(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """One report, as a page or as a file."""
    study = row_or_404(Study, uuid)
    kind = queries.kind_of(key)
    if kind is None:
        raise Http404
    me, as_at = member(request, study), who_and_when(request)["at"]
    if (wanted := request.GET.get("format")) in KINDS:
        return _file(kind.make(me, as_at), str(wanted), me, as_at)
    more = MORE.get(key, _plain)(request, me, kind, as_at)
    if isinstance(more, HttpResponse):
        return more
    trail = ("Reports", reverse("voices:reports", args=[uuid])), (kind.label, "")
    context = of_study(request, study, *trail, kind=kind, as_at=as_at, formats=KINDS, **more)
    return render(request, "voices/report.html", context)


def _file(made: Report, kind: str, me: TeamMember, as_at: datetime) -> HttpResponse:
    answer = HttpResponse(file_of(made, kind, queries.stamp_of(me, as_at)), content_type=TYPES[kind])
    name = f"{slugify(me.study.title) or 'study'}-{made.key}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


Context = dict[str, Any]


def _plain(request: HttpRequest, me: TeamMember, kind: queries.ReportKind, as_at: datetime) -> Context:
    return _shown(kind.make(me, as_at))


def _table(request: HttpRequest, me: TeamMember, kind: queries.ReportKind, as_at: datetime) -> Context:
    """Table 1 with what would be published of it next to what was."""
    public, threshold = published_next(me.study_id)
    releases = releases_of(me.study_id)
    last = releases[-1] if releases else None
    is_news = last is None or (last.cells, last.total) != (as_cells(public), public.total)
    next_ = _grid(queries.released_grid(public)) if is_news else None
    return {**_shown(kind.make(me, as_at)), "next": next_, "threshold": threshold, "releases": releases}


def _history(request: HttpRequest, me: TeamMember, kind: queries.ReportKind, as_at: datetime) -> Context | HttpResponse:
    """The history as a list that can be filtered; its file is the chain."""
    lines: list[Line] = history_of(me, as_at)[::-1]
    listing = HISTORY.read(request.GET, lines, is_invented=me.study.is_invented)
    if file := listing.file():
        return file
    return {"headline": queries.history_headline(me, len(lines)), "listing": listing, "form": HistoryFileForm()}


MORE: Final[dict[str, Callable[..., Context | HttpResponse]]] = {"table-1": _table, "history": _history}


@require_POST
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Publish Table 1 as it may be shown now."""
    study = row_or_404(Study, uuid)
    if told(request, lambda: release_table(**who_and_when(request), study=study)):
        messages.success(request, "This version is released. What it shows counts as known from now on.")
    return redirect("voices:report", uuid, "table-1-public")


def check_history(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hold a history that somebody kept against the study's own."""
    study = row_or_404(Study, uuid)
    form = HistoryFileForm(request.POST, request.FILES) if request.method == "POST" else HistoryFileForm()
    found = None
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = checked(member(request, study), file.chunks(), file.name)
        except Unreadable as unreadable:
            for finding in unreadable.findings:
                form.add_error("file", str(finding))
    trail = (
        ("Reports", reverse("voices:reports", args=[uuid])),
        ("Audit history", reverse("voices:report", args=[uuid, "history"])),
        ("Check a file", ""),
    )
    return render(request, "voices/check_history.html", of_study(request, study, *trail, form=form, found=found))


# --- blocks for the template -----------------------------------------------------------------------------------------


def _shown(made: Report) -> Context:
    return {"headline": made.headline, "blocks": list(map(_block, made.blocks))}


def _block(block: Heading | Words | Grid) -> Context:
    match block:
        case Heading(text):
            return {"heading": text}
        case Words(text):
            return {"words": text}
    return {"grid": _grid(block)}


def _grid(grid: Grid) -> Context:
    """The table with, for each column, whether it holds numbers only."""
    numeric = [
        bool(grid.rows) and all(isinstance(row[at], int) or row[at] in (None, "withheld") for row in grid.rows)
        for at in range(len(grid.header))
    ]
    rows = [[(shown(value), is_number) for value, is_number in zip(row, numeric, strict=True)] for row in grid.rows]
    return {
        "title": grid.title,
        "header": list(zip(grid.header, numeric, strict=True)),
        "rows": rows,
        "note": grid.note,
    }
