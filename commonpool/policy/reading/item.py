"""One entry of a YAML file: its values taken out by kind, and refused by file and key where they are not right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commonpool.policy.reading.files import Data
from commonpool.policy.rules import PolicyError, Reference


@dataclass(frozen=True)
class Item:
    """One entry of a file, its place for messages, and the sources that it may name."""

    data: Mapping[str, Any]
    where: str
    sources: Mapping[str, Data]

    def needed(self, key: str) -> str:
        """A text that must be there."""
        text = self.text(key)
        if not text.strip():
            raise PolicyError(f"{self.where}: {key} is missing or blank. State it.")
        return text

    def text(self, key: str, default: str = "") -> str:
        """A text, or the default."""
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise PolicyError(f"{self.where}, {key}: ‘{value}’ is not text. Put it in quotes.")
        return value

    def maybe(self, key: str) -> str | None:
        """A text, or None."""
        return self.text(key) or None

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """One of the allowed words."""
        value = self.needed(key) if default is None else self.text(key, default)
        if value not in allowed:
            raise PolicyError(f"{self.where}, {key}: ‘{value}’ is not one of {', '.join(allowed)}.")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise PolicyError(f"{self.where}, {key}: ‘{value}’ is neither true nor false.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self.data.get(key, [])
        if not isinstance(values, list) or any(not isinstance(value, str) for value in values):
            raise PolicyError(f"{self.where}, {key} is not a list of texts. Write [first, second].")
        return tuple(values)

    def mapping(self, key: str) -> dict[str, Any]:
        """A mapping, or an empty one."""
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise PolicyError(f"{self.where}, {key}: ‘{value}’ is not a mapping. Write one entry a line, with a colon.")
        return dict(value)

    def inner(self, key: str) -> dict[str, Item]:
        """The entries of a mapping, each with its place."""
        return {code: Item(entry, f"{self.where}, {code}", self.sources) for code, entry in self.mapping(key).items()}

    def reference(self, key: str = "source") -> Reference:
        """Where the entry was found: a tag of the sources, or a source of its own."""
        source = self.data.get(key)
        if not source:
            raise PolicyError(f"{self.where}: {key} is missing. Name a tag of sources.yaml, such as S8, or a title.")
        stated = {"tag": source} if isinstance(source, str) else self.mapping(key)
        return reference_of(Item(stated, f"{self.where}, {key}", self.sources))


def reference_of(stated: Item) -> Reference:
    """The reference that a source states, by a tag, by a title, or by both."""
    if unknown := stated.data.keys() - {"tag", "title", "place", "url", "verified"}:
        raise PolicyError(f"{stated.where}: ‘{', '.join(sorted(unknown))}’ is not known here.")
    tag = stated.text("tag")
    if tag and tag not in stated.sources:
        raise PolicyError(f"{stated.where}: ‘{tag}’ is not in sources.yaml. Add it there, or state a title.")
    known = Item({**stated.sources.get(tag, {}), **stated.data}, stated.where, {})
    if tag in ("", "D") and "verified" not in stated.data:
        raise PolicyError(f"{stated.where}: say whether it is verified (true or false).")
    is_verified = known.flag("verified", tag.startswith("S") and tag[1:].isdigit())
    if is_verified and (tag.startswith("R") or tag in ("F", "OWN")):
        raise PolicyError(f"{stated.where}: {tag} cannot be verified. Name the document it was read in.")
    return Reference(known.needed("title"), known.text("place"), known.text("url"), is_verified, tag)
