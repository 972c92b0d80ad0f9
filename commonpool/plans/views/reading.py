"""Pages that show plans and change nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from commonpool.plans import queries
from commonpool.plans.actions.top_ups import is_top_up
from commonpool.plans.comparing import compare as compare_contents
from commonpool.plans.comparing import pence_moved
from commonpool.plans.contents import content_of, income_row, scheme_row
from commonpool.plans.models import IncomeLine, PlanVersion, SchemeLine
from commonpool.plans.queries import pages
from commonpool.plans.queries.aims import aims_of
from commonpool.plans.queries.figures import category_label
from commonpool.plans.queries.overview import plan_rows
from commonpool.plans.queries.public import public_plan
from commonpool.plans.views import words
from commonpool.plans.views.asking import area_or_404, of_area, of_version, person_of, today, version_or_404
from commonpool.plans.views.lists import ALL_PLANS, PUBLIC, income_list, lines_list
from commonpool.policy.reading import load_round, round_ids


def plan(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An area's plan: the version in use, or how to begin where there is none."""
    area = area_or_404(uuid)
    shown = queries.newest_readable(person_of(request), area, today())
    if shown is None:
        mine = queries.bodies_to_write_for(person_of(request), area, today())
        return render(request, "plans/no_plan.html", of_area(area, "", my_bodies=mine))
    return _version_page(request, queries.version_named(shown.uuid))


def version(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The same page of one version."""
    return _version_page(request, version_or_404(uuid))


def _version_page(request: HttpRequest, shown: PlanVersion) -> HttpResponse:
    page = pages.plan_page(shown, request.GET.get("year"), today())
    more: dict[str, Any] = {"is_invented": shown.plan.area.is_invented, "keep": {"year": page.year}}
    listing = lines_list(page.round, page.year).read(request.GET, page.lines, **more)
    incomes = income_list(page.round, page.year).read(
        request.GET, shown.income_lines.prefetch_related("years").select_related("payer"), **more
    )
    if file := listing.file() or incomes.file():
        return file

    context: dict[str, Any] = {
        "page": page,
        "listing": listing,
        "incomes": incomes,
        "next_step": words.next_step(page),
        "bar_width": pages.BAR_WIDTH,
        "aims": aims_of(shown.plan),
    }
    return render(request, "plans/plan.html", of_version(request, shown, **context))


def money(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where a version's money goes: types, unit costs, novelty, purpose, streams, objectives."""
    shown = version_or_404(uuid)
    page = pages.money_page(shown, request.GET.get("year"), today())
    return render(request, "plans/money.html", of_version(request, shown, "Where the money goes", page=page))


def findings(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was found in a version, by cause, the gravest first."""
    shown = version_or_404(uuid)
    groups = queries.finding_groups(shown)
    sheets = {each.sheet for group in groups for each in group.findings if each.sheet}
    context = {
        "groups": groups,
        "sheet_count": len(sheets),
        "round_label": load_round(shown.plan.round_id).label,
        "may_undo": queries.may_undo_version(person_of(request), shown, timezone.now()),
    }
    return render(request, "plans/findings.html", of_version(request, shown, "Findings", **context))


def line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One scheme line: all that is known of this pound."""
    shown = get_object_or_404(
        SchemeLine.objects.select_related("version__plan__area", "loss_bearer", "fund", "changed_by"), uuid=uuid
    )
    version = queries.version_named(shown.version.uuid)
    round_ = load_round(version.plan.round_id)
    context = {
        "line": shown,
        "symbol": round_.currency_symbol,
        "facts": words.scheme_facts(shown, round_),
        "years": words.scheme_years(shown, version),
        "history": words.history(shown, person_of(request), timezone.now()),
        "row": scheme_row(shown),
        "other_lines": version.scheme_lines.filter(scheme_id=shown.scheme_id).exclude(pk=shown.pk)
        if shown.scheme_id
        else [],
    }
    return render(request, "plans/line.html", of_version(request, version, f"Line {shown.line_id}", **context))


def income_line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One income line: who pays, under which power, on what terms."""
    shown = get_object_or_404(
        IncomeLine.objects.select_related("version__plan__area", "payer", "fund", "changed_by"), uuid=uuid
    )
    version = queries.version_named(shown.version.uuid)
    round_ = load_round(version.plan.round_id)
    districts = version.district_shares.filter(category=shown.category) if shown.category else []
    context = {
        "line": shown,
        "label": category_label(round_, shown.category),
        "category": round_.income.get(shown.category),
        "years": list(shown.years.all()),
        "districts": districts,
        "history": words.history(shown, person_of(request), timezone.now()),
        "is_top_up": is_top_up(round_, shown.category),
        "row": income_row(shown),
        "symbol": round_.currency_symbol,
    }
    return render(request, "plans/income_line.html", of_version(request, version, shown.line_id, **context))


def versions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every version of the area's plans that this person may read, newest first."""
    area = area_or_404(uuid)
    readable = queries.versions_readable_by(person_of(request), today()).filter(plan__area=area)
    rows = [
        {"version": each, "standing": queries.standing_of(each, today()), "round": load_round(each.plan.round_id)}
        for each in readable.order_by("-plan__round_id", "-number")
    ]
    return render(request, "plans/versions.html", of_area(area, "Versions", rows=rows))


def compare(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What changed from one version (`?with=`, else the one it is based on) to this one."""
    after = version_or_404(uuid)
    readable = queries.versions_readable_by(person_of(request), today()).filter(plan=after.plan).exclude(pk=after.pk)
    before = _chosen(request.GET.get("with", ""), readable) or (
        readable.filter(followers=after).first() or readable.filter(number__lt=after.number).first()
    )
    changes = compare_contents(content_of(before), content_of(after)) if before else ()
    round_ = load_round(after.plan.round_id)
    context = {
        "before": before,
        "others": readable,
        "groups": words.changes_by_row(changes, round_),
        "moved": sorted(pence_moved(changes).items()),
        "count": len(changes),
        "symbol": round_.currency_symbol,
    }
    return render(request, "plans/compare.html", of_version(request, after, "Compare", **context))


def _chosen(text: str, readable: Any) -> PlanVersion | None:
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    found: PlanVersion | None = readable.filter(uuid=wanted).first()
    return found


def all_plans(request: HttpRequest) -> HttpResponse:
    """Every plan that this person may read, one row each."""
    listing = ALL_PLANS.read(request.GET, plan_rows(person_of(request), today()))
    trail = [("Home", "/"), ("Plans", "")]
    return listing.file() or render(request, "plans/all_plans.html", {"listing": listing, "trail": trail})


def public(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The agreed plan in plain English, for everyone."""
    area = area_or_404(uuid)
    found = public_plan(area)
    if found is None:
        raise Http404
    trail = [("Home", "/"), (f"The plan for {area.name}", "")]
    if file := PUBLIC.read(request.GET, found.spent_on, is_invented=area.is_invented).file():
        return file
    context = {"area": area, "public": found, "trail": trail, "is_invented": area.is_invented}
    return render(request, "plans/public.html", context)


def template_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Which round's empty or pre-filled workbook to take."""
    area = area_or_404(uuid)
    rounds = [each for each in map(load_round, reversed(round_ids())) if each.has_template]
    urls = [(each, reverse("plans:template-file", args=[area.uuid, each.id])) for each in rounds]
    return render(request, "plans/template.html", of_area(area, "Workbook", rounds=urls))
