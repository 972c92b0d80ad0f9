"""A contract as a picture: each slice and layer as a bar that is divided among those who bear it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, element, lines_of_text, whole, wrapped
from commonpool.charts.svg import named_svg
from commonpool.risk_share.rules.contract import ByContribution, Contract, Part, Shares, Sharing, Side, percent
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.words import amount_words, layer_words, sharing_words

_BAR: Final = 420.0
_HEIGHT: Final = 26.0
_MARGIN: Final = 6.0
_CHARACTERS: Final = 50
_LEAST_FOR_TEXT: Final = 0.14  # of the bar: a narrower portion is told by the key and the table alone
_DARK: Final = frozenset({look.KINDS[0], look.KINDS[3], look.KINDS[4]})


@dataclass(frozen=True, slots=True)
class Portion:
    """One slice or layer: which amount it is, and how it is divided. `by` says it where no share is stated."""

    label: str
    shares: Mapping[str, Fraction]
    by: str = ""


def portions(contract: Contract) -> list[Portion]:
    """Every slice and layer in the order in which it is read."""
    found: list[Portion] = []
    for part in contract.parts:
        found += _of_part(contract, part)
    return found


def _of_part(contract: Contract, part: Part) -> Iterator[Portion]:
    before = f"{part.name}: " if len(contract.parts) > 1 else ""
    if part.overspend == part.underspend:
        yield from _of_side(contract, part.overspend, f"{before}over or under")
    else:
        yield from _of_side(contract, part.overspend, f"{before}over")
        yield from _of_side(contract, part.underspend, f"{before}under")


def _of_side(contract: Contract, side: Side, what: str) -> Iterator[Portion]:
    for remedy in side.remedies:
        label = f"{what}, first {amount_words(remedy.at_most)} from the fund"
        yield Portion(label, {remedy.fund: Fraction(1)})
    for each in side.slices:
        yield _portion(contract, f"{what}, {each.name}", each.to)
    for number, layer in enumerate(side.layers):
        yield _portion(contract, f"{what}{layer_words(layer, number, len(side.layers))}".rstrip(","), layer.sharing)


def _portion(contract: Contract, label: str, sharing: Sharing) -> Portion:
    shares = _shares(contract, sharing)
    return Portion(label, shares, "" if shares else sharing_words(contract, sharing))


def _shares(contract: Contract, sharing: Sharing) -> Mapping[str, Fraction]:
    """The shares that stand fast; none where they stand with each line."""
    if isinstance(sharing, Shares):
        return {code: share for code, share in sharing.shares.items() if share}
    if not isinstance(sharing, ByContribution):
        return {}
    try:
        pays = {code: contract.contribution(code) for code in sharing.among or tuple(contract.partners)}
    except ContractError:
        return {}
    total = sum(pays.values())
    return {code: Fraction(pence, total) for code, pence in pays.items() if pence} if total else {}


def picture_of(contract: Contract) -> Chart:
    """The portions as stacked bars, the whole width being all of a portion, with the table of the shares."""
    found = portions(contract)
    parties = list(dict.fromkeys(code for portion in found for code in portion.shares))
    colours = {code: look.KINDS[at % len(look.KINDS)] for at, code in enumerate(parties)}
    title = f"{contract.title}: who bears each portion of a variance"
    table = _table(contract, found, parties)
    described = "; ".join(f"{row[0]}: {', '.join(cell for cell in row[1:] if cell)}" for row in table.rows)
    return Chart(
        named_svg(_drawn(contract, found, colours), title=title, description=described),
        table,
        title,
        note="Each bar is the whole of its portion, however large; caps are not drawn.",
    )


def _table(contract: Contract, found: list[Portion], parties: list[str]) -> Table:
    headers = ("Portion", *(contract.name_of(code) for code in parties), "Otherwise")
    rows = tuple(
        (
            portion.label,
            *(percent(portion.shares[code]) if code in portion.shares else "" for code in parties),
            portion.by,
        )
        for portion in found
    )
    if not any(portion.by for portion in found):
        headers, rows = headers[:-1], tuple(row[:-1] for row in rows)
    return Table(headers, rows, frozenset(range(1, 1 + len(parties))))


def _drawn(contract: Contract, found: list[Portion], colours: Mapping[str, str]) -> str:
    parts, top = _key(contract, colours)
    for portion in found:
        label = wrapped(portion.label, _CHARACTERS)
        top += LINE_HEIGHT * len(label) + 6
        parts.append(lines_of_text(label, _MARGIN, top - LINE_HEIGHT * len(label) / 2, bold_first=False))
        by = wrapped(portion.by, _CHARACTERS)
        tall = max(_HEIGHT, LINE_HEIGHT * len(by) + 6)
        middle = top + 4 + tall / 2
        parts.append(_by(by, middle, tall) if portion.by else _bar(portion, middle, colours))
        top += tall + 10
    return whole(_MARGIN + _BAR + _MARGIN, top + _MARGIN, *parts)


def _key(contract: Contract, colours: Mapping[str, str]) -> tuple[list[str], float]:
    """Each party with its colour, one under the other; and where the bars begin."""
    parts: list[str] = []
    for at, (code, colour) in enumerate(colours.items()):
        middle = _MARGIN + LINE_HEIGHT * 1.25 * at + LINE_HEIGHT / 2
        parts.append(element("rect", x=_MARGIN, y=middle - 6, width=12, height=12, fill=colour))
        parts.append(lines_of_text([contract.name_of(code)], _MARGIN + 20, middle, bold_first=False))
    return parts, _MARGIN + LINE_HEIGHT * 1.25 * len(colours) + 6


def _by(lines: list[str], middle: float, tall: float) -> str:
    """A bar without shares, which says how it is shared."""
    left = _MARGIN
    shape = element("rect", x=left, y=middle - tall / 2, width=_BAR, height=tall, fill=look.UNKNOWN, stroke=look.QUIET)
    return shape + lines_of_text(lines, left + 8, middle, bold_first=False)


def _bar(portion: Portion, middle: float, colours: Mapping[str, str]) -> str:
    left, top = _MARGIN, middle - _HEIGHT / 2
    parts: list[str] = []
    for code, share in portion.shares.items():
        width = float(share) * _BAR
        parts.append(element("rect", x=left, y=top, width=width, height=_HEIGHT, fill=colours[code], stroke="#ffffff"))
        if share >= _LEAST_FOR_TEXT:
            parts.append(_said(percent(round(share, 3)), left + width / 2, middle, colours[code]))
        left += width
    return "".join(parts)


def _said(text: str, x: float, middle: float, behind: str) -> str:
    fill = "#ffffff" if behind in _DARK else look.INK
    return element("text", escape(text), x=x, y=middle + look.TEXT_SIZE * 0.35, text_anchor="middle", fill=fill)
