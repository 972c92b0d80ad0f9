"""The writes of places: a merger or a split recorded, ground laid from plain values. Files are `loading`'s."""

from __future__ import annotations

from commonpool.places.actions.lay import Ground, GroundBody, GroundPlace, lay_ground
from commonpool.places.actions.reorganise import reorganise

__all__ = ["Ground", "GroundBody", "GroundPlace", "lay_ground", "reorganise"]
