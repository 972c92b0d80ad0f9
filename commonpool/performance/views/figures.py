"""What the activity store holds: every source, its loads, and how good each load is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.performance.actions import figures as actions
from commonpool.performance.forms.figures import WithdrawForm
from commonpool.performance.measures import LOCAL
from commonpool.performance.queries import figures as queries
from commonpool.performance.queries import figures_access as access
from commonpool.performance.store.keeping import Load
from commonpool.performance.store.layouts import read_source, source_ids
from commonpool.performance.views.asking import Trail, form_page, person_of, today, who_and_when
from commonpool.places.models import Organisation
from commonpool.sheets import csv_lines

TITLE: Final = "Figures"
FINDING_COLUMNS: Final = ("severity", "rule", "sheet", "cell", "field", "found", "problem", "fix")
FILE_COLUMNS: Final = (
    *("file", "digest", "layout", "layout_version", "released_on", "figures", "is_held_already", "tables"),
)
TABLE_COLUMNS: Final = (
    *("table", "figures", "areas", "periods", "first", "last", "expected_rows", "found_rows", "missing_periods"),
)
SOURCE_COLUMNS: Final = (
    *("source", "title", "publisher", "licence", "first_day", "last_day", "periods", "files", "loads"),
    *("last_loaded_at", "errors", "warnings", "notes"),
)


def trail(*below: tuple[str, str]) -> Trail:
    """The way to a page of figures."""
    return [("Home", "/"), (TITLE, reverse("performance:figures") if below else ""), *below]


def figures(request: HttpRequest) -> HttpResponse:
    """One row for each source that is held, and what could be."""
    person = person_of(request)
    everything = queries.everything_held(person, today())
    if file := _answer(request, "figures", _sources(everything)):
        return file
    context = {
        "held": [one for one in everything if one.loads],
        "lacking": [one.source for one in everything if not one.loads and one.source.id != LOCAL],
        "may_load": access.may_load_published(person, today()),
        "trail": trail(),
    }
    return render(request, "performance/figures/index.html", context)


def source(request: HttpRequest, source: str) -> HttpResponse:
    """The loads of one source, the newest first."""
    _source_or_404(source)
    person = person_of(request)
    held = queries.held_of(source, person, today())
    rows = [
        {
            "load": load,
            "files": [file for file in load.about["files"] if file["figures"]],
            "counting": queries.counting_of(load, source),
            "found": queries.findings_of(load.about),
        }
        for load in reversed(held.loads)
    ]
    context = {
        "held": held,
        "rows": rows,
        "may_load": access.may_load_published(person, today()) and source != LOCAL,
        "trail": trail((held.source.title, "")),
    }
    return render(request, "performance/figures/source.html", context)


def load(request: HttpRequest, source: str, number: int) -> HttpResponse:
    """The quality report of one load. `?format=json`, or `?format=csv&of=findings`, downloads it."""
    person, found = person_of(request), _load_or_404(request, source, number)
    fed = queries.fed_by(found, source, person, today())
    if onward := _onward(request, fed):
        return onward
    if file := _file(request, source, found):
        return file
    context = {
        "load": found,
        "source": read_source(source),
        "report": found.about,
        "statuses": [(count, _words(status)) for status, count in found.about["statuses"].items() if count],
        "tables": [{**table, "table": _words(table["table"])} for table in found.about["tables"]],
        "reconciled": [_reconciled(line) for line in found.about["reconciliation"]],
        "files": found.about["files"],
        "read": [file for file in found.about["files"] if file["figures"]],
        "found": queries.findings_of(found.about),
        "counting": queries.counting_of(found, source),
        "sender": queries.sender_of(found),
        "withdrawer": queries.withdrawer_of(found),
        "fed": fed,
        "charted": [one for one in fed if one.areas],
        "areas": sorted({area for one in fed for area in one.areas}, key=lambda area: area.name),
        "is_invented": source == LOCAL and any(area.is_invented for one in fed for area in one.areas),
        "differing": sum(line["differing"] for line in found.about["reconciliation"]),
        "may_withdraw": not found.withdrawn and access.may_withdraw_load(person, source, number, today()),
        "trail": trail(_of_source(source), (f"Load {number}", "")),
    }
    return render(request, "performance/figures/load.html", context)


def _words(name: str) -> str:
    return name.replace("_", " ").replace("england", "England")


def _reconciled(line: dict[str, Any]) -> dict[str, Any]:
    to = "its total" if line["to"] == "total" else line["to"]
    return {**line, **{name: _words(line[name]) for name in ("table", "measure", "parts")}, "to": _words(to)}


def withdraw(request: HttpRequest, source: str, number: int) -> HttpResponse:
    """Take a load back, with a reason."""
    found = _load_or_404(request, source, number)
    back = reverse("performance:load", args=[source, number])
    if found.withdrawn:
        messages.error(request, f"Load {number} is taken back already.")
        return redirect(back)

    def save(given: dict[str, Any]) -> str:
        area = access.area_of(found, source)
        actions.withdraw_load(**who_and_when(request), source=source, number=number, reason=given["reason"], area=area)
        messages.success(request, f"Load {number} no longer counts. What it had replaced counts again.")
        return back

    form = WithdrawForm(request.POST if request.method == "POST" else None)
    context = {
        "load": found,
        "source": read_source(source),
        "counting": queries.counting_of(found, source),
        "back": back,
        "trail": trail(_of_source(source), (f"Load {number}", back), ("Take back", "")),
    }
    return form_page(request, form, save, context, "performance/figures/withdraw.html")


def _source_or_404(source: str) -> None:
    if source not in source_ids():
        raise Http404(f"No source is called {source}.")


def _load_or_404(request: HttpRequest, source: str, number: int) -> Load:
    _source_or_404(source)
    loads = access.loads_shown(person_of(request), source, today())
    found = next((load for load in loads if load.number == number), None)
    if found is None:
        raise Http404(f"There is no load {number} of {source}.")
    return found


def _of_source(source: str) -> tuple[str, str]:
    return read_source(source).title, reverse("performance:source", args=[source])


def _onward(request: HttpRequest, fed: Sequence[queries.Fed]) -> HttpResponse | None:
    """To the chart that was chosen: `?metric=DTOC&area=<uuid>`. None where none was, or none is of these figures."""
    metric, area = request.GET.get("metric"), request.GET.get("area")
    chosen: Iterator[Organisation] = (each for one in fed if one.metric.code == metric for each in one.areas)
    to = next((each for each in chosen if str(each.uuid) == area), None)
    if metric and area and to is None:
        messages.error(request, "These figures have nothing of that metric for that area. Choose another of the two.")
    return redirect("performance:metric", to.uuid, metric) if to else None


# -- files


def _file(request: HttpRequest, source: str, load: Load) -> HttpResponse | None:
    of = request.GET.get("of", "findings")
    tables: dict[str, Any] = {
        "findings": lambda: _findings(load),
        "files": lambda: _dicts(FILE_COLUMNS, load.about["files"]),
        "coverage": lambda: _dicts(TABLE_COLUMNS, load.about["tables"]),
        "differences": lambda: _differences(load),
    }
    name = f"{source}-load-{load.number}"
    if request.GET.get("format") == "json":
        return _attached(json.dumps(_whole(load), ensure_ascii=False, indent=1), "application/json", f"{name}.json")
    return _answer(request, f"{name}-{of}", tables[of]()) if of in tables else None


def _answer(request: HttpRequest, name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse | None:
    if request.GET.get("format") != "csv":
        return None
    return _attached("".join(csv_lines(rows)), "text/csv; charset=utf-8", f"{name}.csv")


def _attached(text: str, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _whole(load: Load) -> dict[str, Any]:
    withdrawn = load.withdrawn
    said = {"at": withdrawn.at.isoformat(), "reason": withdrawn.reason} if withdrawn else None
    return {**{key: value for key, value in load.about.items() if key != "asked_by"}, "withdrawn": said}


def _sources(everything: Sequence[queries.Held]) -> Iterator[Sequence[Any]]:
    yield SOURCE_COLUMNS
    for one in everything:
        if one.loads:
            source = one.source
            yield (
                *(source.id, source.title, source.publisher, source.licence, one.first, one.last, one.periods),
                *(one.files, len(one.loads), one.last_loaded_at, *one.findings.values()),
            )


def _findings(load: Load) -> Iterator[Sequence[Any]]:
    found = queries.findings_of(load.about).everything
    return _dicts(FINDING_COLUMNS, [finding.as_json() for finding in found])


def _dicts(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[Sequence[Any]]:
    yield columns
    for row in rows:
        yield [_plain(row[name]) for name in columns]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(" to ".join(each) if isinstance(each, list) else str(each) for each in value)
    return value


def _differences(load: Load) -> Iterator[Sequence[Any]]:
    frame = queries.differences_of(load)
    yield frame.columns
    yield from frame.iter_rows()
