"""Tags that every room's templates use: figures, money, words, and the parts that pages have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from commonpool.figures import Figure, Number
from commonpool.findings import WORST_FIRST, Finding, Severity
from commonpool.pages import formats
from commonpool.pages.lists import Listing
from commonpool.pages.navigation import ShownLink, links_for
from commonpool.pages.tabs import tabs_for
from commonpool.pages.words import abbreviation_button, explain_abbreviations

register = template.Library()

SEVERITY_TAGS = {
    Severity.ERROR: ("Error", "red"),
    Severity.WARNING: ("Warning", "orange"),
    Severity.NOTE: ("Note", "blue"),
}


# -- the frame of a page


@register.simple_tag(takes_context=True)
def navigation_links(context: template.Context) -> list[ShownLink]:
    """The links of the bar at the top, for whoever looks."""
    request = context.get("request")
    trail = context.get("trail")
    way = [url for _, url in trail] if isinstance(trail, (list, tuple)) else []
    return list(links_for(getattr(request, "user", None), request.path, way)) if request else []


@register.inclusion_tag("pages/tabs.html", takes_context=True)
def area_tabs(context: template.Context, area: Any, current: str = "") -> dict[str, Any]:
    """An area's tabs. `current` is the name of the tab's page; without it the address decides."""
    request = context.get("request")
    person, path = getattr(request, "user", None), getattr(request, "path", "")
    return {"area": area, "tabs": list(tabs_for(area, person, current or path))}


@register.inclusion_tag("pages/breadcrumbs.html")
def breadcrumbs(trail: str | Iterable[tuple[str, str]] | None = None, *more: str) -> dict[str, Any]:
    """The way here. Either one list of (label, address), or `"Home" "/" "Here" ""` one after the other."""
    if isinstance(trail, str):
        flat = [trail, *more]
        return {"trail": list(zip(flat[::2], flat[1::2], strict=False))}
    return {"trail": list(trail or ())}


# -- words


class _Abbreviations(template.Node):
    def __init__(self, nodes: template.NodeList) -> None:
        self.nodes = nodes

    def render(self, context: template.Context) -> SafeString:
        return explain_abbreviations(self.nodes.render(context))


@register.tag
def abbreviations(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`{% abbreviations %}...{% endabbreviations %}`: every known abbreviation between them explains itself."""
    nodes = parser.parse(("endabbreviations",))
    parser.delete_first_token()
    return _Abbreviations(nodes)


@register.simple_tag
def abbr(spelling: str) -> SafeString:
    """One abbreviation that explains itself. Plain text does too; this one fails if the glossary lacks it."""
    return abbreviation_button(spelling)


# -- values


@register.simple_tag
def figure(shown: Figure) -> SafeString:
    """A figure: its value, which opens to how it was made, and how many of its parts are not known."""
    text = formats.value_text(shown.value, shown.unit)
    value = format_html('<span class="cp-number">{}</span>', text)
    if shown.question:
        value = format_html(
            '<a class="cp-figure" href="{}?{}">{}'
            '<span class="govuk-visually-hidden"> – where it comes from: {}</span></a>',
            reverse("pages:explain"),
            shown.query_string(),
            value,
            shown.label,
        )
    return value + unknown_parts(shown.unknown) if shown.value is not None or shown.unknown > 1 else value


def unknown_parts(count: int) -> SafeString:
    """`, 2 parts not known`; nothing where all are known."""
    if not count:
        return mark_safe("")
    return format_html(
        ' <span class="cp-unknown">{} part{} {}</span>', count, "" if count == 1 else "s", formats.NOT_KNOWN
    )


@register.simple_tag
def money(pence: int | None, symbol: str = "£") -> SafeString:
    """Pence as pounds."""
    return _number(pence, formats.money_text(pence, symbol))


@register.simple_tag
def share(value: Number | None, places: int = 1) -> SafeString:
    """A share of one as a percentage."""
    return _number(value, formats.share_text(value, places))


@register.simple_tag
def number(value: Number | None, unit: str = "") -> SafeString:
    """A number with its unit."""
    return _number(value, formats.value_text(value, unit))


def _number(value: object, text: str) -> SafeString:
    return format_html('<span class="{}">{}</span>', "cp-unknown" if value is None else "cp-number", text)


@register.simple_tag
def as_at(day: date | None, known_at: datetime | None = None) -> SafeString:
    """The day that figures concern, and the moment up to which facts are counted."""
    said = format_html("As at {}", formats.day_text(day))
    if known_at:
        said += format_html(", counting what was recorded up to {}", formats.moment_text(known_at))
    return format_html('<p class="cp-as-at">{}.</p>', said)


@register.simple_tag
def severity(value: Severity | str) -> SafeString:
    """How much a finding matters, as a word in a coloured box."""
    word, colour = SEVERITY_TAGS[Severity(value)]
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, word)


@register.simple_tag
def unverified(reference: Any = None) -> SafeString:
    """A mark for what nobody has checked against its document; nothing for a reference that is verified."""
    if getattr(reference, "verified", False):
        return mark_safe("")
    return mark_safe('<strong class="govuk-tag govuk-tag--yellow cp-unverified">unverified</strong>')


@register.simple_tag
def status(text: str, colour: str = "grey") -> SafeString:
    """Any other state as a word in a coloured box: `{% status "Draft" "blue" %}`."""
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


@register.filter
def whole_years(text: object) -> SafeString:
    """A text in which no line ends within a year: `{{ source.origin_year|whole_years }}`."""
    return formats.with_whole_years(str(text))


@register.filter
def in_words(parts: Sequence[object]) -> SafeString:
    """`a, b and c`"""
    head = format_html_join(", ", "{}", ((part,) for part in parts[:-1]))
    return (
        format_html("{} and {}", head, parts[-1]) if head else format_html_join("", "{}", ((part,) for part in parts))
    )


@register.filter
def day(value: date | None) -> str:
    """`31 March 2031`"""
    return formats.day_text(value)


@register.filter
def moment(value: datetime | None) -> str:
    """`31 March 2031, 14:05`"""
    return formats.moment_text(value)


@register.inclusion_tag("pages/list.html")
def listing(listing: Listing) -> dict[str, Any]:
    """A list with its filters, downloads and pages."""
    return {"listing": listing}


@register.inclusion_tag("pages/findings.html")
def findings(found: Iterable[Finding]) -> dict[str, Any]:
    """Findings grouped by cause, the gravest first; in a group, each with its place and what was found."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for each in sorted(found, key=lambda finding: WORST_FIRST.index(finding.severity)):
        groups.setdefault((each.rule, each.severity), []).append(each)
    return {"groups": list(groups.values())}


# -- wide things


class _Scroll(template.Node):
    def __init__(self, label: template.base.FilterExpression, nodes: template.NodeList) -> None:
        self.label, self.nodes = label, nodes

    def render(self, context: template.Context) -> SafeString:
        return format_html(
            '<div class="cp-scroll" role="region" aria-label="{}" tabindex="0">{}</div>',
            self.label.resolve(context),
            self.nodes.render(context),
        )


@register.tag
def scroll(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`{% scroll "Scheme lines" %}<table>...</table>{% endscroll %}`: scrolls by itself on a narrow screen."""
    _, label = token.contents.split(maxsplit=1)
    nodes = parser.parse(("endscroll",))
    parser.delete_first_token()
    return _Scroll(parser.compile_filter(label), nodes)
