"""What goes wrong with a measure or a chart, in words for whoever asked for it."""

from __future__ import annotations


class MeasureError(ValueError):
    """Figures that no measure can be made of. The message says what was found and what to do."""


class ChartError(MeasureError):
    """A chart that was asked for wrongly: its message names the point, what was found and what to do."""


class ChartRefused(ChartError):  # noqa: N818 - it says what became of the chart
    """A chart that would join what cannot be compared. It is a stated result, never drawn."""
