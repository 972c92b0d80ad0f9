"""Coding projects for tests: XML with what a case is about, and archives around it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
CODE, USER, SOURCE = (f"{digit * 8}-0000-0000-0000-000000000000" for digit in "123")
TEXT = "I: How did it go? 😀\nP01: The pooled budget caused angst.\n"


def g(number: int) -> str:
    """A GUID that is easy to tell from others."""
    return f"{number:08X}-0000-0000-0000-000000000000"


def coding(number: int, code: str = CODE, user: str = USER) -> str:
    return f'<Coding guid="{g(number)}" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>'


def selection(number: int, start: object, end: object, inner: str = "") -> str:
    where = f'guid="{g(number)}" startPosition="{start}" endPosition="{end}"'
    return f"<PlainTextSelection {where}>{inner or coding(number + 1000)}</PlainTextSelection>"


def source(inner: str = "", attributes: str = f'plainTextPath="internal://{SOURCE}.txt"') -> str:
    return f'<TextSource guid="{SOURCE}" name="P01" {attributes}>{inner}</TextSource>'


def a_qde(
    sources: str = "", more: str = "", codes: str | None = None, namespace: str = PROJECT, extra: str = ""
) -> str:
    """A project with one coder and one code, `sources`, and whatever stands after them."""
    codes = codes if codes is not None else f'<Code guid="{CODE}" name="pool" isCodable="true"/>'
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{namespace}" name="study" {extra}>'
        f'<Users><User guid="{USER}" name="Coder A"/></Users><CodeBook><Codes>{codes}</Codes></CodeBook>'
        f"<Sources>{sources or source()}</Sources>{more}</Project>"
    )


def a_qdpx(
    path: Path, qde: str | bytes, files: Mapping[str, str | bytes] | None = None, inner: str = "project.qde"
) -> Path:
    """An archive of a project and the files beside it; by default the one text that `source` names."""
    files = {f"sources/{SOURCE}.txt": TEXT} if files is None else files
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(inner, qde)
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@cache
def _schema(path: Path) -> Any:
    from lxml import etree

    return etree.XMLSchema(etree.parse(str(path)))


def assert_valid(shared_data: Path, xml: bytes) -> None:
    """Fails, saying where, unless the XML is valid by the standard's own schema."""
    from lxml import etree

    root = etree.fromstring(xml)
    name = "Codebook.xsd" if etree.QName(root).namespace == CODEBOOK else "Project.xsd"
    _schema(shared_data / "refi-qda" / name).assertValid(root)


def qde_of(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("project.qde")


samples = pytest.mark.parametrize(
    "name",
    [
        "atlasti-8.4-standard-sample.qde",
        "f4-2025-valid.qde",
        "made-codebook.qdc",
        "made-codepoints.qdpx",
        "made-inline-cases.qdpx",
        "made-utf16-offsets.qdpx",
        "qc-1.3-demo.qdpx",
        "standard-annex-a1.qdc",
        "taguette-1.5.2-codebook.qdc",
    ],
)
