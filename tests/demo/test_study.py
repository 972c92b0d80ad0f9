"""The invented study in the database: the shape that it must have, and the same each time."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
