"""How a code is marked, in templates: a shape in its colour, drawn so that both say it."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from commonpool.voices.rules.codebook.colours import mark_of

register = template.Library()


@register.simple_tag
def code_mark(colour: str) -> SafeString:
    """The shape and colour of a code, with its words for those who do not see it; nothing for a code without one."""
    mark = mark_of(colour)
    if mark is None:
        return mark_safe("")
    return format_html(
        '<svg class="cp-code-mark" width="16" height="16" viewBox="0 0 16 16" role="img" aria-label="{} {}">'
        '<path d="{}" fill="{}" fill-rule="evenodd"/></svg> ',
        mark.name,
        mark.shape,
        mark.path,
        mark.colour,
    )
