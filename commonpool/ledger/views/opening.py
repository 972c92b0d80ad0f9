"""Cells that open: one question for a column, a link for each cell of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonpool.figures import Figure
from commonpool.ledger.queries.report import Report
from commonpool.pages.formats import money_text
from commonpool.pages.templatetags.pages import figure as figure_tag
from commonpool.pages.templatetags.pages import unknown_parts

LINK: Final = (
    '<a class="cp-figure" href="{}{}"><span class="cp-number">{}</span>'
    '<span class="govuk-visually-hidden"> – where it comes from: {}, {}</span></a>'
)


class Opens:
    """The amounts of one column, each of which opens to how it was made."""

    def __init__(
        self, report: Report, question: str, label: str, asked_with: Mapping[str, str], *, narrowed: bool = True
    ) -> None:
        self.label = label
        asked = report.figure(question, label, None, asked_with, narrowed=narrowed)
        self._base = f"{reverse('pages:explain')}?{asked.query_string()}"

    def __call__(self, pence: int | None, of: str, *, unknown: int = 0, text: str = "", **more: str) -> SafeString:
        """The amount as HTML. `of` says which row it is of, `more` what the question says of the row."""
        rest = f"&{urlencode(more)}" if more else ""
        link = format_html(LINK, self._base, rest, text or money_text(pence), self.label, of)
        return link + unknown_parts(unknown) if pence is not None or unknown > 1 else link


def shown(figure: Figure) -> SafeString:
    """A figure of its own, in a cell."""
    return figure_tag(figure)
