"""What `plans` announces. Receivers run in the same transaction and must be idempotent by the version's digest."""

from __future__ import annotations

from django.dispatch import Signal

version_agreed = Signal()
"""Every partner has agreed a version. Sent with `version` (the PlanVersion) and `at` (the moment)."""

version_superseded = Signal()
"""An agreed version was replaced by a newer one. Sent with `version`, `by` (the newer version) and `at`."""
