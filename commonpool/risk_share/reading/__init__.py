"""Files from outside: contracts in YAML, variances in CSV. Every fault with its line, all at once."""

from __future__ import annotations

from commonpool.risk_share.reading.contracts import NotAContract, agreed_from, read_agreed, read_contract
from commonpool.risk_share.reading.payments import read_quarters
from commonpool.risk_share.reading.variances import read_variances

__all__ = ["NotAContract", "agreed_from", "read_agreed", "read_contract", "read_quarters", "read_variances"]
