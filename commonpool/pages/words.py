"""Every abbreviation on a page explains itself: by keyboard, touch and mouse, without JavaScript, and in print.

`explain_abbreviations` goes over a page's finished HTML. Each abbreviation that the glossary knows becomes a
button that opens its meaning where it stands (the browser's own popover). Where a button may not stand, as in a
link or a label, it becomes an `abbr` with a tooltip. All of them are listed once at the end of the page.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from commonpool.pages.glossary import Word, abbreviations, find_word

# In these, text is not ours to change: it is data, a drawing or a choice in a list.
_LEFT_ALONE = frozenset({"script", "style", "textarea", "select", "svg", "code", "pre", "title", "template"})
# In these, a button may not stand.
_NO_BUTTON = frozenset({"a", "button", "label", "legend", "summary", "abbr"})
# A new part of the page: the keyboard stops at an abbreviation once in each part, not at every one.
_NEW_PART = frozenset({"h1", "h2", "h3", "h4", "table", "form", "details"})

_TOKEN = re.compile(r"(<!--.*?-->|<(?:\"[^\"]*\"|'[^']*'|[^'\">])*>)", re.DOTALL)
_TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_OPENS = re.compile(r'popovertarget="meaning-([^"]+)"')


@cache
def _known() -> re.Pattern[str]:
    longest_first = sorted(map(escape, abbreviations()), key=len, reverse=True)
    return re.compile(rf"(?<![\w&#/.@-])({'|'.join(map(re.escape, longest_first))})(s?)(?![\w@])")


def abbreviation_button(spelling: str, ending: str = "", *, in_tab_order: bool = True) -> SafeString:
    """The button that opens the meaning of one abbreviation; `ending` is the s of a plural.

    Raises GlossaryError for an abbreviation that we do not have.
    """
    return format_html(
        '<button type="button" class="cp-abbr" popovertarget="meaning-{}"{}>{}{}</button>',
        find_word(spelling).anchor,
        "" if in_tab_order else mark_safe(' tabindex="-1"'),
        spelling,
        ending,
    )


class _Page:
    """One pass over a page's tokens: which elements are open, and which words were met."""

    def __init__(self) -> None:
        self.met: dict[str, Word] = {}
        self.met_in_part: set[str] = set()
        self.left_alone = 0
        self.no_button = 0

    def tag(self, token: str) -> str:
        """Follow a tag; a button for an abbreviation that a template wrote itself counts as met."""
        match = _TAG_NAME.match(token)
        name = match[1].lower() if match else ""
        step = -1 if token.startswith("</") else 0 if token.endswith("/>") else 1
        if name in _LEFT_ALONE:
            self.left_alone = max(0, self.left_alone + step)
        elif name in _NO_BUTTON:
            self.no_button = max(0, self.no_button + step)
        elif name in _NEW_PART and step == 1:
            self.met_in_part.clear()
        if name == "button" and (opened := _OPENS.search(token)):
            word = next(word for word in abbreviations().values() if word.anchor == opened[1])
            self.met[word.anchor] = word
        return token

    def text(self, token: str) -> str:
        """Text between tags, its abbreviations made to explain themselves."""
        return token if self.left_alone else _known().sub(self._explained, token)

    def _explained(self, match: re.Match[str]) -> str:
        spelling = unescape(match[1])
        word = abbreviations()[spelling]
        self.met[word.anchor] = word
        if self.no_button:
            return format_html('<abbr title="{}">{}</abbr>', word.full, unescape(match[0]))
        is_first = word.anchor not in self.met_in_part
        self.met_in_part.add(word.anchor)
        return abbreviation_button(spelling, match[2], in_tab_order=is_first)


def explain_abbreviations(html: str) -> SafeString:
    """The same HTML with every known abbreviation explained, and the list of them at its end."""
    page = _Page()
    parts = _TOKEN.split(html)
    made = "".join(page.tag(part) if index % 2 else page.text(part) for index, part in enumerate(parts))
    if not page.met:
        return mark_safe(made)  # noqa: S308  # the page's own templates escaped it
    met = sorted(page.met.values(), key=lambda word: word.term.casefold())
    return mark_safe(made + render_to_string("pages/words_on_page.html", {"words": met}))  # noqa: S308
