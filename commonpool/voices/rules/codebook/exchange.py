"""A codebook as other coding programs take it: REFI-QDA codes with all their words in one description."""

from __future__ import annotations

from collections.abc import Iterator

from commonpool.voices.rules.codebook.tree import Code, Codebook
from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.losses import LossReport


def as_project(name: str, book: Codebook) -> tuple[model.Project, LossReport]:
    """The codes in use as a project without texts, and what of the codebook it does not hold."""
    losses = LossReport()
    for code in book:
        if code.is_retired:
            losses.note("Code", code.name, "the whole code", "It is retired, and a codebook file holds codes in use.")
    codes = tuple(
        model.Code(code.guid, code.name, parent=code.parent, description=description(code) or None)
        for code in book.in_use()
    )
    return model.Project(name, codes=codes), losses


def description(code: Code) -> str:
    """The code's words as paragraphs; the standard has one field for them."""
    return "\n".join(_paragraphs(code))


def _paragraphs(code: Code) -> Iterator[str]:
    labelled = (("", code.definition), ("Include: ", code.include), ("Exclude: ", code.exclude))
    yield from (f"{label}{words}" for label, words in labelled if words)
    if code.example:
        yield f"Example: {code.example}"
