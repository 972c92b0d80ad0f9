"""The tables of this room."""

from __future__ import annotations

from commonpool.risk_share.models.contracts import ContractVersion

__all__ = ["ContractVersion"]
