"""A codebook as other coding programs take it: REFI-QDA codes with all their words in one description, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from commonpool.voices.rules.codebook.colours import COLOUR_PATTERN, colour_from_text
from commonpool.voices.rules.codebook.tree import Code, Codebook
from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.losses import LossReport
from commonpool.voices.rules.refi.values import guid as read_guid

LABELS: Final = {"include": "Include: ", "exclude": "Exclude: ", "example": "Example: "}


def as_project(name: str, book: Codebook) -> tuple[model.Project, LossReport]:
    """The codes in use as a project without texts, and what of the codebook it does not hold."""
    losses = LossReport()
    for code in book:
        if code.is_retired:
            losses.note("Code", code.name, "the whole code", "It is retired, and a codebook file holds codes in use.")
    codes = tuple(
        model.Code(
            code.guid,
            code.name,
            is_codable=code.is_codable,
            parent=code.parent,
            description=description(code) or None,
            colour=code.colour or None,
        )
        for code in book.in_use()
    )
    return model.Project(name, codes=codes), losses


def from_project(project: model.Project) -> Codebook:
    """The codes of a project, or of a codebook file, as a codebook. Raises CodebookError where they make none."""
    codes = [code_of(code, place) for place, code in enumerate(project.codes, start=1)]
    return Codebook({code.guid: code for code in codes})


def code_of(code: model.Code, place: int = 0) -> Code:
    """One code of a project as this codebook has it; its description gives its four texts."""
    colour = colour_from_text(code.colour or "")
    return Code(
        read_guid(code.guid) or code.guid,
        code.name.strip(),
        *words_of(code.description or ""),
        parent=None if code.parent is None else read_guid(code.parent) or code.parent,
        place=place,
        colour=colour if COLOUR_PATTERN.fullmatch(colour) else "",
        is_codable=code.is_codable,
    )


def description(code: Code) -> str:
    """The code's words as paragraphs; the standard has one field for them."""
    return "\n".join(_paragraphs(code))


def _paragraphs(code: Code) -> Iterator[str]:
    if code.definition:
        yield code.definition
    yield from (f"{label}{words}" for word, label in LABELS.items() if (words := getattr(code, word)))


def words_of(text: str) -> tuple[str, str, str, str]:
    """A description's four texts: a label at the start of a line begins one, and all before it is the definition."""
    found: dict[str, list[str]] = {"definition": []}
    at = "definition"
    for line in text.split("\n"):
        label = next((word for word, label in LABELS.items() if line.startswith(label) and word not in found), None)
        if label is not None:
            at, line = label, line.removeprefix(LABELS[label])
            found[at] = []
        found[at].append(line)
    told = {word: "\n".join(lines).strip() for word, lines in found.items()}
    return told["definition"], told.get("include", ""), told.get("exclude", ""), told.get("example", "")
