"""Comments in cells: the part with their words, and the old drawing with their boxes.

Excel wants both: SpreadsheetML comments (ECMA-376 part 1, 18.7) and one VML shape for each (part 4, 19.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from commonpool.sheets.inside.package import attributes
from commonpool.sheets.inside.scan import Place, cell_name, place_of
from commonpool.sheets.inside.surgery import add_at_end, escape

AUTHOR: Final = "Commonpool"
LONGEST: Final = 32_000  # Excel's limit for the text in a cell or comment is 32,767
MAIN: Final = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NO_COMMENTS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="'
    + MAIN
    + b'"><authors></authors><commentList></commentList></comments>'
)
BOX: Final = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
NO_DRAWING: Final = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
SHAPE: Final = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:2pt;'
    'width:260pt;height:{height}pt;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
AUTHORS: Final = re.compile(rb"<(?:\w+:)?author(?:\s[^>]*)?>([^<]*)</|<(?:\w+:)?author\s*/>")
COMMENT: Final = re.compile(
    rb"""<(?:\w+:)?comment\s[^>]*?\bref=["']([A-Z]{1,3}[0-9]{1,7})["'][^>]*>.*?</(?:\w+:)?comment>""", re.S
)
PLAIN_TEXT: Final = re.compile(rb"(<(?:\w+:)?text>)\s*(<((?:\w+:)?)t(?:\s[^>]*)?(?:/>|>.*?</(?:\w+:)?t>))", re.S)
A_SHAPE: Final = re.compile(rb"<v:shape\s.*?</v:shape>", re.S)
BOX_PLACE: Final = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>")
SHAPE_NUMBER: Final = re.compile(rb"_x0000_s([0-9]{1,9})\b")


def without_ours(xml: bytes) -> tuple[bytes, set[Place]]:
    """The comments without those that an earlier copy got from us, and the cells that these stood in."""
    authors = AUTHORS.findall(xml)
    gone: set[Place] = set()

    def kept(match: re.Match[bytes]) -> bytes:
        author = int(attributes(match[0][: match[0].index(b">")]).get("authorId", -1))
        place = place_of(match[1].decode())
        if place is None or not 0 <= author < len(authors) or authors[author] != AUTHOR.encode():
            return match[0]
        gone.add(place)
        return b""

    return (COMMENT.sub(kept, xml), gone) if AUTHOR.encode() in authors else (xml, gone)


def add_comments(xml: bytes, notes: Mapping[Place, str]) -> tuple[bytes, list[Place]]:
    """The comments with ours, and the cells that had none before. In a cell that has one, ours follows its text."""
    already = {place_of(match[1].decode()) for match in COMMENT.finditer(xml)}

    def merged(match: re.Match[bytes]) -> bytes:
        place = place_of(match[1].decode())
        if place is None or place not in notes or escape(notes[place]) in match[0]:
            return match[0]
        # Text stands either plain or in runs, not both: the plain one becomes a run before ours follows.
        in_runs = PLAIN_TEXT.sub(rb"\1<\3r>\2</\3r>", match[0])
        return add_at_end(in_runs, b"text", _run(f"\n\n{AUTHOR}\n", bold=True) + _run(notes[place]))

    xml = COMMENT.sub(merged, xml)
    new = [place for place in sorted(notes) if place not in already]
    if new:
        authors = AUTHORS.findall(xml)
        author = authors.index(AUTHOR.encode()) if AUTHOR.encode() in authors else len(authors)
        if author == len(authors):
            xml = add_at_end(xml, b"authors", f"<~author>{AUTHOR}</~author>".encode())
        comments = [_comment(place, notes[place], author) for place in new]
        xml = add_at_end(xml, b"commentList", b"".join(comments))
    return xml, new


def _comment(place: Place, text: str, author: int) -> bytes:
    start = f'<~comment ref="{cell_name(*place)}" authorId="{author}"><~text>'.encode()
    return start + _run(f"{AUTHOR}\n", bold=True) + _run(text) + b"</~text></~comment>"


def _run(text: str, *, bold: bool = False) -> bytes:
    # Where `~` is the prefix to fill in, the user's own tilde must not be taken for one.
    words = escape(text[:LONGEST]).replace(b"~", b"&#126;")
    look = b"<~rPr>" + (b"<~b/>" if bold else b"") + b'<~sz val="9"/><~rFont val="Tahoma"/></~rPr>'
    return b"<~r>" + look + b'<~t xml:space="preserve">' + words + b"</~t></~r>"


def without_boxes(vml: bytes, places: set[Place]) -> bytes:
    """The drawing without the boxes of comments in these places."""

    def kept(match: re.Match[bytes]) -> bytes:
        place = BOX_PLACE.search(match[0])
        return b"" if place and (int(place[1]), int(place[2])) in places else match[0]

    return A_SHAPE.sub(kept, vml) if places else vml


def add_boxes(vml: bytes, notes: Mapping[Place, str]) -> bytes:
    """The drawing with one hidden box for each note, from the first free shape number."""
    if b'id="_x0000_t202"' not in vml:
        vml = add_at_end(vml, b"xml", BOX)
    number = max([1024, *map(int, SHAPE_NUMBER.findall(vml))])
    shapes = []
    for order, ((row, column), note) in enumerate(sorted(notes.items()), start=1):
        lines = 2 + len(note) // 45 + note.count("\n")
        corner = {"left": column + 1, "top": max(row - 1, 0), "right": column + 5, "bottom": max(row - 1, 0) + lines}
        shapes.append(
            SHAPE.format(number=number + order, height=15 * lines, order=order, row=row, column=column, **corner)
        )
    return add_at_end(vml, b"xml", "".join(shapes).encode())
