"""How far coders agree, beyond what chance would give; every figure with what it was counted on and how sure it is.

from commonpool.voices.rules.agreement import Level, Statistic, agreement, ratings_of

agreement(ratings_of([["a", "b", "a"], ["a", "b", "b"]]), Statistic.COHEN_KAPPA, draws=0).value
"""

from commonpool.voices.rules.agreement.answering import Agreement, TextStatistic, agreement
from commonpool.voices.rules.agreement.drawing import Spread
from commonpool.voices.rules.agreement.errors import AgreementError
from commonpool.voices.rules.agreement.levels import Label, Level
from commonpool.voices.rules.agreement.measures import Statistic
from commonpool.voices.rules.agreement.ratings import (
    Rating,
    Ratings,
    ratings_from,
    ratings_from_counts,
    ratings_from_table,
    ratings_of,
)

__all__ = [
    "Agreement",
    "AgreementError",
    "Label",
    "Level",
    "Rating",
    "Ratings",
    "Spread",
    "Statistic",
    "TextStatistic",
    "agreement",
    "ratings_from",
    "ratings_from_counts",
    "ratings_from_table",
    "ratings_of",
]
