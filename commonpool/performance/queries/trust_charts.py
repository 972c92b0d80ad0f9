"""A trust's own published figures, judged. Nobody begins a phase in them, and no area's plan has targets for them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from commonpool.performance.board import Board, board_of
from commonpool.performance.judging import judge
from commonpool.performance.metric_series import series_of
from commonpool.performance.queries.boards import MetricPage
from commonpool.performance.rules.xmr_batch import ORDINARY, XmrOptions
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue


def trust_board(home: Path, trust: Organisation, today: date) -> Board:
    """Every metric that published figures of the trust are held of."""
    return board_of(
        home, load_catalogue(), trust.ods_code, today, may_show=lambda series: not series.not_for_publication
    )


def trust_metric(
    home: Path, trust: Organisation, metric: Metric, today: date, options: XmrOptions = ORDINARY
) -> MetricPage:
    """One metric of the trust."""
    series = series_of(home, metric, trust.ods_code)
    if series is None or series.not_for_publication:
        return MetricPage(metric, None, (), ())
    return MetricPage(metric, judge(series, today, options=options), (), ())
