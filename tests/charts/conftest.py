"""Charts are shown by templates, so they share the pages' gallery."""

from tests.pages.conftest import gallery

__all__ = ["gallery"]
