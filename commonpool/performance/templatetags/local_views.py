"""The tag that sets partners' views beside a metric's number."""

from __future__ import annotations

from typing import Any

from django import template

from commonpool.performance.queries.views import views_of
from commonpool.performance.views.asking import person_of, today
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric

register = template.Library()


@register.inclusion_tag("performance/local_views.html", takes_context=True)
def local_views(context: template.Context, area: Organisation, metric: Metric) -> dict[str, Any]:
    """What the area's partners think of the metric's plan: the spread in a sentence, then each view."""
    request = context["request"]
    found = views_of(area, metric.code, person_of(request), today())
    return {"views": found, "area": area, "metric": metric, "csrf_token": context.get("csrf_token")}
