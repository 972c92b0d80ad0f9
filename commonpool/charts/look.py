"""How charts look: one font, few colours, nothing that needs the page's stylesheet."""

from __future__ import annotations

from typing import Any, Final

# Liberation Sans is installed with the site; Arial has the same widths, so labels fit with either.
FONT: Final = "Liberation Sans, Arial, sans-serif"
TEXT_SIZE: Final = 13
# Room for one character of TEXT_SIZE. Wider than most letters are, so that a label is never cut.
CHARACTER_WIDTH: Final = 8

INK: Final = "#0b0c0c"
QUIET: Final = "#484949"
GRID: Final = "#d9e2e2"
GOOD: Final = "#1f7a80"
BAD: Final = "#a8480c"
MARK: Final = "#0b0c0c"
UNKNOWN: Final = "#f3f2f1"
# From least to most. Each is clearly darker than the one before it, in grey as well.
SCALE: Final = ("#dfeceb", "#a9cfcc", "#68a8a8", "#2f787c", "#0b464b")
# Kinds side by side: apart from one another in grey and for colour-blind readers.
KINDS: Final = ("#0b464b", "#9cc9c6", "#d9a441", "#4f8fbf", "#8a5a83")


def label_width(text: str) -> int:
    """The room in pixels that one line of text needs."""
    return CHARACTER_WIDTH * len(text)


def configured(chart: Any) -> Any:
    """An Altair chart in this look. Opacity is 1 (the default of 0.7 lowers contrast), labels are never cut."""
    return (
        chart.configure(font=FONT, background="#ffffff", padding=6)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=TEXT_SIZE, titleFontSize=TEXT_SIZE, labelColor=INK, titleColor=QUIET, gridColor=GRID,
            domainColor=QUIET, tickColor=GRID, labelLimit=0, titleFontWeight="normal", titlePadding=10,
        )
        .configure_legend(labelFontSize=TEXT_SIZE, titleFontSize=TEXT_SIZE, labelLimit=0, titleLimit=0, symbolOpacity=1)
        .configure_bar(opacity=1).configure_geoshape(opacity=1).configure_text(fontSize=TEXT_SIZE, fill=INK)
    )  # fmt: skip
