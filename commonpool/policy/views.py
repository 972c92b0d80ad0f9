"""The rounds as pages. They are public, as policy is, and read files only: no database."""

from __future__ import annotations

from itertools import groupby, takewhile

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from commonpool.pages import formats
from commonpool.policy.description import Section, describe
from commonpool.policy.differences import differences, not_comparable
from commonpool.policy.reading import load_round, round_ids
from commonpool.policy.reading.metrics import load_catalogue
from commonpool.policy.rules import PolicyError, Round


def rounds(request: HttpRequest) -> HttpResponse:
    """Every round, the newest first and invented ones last, and a form that compares two."""
    newest_first = sorted(map(load_round, reversed(round_ids())), key=lambda one: one.is_invented)
    rows = [{"round": one, "unverified": describe(one).unverified} for one in newest_first]
    before, after = _latest_two()
    context = {"rows": rows, "choices": newest_first, "before": before, "after": after}
    return render(request, "policy/rounds.html", context)


def one_round(request: HttpRequest, round_id: str) -> HttpResponse:
    """One round: its money, floors, conditions, metrics, checks, lists and values. `?format=json` for programs."""
    loaded = _round(round_id)
    shown = describe(loaded)
    if request.GET.get("format") == "json":
        return JsonResponse(shown.as_json(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    context = {
        "shown": shown,
        "is_invented": loaded.is_invented,
        "sections": [(section, _cells(section)) for section in shown.sections],
        "previous": _round_before(loaded),
    }
    return render(request, "policy/round.html", context)


def diff(request: HttpRequest) -> HttpResponse:
    """What changed from `?before=` to `?after=`; the latest two rounds whose plans can be checked, unless named."""
    usual_before, usual_after = _latest_two()
    before = _round(request.GET.get("before") or usual_before)
    after = _round(request.GET.get("after") or usual_after)
    changes = differences(before, after)
    if request.GET.get("format") == "json":
        changed = [change.as_json() for change in changes]
        return JsonResponse({"before": before.id, "after": after.id, "changes": changed})
    parts = [(title, list(ones)) for title, ones in groupby(changes, key=lambda change: change.title)]
    context = {
        "before": before,
        "after": after,
        "parts": parts,
        "headline": formats.number_text(len(changes)),
        "not_comparable": not_comparable(before, after),
        "choices": [load_round(round_id) for round_id in reversed(round_ids())],
        "is_invented": before.is_invented or after.is_invented,
    }
    return render(request, "policy/diff.html", context)


def _round(round_id: str) -> Round:
    try:
        return load_round(round_id)
    except PolicyError as error:
        raise Http404(str(error)) from error


def _round_before(loaded: Round) -> str | None:
    """The round of the year before, which need not be the one that this round's data is based on."""
    earlier = list(takewhile(lambda one: one != loaded.id, round_ids()))
    return earlier[-1] if earlier and not loaded.is_invented else None


def _latest_two() -> tuple[str, str]:
    """The latest two rounds of a government whose plans can be checked."""
    official = [one for one in map(load_round, round_ids()) if one.has_template and not one.is_invented]
    return official[-2].id, official[-1].id


def _cells(section: Section) -> list[tuple[list[str], str, str]]:
    """The rows of a section as (cells, source, mark): templates cannot look a key up."""
    keys = [key for key, _ in section.columns if key != "source"]
    return [([row[key] for key in keys], row["source"], row["mark"]) for row in section.rows]


def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric with what it looks at, and the named sets with how balanced each is."""
    catalogue = load_catalogue()
    rounds_of = _rounds_of_metrics()
    in_order = sorted(catalogue.metrics.values(), key=lambda each: (each.dimension, each.label))
    rows = [{"metric": each, "rounds": rounds_of.get(each.code, [])} for each in in_order]
    sets = [
        {
            "set": each,
            "metrics": [catalogue.metric(code) for code in each.metrics],
            "balance": catalogue.balance(each.metrics),
        }
        for each in catalogue.sets.values()
    ]
    return render(request, "policy/metrics.html", {"rows": rows, "sets": sets})


def metric(request: HttpRequest, code: str) -> HttpResponse:
    """One metric: what it has meant since when, where its series breaks, and what it is never drawn with."""
    catalogue = load_catalogue()
    if code not in catalogue.metrics:
        raise Http404(f"There is no metric {code}.")
    shown = catalogue.metric(code)
    context = {
        "metric": shown,
        "versions": list(reversed(shown.versions)),
        "rounds": _rounds_of_metrics().get(code, []),
        "never_with": [catalogue.metric(other) for other in shown.never_with],
        "sets": [each for each in catalogue.sets.values() if code in each.metrics],
    }
    return render(request, "policy/metric.html", context)


def _rounds_of_metrics() -> dict[str, list[Round]]:
    """{metric's code: the rounds whose plans set ambitions for it, or report it}, oldest first."""
    found: dict[str, list[Round]] = {}
    for loaded in map(load_round, round_ids()):
        for code in loaded.metrics:
            found.setdefault(code, []).append(loaded)
    return found
