"""Plans as plain values, and the rules that a plan must pass. No Django, no file, no clock."""

from commonpool.plans.rules.checking import CheckResult, YearResult, check_plan
from commonpool.plans.rules.content import (
    AmbitionRow,
    Answer,
    Contact,
    Cover,
    DistrictRow,
    IncomeRow,
    MinimumRow,
    PlanContent,
    Row,
    SchemeRow,
    place_key,
)
from commonpool.plans.rules.kinds.answers import periods_of
from commonpool.plans.rules.published import Origin, Published, PublishedUsed
from commonpool.plans.rules.subject import ConditionResult
from commonpool.plans.rules.sums import (
    SourceTotal,
    Total,
    Totals,
    spend_by,
    tag_shares,
    total,
    totals_of,
    unit_cost_pence,
)

__all__ = [
    "AmbitionRow",
    "Answer",
    "CheckResult",
    "ConditionResult",
    "Contact",
    "Cover",
    "DistrictRow",
    "IncomeRow",
    "MinimumRow",
    "Origin",
    "PlanContent",
    "Published",
    "PublishedUsed",
    "Row",
    "SchemeRow",
    "SourceTotal",
    "Total",
    "Totals",
    "YearResult",
    "check_plan",
    "periods_of",
    "place_key",
    "spend_by",
    "tag_shares",
    "total",
    "totals_of",
    "unit_cost_pence",
]
