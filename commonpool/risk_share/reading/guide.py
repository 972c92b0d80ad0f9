"""The guide to contracts, as it stands in the documentation and goes with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_ROOM: Final = Path(__file__).parents[1]
# A package that was built has the guide beside its code; a checkout has it in the documentation.
_PLACES: Final = (_ROOM / "guide.md", _ROOM.parents[1] / "docs/risk-share-contracts.md")


def guide_text() -> str:
    """The guide in Markdown."""
    return next(place for place in _PLACES if place.exists()).read_text(encoding="utf-8")
