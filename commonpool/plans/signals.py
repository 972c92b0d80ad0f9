"""What `plans` announces. Receivers run in the same transaction. Those told of an
agreement must be idempotent by the version's digest."""

from __future__ import annotations

from django.dispatch import Signal

version_made = Signal()
"""A version was made. Sent with `version`, and `base`: the version that it carries on from, or None."""

version_agreed = Signal()
"""Every partner has agreed a version. Sent with `version` (the PlanVersion) and `at` (the moment)."""

version_superseded = Signal()
"""An agreed version was replaced by a newer one. Sent with `version`, `by` (the newer version) and `at`."""
