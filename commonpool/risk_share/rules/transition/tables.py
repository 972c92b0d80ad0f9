"""A transition's figures as rows of pence, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from commonpool.findings import Finding
from commonpool.money import format_pounds
from commonpool.risk_share.rules.transition.plan import Transition
from commonpool.risk_share.rules.transition.profile import KINDS, Month, Profile, TransitionProfile

MEASURES: Final = (*KINDS, "spend", "net", "cumulative")


def csv_rows(plan: Transition, found: TransitionProfile) -> Iterator[list[str | int]]:
    """One row for each month of all together, then of each partner; in pence."""
    yield ["who", "month", *(f"{measure}_pence" for measure in MEASURES)]
    for who, profile in (("all", found.whole), *found.by_partner.items()):
        for month in profile.months:
            yield [who, f"{month.period.starts_on:%Y-%m}", *_pence(month)]


def as_json(plan: Transition, found: TransitionProfile, open_points: Sequence[Finding]) -> dict[str, Any]:
    """Everything for programs, in pence."""
    return {
        "title": plan.title,
        "old_closes_on": plan.old.closes_on.isoformat(),
        **_profile_json(found.whole),
        "by_partner": {code: _profile_json(profile) for code, profile in found.by_partner.items()},
        "steps": [
            {"name": step.name, "on": step.on.isoformat(), "accountable": step.accountable, "role": step.role}
            for step in plan.steps
        ],
        "findings": [finding.as_json() for finding in open_points],
    }


def headline(plan: Transition, profile: Profile) -> list[str]:
    """What matters first: double running and its end, the most that is invested, when it is paid back."""
    return [_double_words(plan, profile), *money_words(profile)]


def _double_words(plan: Transition, profile: Profile) -> str:
    closes = f"‘{plan.old.name}’ closes on {plan.old.closes_on.day} {plan.old.closes_on:%B %Y}"
    months = profile.doubled
    if not months:
        return f"There is no double running; {closes}."
    total = format_pounds(profile.total("double_running"))
    count = f"{len(months)} month{'' if len(months) == 1 else 's'}"
    return f"Double running costs {total} over {count} from {months[0].period.label}, and ends when {closes}."


def money_words(profile: Profile) -> list[str]:
    """The most that is invested and not yet back, and when it is; of all together or of one partner."""
    if profile.peak is None:
        return ["Nothing has to be found in advance."]
    peak = f"At most {format_pounds(-profile.peak.cumulative)} is invested and not yet back, in "
    back = f"It is paid back in {profile.paid_back.period.label}." if profile.paid_back else (
        f"It is not paid back within the horizon: {format_pounds(-profile.net)} is missing at the end."
    )  # fmt: skip
    return [f"{peak}{profile.peak.period.label}.", back]


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """What the change means for one partner over the horizon: pence, and months by name."""

    name: str
    double_running: int
    paid: int
    saved: int
    freed: int
    net: int
    peak: int
    peak_month: str
    paid_back: str


def partner_rows(plan: Transition, found: TransitionProfile) -> list[PartnerRow]:
    """Each partner in the order of the plan: pays besides the old service, saves, ends where, and when it is back."""
    return [
        PartnerRow(
            name=plan.name_of(code),
            double_running=profile.total("double_running"),
            paid=profile.paid,
            saved=profile.saved,
            freed=profile.total("non_cashable"),
            net=profile.net,
            peak=-profile.peak.cumulative if profile.peak else 0,
            peak_month=profile.peak.period.label if profile.peak else "",
            paid_back=_back(profile),
        )
        for code, profile in found.by_partner.items()
    ]


def _back(profile: Profile) -> str:
    if profile.peak is None:
        return "nothing to pay back"
    return profile.paid_back.period.label if profile.paid_back else "not within the horizon"


def _pence(month: Month) -> list[int]:
    return [getattr(month, measure) for measure in MEASURES]


def _profile_json(profile: Profile) -> dict[str, Any]:
    return {
        "double_running_pence": profile.total("double_running"),
        "paid_pence": profile.paid,
        "saved_pence": profile.saved,
        "net_pence": profile.net,
        "peak_investment_pence": -profile.peak.cumulative if profile.peak else 0,
        "peak_month": _month(profile.peak),
        "payback_month": _month(profile.paid_back),
        "months": [
            {
                "month": _month(month),
                **{f"{name}_pence": pence for name, pence in zip(MEASURES, _pence(month), strict=True)},
            }
            for month in profile.months
        ],
    }


def _month(month: Month | None) -> str | None:
    return f"{month.period.starts_on:%Y-%m}" if month else None
