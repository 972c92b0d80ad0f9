"""A coding project's archive or bare XML: its tree, its texts, and the files beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final
from xml.etree.ElementTree import Element

from commonpool.sheets.inside.archive import Refused
from commonpool.voices.reading.inside.parts import Parts
from commonpool.voices.reading.inside.xml import root_of

ZIP: Final = b"PK\x03\x04"
DEEPEST: Final = 100
LONGEST_TEXT: Final = 20_000_000


def parts_of(data: Any, folder: str | None, allowed: Any) -> Iterator[Any]:
    """The tree as (name, attributes, text, children) with its namespace; then what lies beside it. `data` is mapped.

    Beside it lie texts, as (name, bytes), and files, as (name, bytes long, file in `folder`): pictures, recordings,
    documents, unpacked there under numbers, or only named where no folder is given.
    """
    if data[: len(ZIP)] != ZIP:
        yield {"inner": None, **_tree(bytes(data), "the file", allowed)}
        yield {"texts": [], "files": []}
        return
    parts = Parts(data, allowed)
    inner = _project_file(parts.names())
    yield {"inner": inner, **_tree(parts.part(inner), inner, allowed)}
    texts: list[Any] = []
    files: list[Any] = []
    for name in parts.names():
        if name == inner or name.rpartition("/")[2].startswith("."):
            continue
        if name.lower().endswith(".txt") and parts.size(name) <= LONGEST_TEXT:
            texts.append([name, parts.part(name)])
        else:
            files.append([name, parts.size(name), _unpacked(parts, name, folder, len(files))])
    yield {"texts": texts, "files": files}


def _project_file(names: list[str]) -> str:
    found = [name for name in names if name.lower().endswith(".qde") and "/" not in name]
    named = [name for name in found if name.lower() == "project.qde"]
    if len(named) == 1 or len(found) == 1:
        return (named or found)[0]
    if found:
        raise Refused("QDA-03", names=", ".join(found[:5]))
    raise Refused("QDA-02")


def _unpacked(parts: Parts, name: str, folder: str | None, number: int) -> str | None:
    if folder is None:
        return None
    place = os.path.join(folder, str(number))  # noqa: PTH118 - pathlib costs the child ten milliseconds
    with open(place, "wb") as file:  # noqa: PTH123
        parts.write(name, file)
    return place


def _tree(xml: bytes, part: str, allowed: Any) -> dict[str, Any]:
    root = root_of(xml, part)
    if sum(1 for _ in root.iter()) > allowed.cells:
        raise Refused("QDA-05", most=f"{allowed.cells:,}")
    namespace, _, name = root.tag.rpartition("}")
    if name.lower() not in ("project", "codebook"):
        raise Refused("QDA-04", found=name[:60])
    return {"namespace": namespace.lstrip("{"), "tree": _packed(root, 0)}


def _packed(element: Element, depth: int) -> tuple[Any, ...]:
    if depth > DEEPEST:
        raise Refused("QDA-06", most=DEEPEST)
    name = element.tag.rpartition("}")[2]
    text = element.text or ""
    children = [_packed(child, depth + 1) for child in element]
    return name, dict(element.attrib), text if not children or text.strip() else "", children
