"""What plans ask of trusts, beds that trusts state, processes that plans share, and the plans around them."""

from __future__ import annotations

from commonpool.performance.models.asks import Ask, AskLine, TermFields, TrustBeds
from commonpool.performance.models.charts import ChartPhase
from commonpool.performance.models.others import OtherPlan, Statement, StatementException
from commonpool.performance.models.shared import ProcessException, ProcessOffer, SharedProcess

__all__ = [
    "Ask",
    "AskLine",
    "ChartPhase",
    "OtherPlan",
    "ProcessException",
    "ProcessOffer",
    "SharedProcess",
    "Statement",
    "StatementException",
    "TermFields",
    "TrustBeds",
]
