"""What the documentation's tests read of a Markdown page: its code, its links, its headings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FENCED: Final = re.compile(r"^(?P<fence>```+|~~~+)[^\n]*\n(?P<code>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
IN_LINE: Final = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
LINK: Final = re.compile(r"\]\((?P<target><[^>]*>|[^()\s]+)(?:\s+\"[^\"]*\")?\)|(?:src|href)=\"(?P<html>[^\"]+)\"")
HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
ASSIGNMENT: Final = re.compile(r"[A-Z_]+=\S*")


@dataclass(frozen=True, slots=True)
class ShownCommand:
    """A `commonpool` command on a page: the words after `commonpool`, brackets and alternatives opened up."""

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: commonpool {' '.join(self.words)}"


def markdown_pages() -> tuple[Path, ...]:
    """All pages that people write or read: docs/, and those at the project's top."""
    return (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))


def shown_commands(page: str, text: str) -> Iterator[ShownCommand]:
    """Every `commonpool` command in the page's code blocks and code spans."""
    for block in FENCED.finditer(text):
        for line in block["code"].replace("\\\n", " ").splitlines():
            yield from _command(page, line)
    for span in IN_LINE.finditer(FENCED.sub("", text)):
        yield from _command(page, " ".join(span[1].split()))


def links(text: str) -> Iterator[str]:
    """The targets of the page's links and pictures, code left aside."""
    for found in LINK.finditer(IN_LINE.sub("", FENCED.sub("", text))):
        yield (found["target"] or found["html"]).strip("<>")


def anchors(text: str) -> set[str]:
    """The anchors that the headings get: small letters, no signs, a hyphen for each run of spaces or hyphens."""
    headings = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in HEADING.findall(FENCED.sub("", text)))
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in headings}


def _command(page: str, line: str) -> Iterator[ShownCommand]:
    words = _words(line.strip().removeprefix("$ "))
    while words and ASSIGNMENT.fullmatch(words[0]):
        words = words[1:]
    if words[:3] in (["python", "-m", "commonpool"], ["python3", "-m", "commonpool"]):
        words = words[2:]
    if words and words[0].split("/")[-1] == "commonpool" and len(words) > 1:
        yield ShownCommand(page, tuple(words[1:]))


def _words(line: str) -> list[str]:
    """The line's words up to a pipe, a redirection or a comment; `[--round R]` gives `--round` and `R`."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # a lone quotation mark: prose in a code block, not a command
        return []
    end = next((at for at, word in enumerate(words) if word in {"|", ">", ">>", "<", "&&", "||", ";", "&"}), None)
    return [part for word in words[:end] for part in re.split(r"[\[\]|…]|\.\.\.", word) if part]
