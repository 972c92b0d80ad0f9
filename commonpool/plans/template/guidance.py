"""The guidance sheet: how to fill in the workbook, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from commonpool.plans.template.book import Book, mark_of
from commonpool.policy.rules import Round

# How many characters fit on a line of the wide column, and how high a line is; not every program fits rows by itself.
_CHARACTERS: Final = 115
_LINE_HEIGHT: Final = 14


def write_guidance(book: Book, sheet: Any) -> None:
    """What the colours mean, what each sheet is for, which rules are checked, and what nobody has verified."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    number = 4
    for heading, text in _lines(book.round):
        if not text:
            number += 1
            sheet.write_string(number, 0, heading, book.looks["banner"])
        else:
            sheet.write_string(number, 0, heading, book.looks["strong"])
            sheet.write_string(number, 1, text, book.looks["wrapped"])
            sheet.set_row(number, _LINE_HEIGHT * -(-len(text) // _CHARACTERS))
        number += 1


def _lines(round: Round) -> Iterator[tuple[str, str]]:
    yield "What this is", ""
    yield round.label, round.summary
    yield (
        "What it is not",
        (
            "The official planning workbook. No official workbook of any round has been read by this project: sheets, "
            "headers and lists stand here from memory or are our own. Send the official one where it is asked for."
        ),
    )
    yield "How to fill it in", ""
    yield "Yellow cells", "Type or choose here. A required cell left empty counts as unknown, never as zero."
    yield "Blue cells", "Filled in from published amounts or worked out. They are protected, without a password."
    yield (
        "Amounts",
        "Pounds and pence as numbers. Type 0 where nothing is planned. A credit is negative and says why.",
    )
    yield (
        "Lines",
        "One row for each scheme and source of funding. Each has its own ID for the life of the plan.",
    )
    yield "Checklist", "Says of every required cell whether it is filled in; the rules below say whether it is right."
    yield (
        "Check it",
        "Run: commonpool check FILE.xlsx. It lists every fault by sheet and cell, with its cure.",
    )
    yield "The sheets", ""
    for layout in round.sheets.values():
        yield layout.title, layout.help or "Fill in every column."
    yield "The rules that are checked", ""
    for check in round.checks:
        mark = f" ({check.reference.mark})" if check.reference.mark else ""
        yield check.rule, f"{check.title}{mark}."
    yield "What nobody has verified", ""
    for name, code_list in round.lists.items():
        if mark := mark_of(code_list):
            yield name.replace("_", " ").capitalize(), mark
    for text in round.not_known:
        yield "Not known", text
