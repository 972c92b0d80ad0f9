"""What this room announces. Receivers run in the same transaction and are idempotent by the consent's uuid."""

from __future__ import annotations

from django.dispatch import Signal

# Both with `consent`, a people.Consent that has been saved, and `at`.
consent_given = Signal()
consent_withdrawn = Signal()
