"""XML from outside: parsed only where it declares no document type, so that no entity can hide in it."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from commonpool.sheets.inside.archive import Refused


class _RootReached(Exception):  # noqa: N818 - it ends the look at the prolog
    pass


def root_of(xml: bytes, part: str) -> ElementTree.Element:
    """The root element. Raises Refused for a document type (READ-10) and for what is not well formed (READ-06)."""
    _look_at_prolog(xml, part)
    try:
        return ElementTree.fromstring(xml)  # noqa: S314 - no document type, hence no entity, reaches it
    except (ElementTree.ParseError, ValueError) as error:
        raise Refused("READ-06", why=f"its part {part} is not well-formed XML ({error})") from None


def _look_at_prolog(xml: bytes, part: str) -> None:
    """A document type can only stand before the root element, so the parser stops there."""

    def refuse(*declared: Any) -> None:
        raise Refused("READ-10", part=part)

    def stop(*element: Any) -> None:
        raise _RootReached

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        parser.Parse(xml, True)
    except _RootReached:
        return
    except (expat.ExpatError, ValueError) as error:
        raise Refused("READ-06", why=f"its part {part} is not well-formed XML ({error})") from None
