"""What plans ask of trusts, what they share, the plans around them; phases of charts; files of figures that came."""

from __future__ import annotations

from commonpool.performance.models.asks import Ask, AskLine, TermFields, TrustBeds
from commonpool.performance.models.charts import ChartPhase
from commonpool.performance.models.others import OtherPlan, Statement, StatementException
from commonpool.performance.models.shared import ProcessException, ProcessOffer, SharedProcess
from commonpool.performance.models.uploads import FiguresUpload
from commonpool.performance.models.views import LocalView

__all__ = [
    "Ask",
    "AskLine",
    "ChartPhase",
    "FiguresUpload",
    "LocalView",
    "OtherPlan",
    "ProcessException",
    "ProcessOffer",
    "SharedProcess",
    "Statement",
    "StatementException",
    "TermFields",
    "TrustBeds",
]
