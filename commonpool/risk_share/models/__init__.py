"""The tables of this room."""

from __future__ import annotations

from commonpool.risk_share.models.benefits import Benefit
from commonpool.risk_share.models.contracts import ContractVersion
from commonpool.risk_share.models.settlements import YearSettlement

__all__ = ["Benefit", "ContractVersion", "YearSettlement"]
