"""What came with a text in a coding project besides the text itself, once somebody who speaks in it has withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from commonpool.voices.rules.refi.model import Selection, Source
from commonpool.voices.rules.refi.tree import Node
from commonpool.voices.rules.text import Span

PATHS: Final = ("plainTextPath", "richTextPath", "path", "currentPath")


def files_named(part: Source | Node) -> set[str]:
    """The files that a source or an element names, as they are kept: within the folder of sources, in lower case."""
    paths = _of_source(part) if isinstance(part, Source) else _of_node(part)
    return {_name(path) for path in paths if path}


def _of_source(source: Source) -> Iterator[str | None]:
    yield from (source.rich_path, source.text_path)
    if source.shell is not None:
        yield from _of_node(source.shell)


def _of_node(node: Node) -> Iterator[str | None]:
    for each in node.walk():
        yield from map(each.get, PATHS)


def _name(path: str) -> str:
    _, mark, rest = path.partition("://")
    return (rest if mark else path).replace("\\", "/").strip("/").lower().removeprefix("sources/")


def without_words(source: Source, is_theirs: Callable[[Span], bool]) -> Source:
    """The source with no document beside it, and with no name and no description of a passage that is theirs.

    Programs name passages by their first words. Places, codes and coders stay.
    """
    passages = tuple(_bare(each) if is_theirs(each.span) else each for each in source.selections)
    return replace(source, rich_path=None, text_path=None, shell=None, description=None, selections=passages)


def _bare(passage: Selection) -> Selection:
    return replace(passage, name=None, description=None)
