"""Shocks to an agreed plan: what partners no longer pay, which lines lose it, and which rules that breaks."""

from commonpool.risk_share.rules.shocks.applying import Shocked, apply
from commonpool.risk_share.rules.shocks.broken import BrokenRule
from commonpool.risk_share.rules.shocks.results import LineLoss, PayerLoss, SchemeLoss, SourceLoss
from commonpool.risk_share.rules.shocks.stated import (
    MONTHS,
    NO_BOOKS,
    FundAdded,
    LessPaid,
    Setting,
    Shock,
    SoFar,
    SpendingStops,
    Way,
)

__all__ = [
    "MONTHS",
    "NO_BOOKS",
    "BrokenRule",
    "FundAdded",
    "LessPaid",
    "LineLoss",
    "PayerLoss",
    "SchemeLoss",
    "Setting",
    "Shock",
    "Shocked",
    "SoFar",
    "SourceLoss",
    "SpendingStops",
    "Way",
    "apply",
]
