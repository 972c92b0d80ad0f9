"""Figures inside a sentence: written as the sentence wants them, and still open to how they were made."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonpool.figures import Figure

register = template.Library()


@register.simple_tag
def opens(figure: Figure, text: str) -> SafeString:
    """The text as a link to how the figure was made: `less` where the figure itself is below zero, for example."""
    return format_html(
        '<a class="cp-figure" href="{}?{}">{}<span class="govuk-visually-hidden"> – where it comes from: {}</span></a>',
        reverse("pages:explain"),
        figure.query_string(),
        text,
        figure.label,
    )
