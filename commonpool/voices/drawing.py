"""The HTML of one turn beside its margin. Written here rather than in a template: a long text has thousands of marks.

What cannot be said by a style attribute, which the site's policy forbids, is said by attributes of SVG: a bracket's
height is its part of the turn's characters, until the page's script puts it on the very lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from django.utils.html import conditional_escape as safe
from django.utils.safestring import SafeString, mark_safe

from commonpool.voices.queries.margins import Margin, Mark
from commonpool.voices.queries.reading import ReadText, ReadTurn
from commonpool.voices.rules.lanes import CHARACTERS_A_LINE, LANES, merged
from commonpool.voices.rules.passages import first_words
from commonpool.voices.rules.reports.facts import counted
from commonpool.voices.rules.text import Span

LANE_PX: Final = 11
COLOURS: Final = 8
DASHES: Final = 4
LEAST_CHIPS: Final = 3
HEIGHT: Final = 1000


def turn_html(said: ReadText, turn: ReadTurn, margin: Margin, chosen: Span | None = None) -> SafeString:
    """One turn: its number, speaker and words, the brackets of its codings, and the codes by name."""
    classes = "v-turn" + (" v-turn--asks" if turn.is_interviewer else "") + (" v-turn--read" if margin.is_read else "")
    return mark_safe(  # noqa: S308  # every value from outside is escaped where it is put in
        f'<li class="{classes}" id="turn-{turn.number}" data-n="{turn.number}" data-from="{turn.words_from}"'
        f' data-stamp="{margin.stamp}"{" data-coded" if margin.is_mine else ""}'
        f"{' data-read' if margin.is_read else ''}>"
        f'<div class="v-no"><a href="?turn={turn.number}#turn-{turn.number}" aria-label="Turn {turn.number}: code it,'
        f' tag it, write a memo">{turn.number}</a></div>'
        f'<div class="v-said"><p class="v-speaker" id="speaker-{turn.number}">{safe(turn.speaker)}{_signs(margin)}</p>'
        # The line end after the tag is none of the words: a browser leaves it away.
        f'<pre class="v-words" dir="auto">\n{_words(turn, margin, chosen)}</pre>'
        f"{_lanes(turn, margin)}</div>{_chips(said, turn, margin)}</li>"
    )


def _signs(margin: Margin) -> str:
    tags = "".join(f' <span class="v-tag">{safe(row.tag.name)}</span>' for row in margin.tags)
    memos = f' <span class="v-sign">{counted(margin.memos, "memo")}</span>' if margin.memos else ""
    return tags + memos + (' <span class="v-sign">read</span>' if margin.is_read else "")


def _words(turn: ReadTurn, margin: Margin, chosen: Span | None) -> str:
    """The words, those that are coded underlined; the chosen passage marked."""
    coded = merged([mark.span for mark in margin.marks])
    ends = (
        {span.start for span in coded}
        | {span.end for span in coded}
        | ({chosen.start, chosen.end} if chosen else set())
    )
    inside = sorted({turn.words_from, turn.end, *(at for at in ends if turn.words_from < at < turn.end)})
    return "".join(_piece(turn, Span(start, end), coded, chosen) for start, end in pairwise(inside))


def _piece(turn: ReadTurn, span: Span, coded: Sequence[Span], chosen: Span | None) -> str:
    words: str = safe(turn.words[span.start - turn.words_from : span.end - turn.words_from])
    if any(each.start <= span.start < each.end for each in coded):
        words = f'<span class="v-on">{words}</span>'
    return f"<mark>{words}</mark>" if chosen and chosen.start <= span.start < chosen.end else words


def _lanes(turn: ReadTurn, margin: Margin) -> str:
    width = (LANES + 1) * LANE_PX
    drawn = "".join(_bracket(turn, mark.span, mark.lane, mark) for mark in margin.marks if mark.lane < LANES)
    outside = merged([mark.span for mark in margin.marks if mark.lane >= LANES])
    drawn += "".join(_bracket(turn, span, LANES, None) for span in outside)
    return (
        f'<svg class="v-lanes" width="{width}" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none"'
        f' aria-hidden="true" focusable="false">{drawn}</svg>'
    )


def _bracket(turn: ReadTurn, span: Span, lane: int, mark: Mark | None) -> str:
    """A bracket along its part of the turn, open at an end where the passage goes on in another turn."""
    size = max(1, turn.end - turn.words_from)
    top = max(0, span.start - turn.words_from) * HEIGHT // size
    foot = max(top + 20, min(size, span.end - turn.words_from) * HEIGHT // size)
    far, near = lane * LANE_PX + 8, lane * LANE_PX + 3
    head = f"M{near} {top}H{far}" if span.start >= turn.start else f"M{far} 0"
    path = f"{head}V{foot}" + (f"H{near}" if span.end <= turn.end else "")
    known = f'{_look(mark)} data-c="{mark.uuid}"' if mark else 'class="v-more"'
    return f'<path {known} data-s="{span.start}" data-e="{span.end}" d="{path}"/>'


def _look(mark: Mark) -> str:
    """Colour and dashes of a code: 8 by 4 that differ, in the order of the framework."""
    at = mark.code.at
    own = f' stroke="{safe(mark.code.colour)}"' if mark.code.colour else ""
    return f'class="v-k{at % COLOURS} v-p{at // COLOURS % DASHES}{" v-own" if own else ""}"{own}'


def _chips(said: ReadText, turn: ReadTurn, margin: Margin) -> str:
    room = max(LEAST_CHIPS, (turn.end - turn.words_from) // CHARACTERS_A_LINE)
    chips = [_chip(said, turn, mark) for mark in margin.begins]
    if len(chips) <= room + 1:
        return f'<ul class="v-chips">{"".join(chips)}</ul>' if chips else "<div></div>"
    more = len(chips) - room
    return (
        f'<div class="v-chips-box"><ul class="v-chips">{"".join(chips[:room])}</ul><details class="v-rest">'
        f'<summary>{more} more<span class="govuk-visually-hidden"> codings of turn {turn.number}</span></summary>'
        f'<ul class="v-chips">{"".join(chips[room:])}</ul></details></div>'
    )


def _chip(said: ReadText, turn: ReadTurn, mark: Mark) -> str:
    """A coding by name, as a link to what is known of its passage; read out with its coder and first words."""
    signs = ' <span class="v-sign">memo</span>' if mark.has_memo else ""
    signs += ' <span class="v-sign">check</span>' if mark.is_touched else ""
    return (
        f'<li><a class="v-chip{" v-chip--mine" if mark.is_mine else ""}" href="?passage={mark.uuid}#turn-{turn.number}"'
        f' data-c="{mark.uuid}" data-s="{mark.span.start}" data-e="{mark.span.end}">'
        f'<svg class="v-key" viewBox="0 0 8 16" aria-hidden="true" focusable="false">'
        f'<path {_look(mark)} d="M2 1H6V15H2"/></svg>'
        f'<span class="v-name">{safe(mark.code.name)}</span> <span class="v-coder">{safe(mark.coder)}</span>{signs}'
        f'<span class="govuk-visually-hidden">: ‘{safe(first_words(mark.span.of(said.text)))}’</span></a></li>'
    )
