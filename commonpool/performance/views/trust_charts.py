"""A trust's board and the page of one of its metrics: published figures only."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonpool.performance.judging import drawn
from commonpool.performance.one_line import never_one_line_with
from commonpool.performance.queries.trust_charts import trust_board, trust_metric
from commonpool.performance.rules.rule_sets import RULE_SETS
from commonpool.performance.rules.xmr_batch import XmrOptions
from commonpool.performance.views.asking import of_trust, today, trust_or_404
from commonpool.performance.views.board_list import TRUST_BOARD, board_rows
from commonpool.performance.views.boards import home_of_figures, metric_or_404
from commonpool.performance.views.metric_files import metric_file, source_of
from commonpool.performance.views.metric_page import period_context
from commonpool.policy.reading.metrics import load_catalogue


def board(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every metric that published figures of the trust are held of, the gravest first."""
    trust = trust_or_404(uuid)
    found = trust_board(home_of_figures(), trust, today())
    rows = board_rows(found, lambda code: reverse("performance:trust-metric", args=[trust.uuid, code]))
    listing = TRUST_BOARD.read(request.GET, rows, is_invented=trust.is_invented)
    unjudged = {row.series.metric.label: " ".join(row.icons.why_not) for row in found.rows if row.icons.why_not}
    context = {"board": found, "listing": listing, "unjudged": unjudged}
    below = ("Performance", "")
    return listing.file() or render(request, "performance/trust_board.html", of_trust(trust, below, **context))


def metric(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """One metric of the trust: chart, table, definition. `?format=` csv, svg or png downloads it."""
    trust, wanted = trust_or_404(uuid), metric_or_404(code)
    rules = request.GET.get("rules", "")
    options = XmrOptions(RULE_SETS[rules]) if rules in RULE_SETS else XmrOptions()
    page = trust_metric(home_of_figures(), trust, wanted, today(), options)
    context = {"page": page, "never": never_one_line_with(load_catalogue(), wanted)}
    if page.judged is not None:
        if file := metric_file(request.GET.get("format", ""), trust, page):
            return file
        context |= {
            **period_context(page.judged),
            "judged": page.judged,
            "chart": drawn(page.judged, source=source_of(page)),
            "rule_sets": RULE_SETS.values(),
            "rules": options.rules.name,
            "version": wanted.latest,
        }
    below = ("Performance", reverse("performance:trust-board", args=[trust.uuid])), (wanted.label, "")
    return render(request, "performance/trust_metric.html", of_trust(trust, *below, **context))
