"""PDF documents: the text of each page, in the order in which the file draws it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from commonpool.sheets.inside.archive import Refused

Block = tuple[object, ...]
# What the library writes for a hyphen at the end of a line.
HYPHENS: Final = str.maketrans({"\ufffe": "-", "\x02": "-"})


def blocks_of(data: bytes, facts: Counter[str]) -> Iterator[Block]:
    """One block for each page that holds text; `facts` counts those that hold none."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused("READ-04") from None
        raise Refused("READ-06", why="no PDF reader can open it") from None
    for number in range(len(document)):
        page = document[number].get_textpage()
        text = page.get_text_range().translate(HYPHENS)
        if text.strip():
            yield "p", text.rstrip()
        else:
            facts["pages without text, such as scans"] += 1
