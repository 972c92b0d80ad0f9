"""Where a contract can start: the worked forms A to G, with an agreement's own partners filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from commonpool.money import split_into_pence
from commonpool.risk_share.rules.errors import ContractError

PAYMENTS: Final[Mapping[str, str]] = {
    "p": "Payment for performance: each quarter pays what fewer admissions have earned",
    "q": "Contingency: money held back is released as fewer admissions are achieved",
}
HUNDREDTHS: Final = 10_000  # of a whole: shares are filled in to a hundredth of a per cent
PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*")  # needs no quotes
FORMS: Final[Mapping[str, str]] = {
    "a": "A. Proportional",
    "b": "B. Proportional, with a cap on the host",
    "c": "C. Corridor",
    "d": "D. Stop-loss",
    "e": "E. Gain-share: half of a saving, times quality, to whoever delivered it",
    "f": "F. Two-sided: whoever delivers gains from a saving and bears part of a loss",
    "g": "G. Remedies first, then proportional",
}


@dataclass(frozen=True, slots=True)
class StartPartner:
    """A party to the agreement, the host first; what it pays in, in pence, or None where that is not known.

    is_provider  it signs without paying in: it shares nothing, and may gain or bear as whoever delivers
    """

    code: str
    name: str
    contribution_pence: int | None = None
    is_provider: bool = False


Partners: TypeAlias = Sequence[StartPartner]


def start_text(form: str, partners: Partners, delivers: str = "") -> str:
    """The text of a form for these partners, two or more: a contract that can be read, to be changed from there.

    delivers  the code of whoever delivers, in the forms that reward it; else the first provider, else the host

    Shares are by what the partners pay in; equal where that is not known of all, and the text says which. Raises
    ContractError for a form that there is not, and for one partner alone, who can share with nobody.
    """
    if form in PAYMENTS:
        return _PAYMENT_TEXTS[form]
    if form not in FORMS:
        raise ContractError(f"There is no form ‘{form}’. Choose one of: {', '.join([*FORMS, *PAYMENTS])}.")
    paying = [each for each in partners if not each.is_provider]
    if len(paying) < 2:
        raise ContractError("A share of risk needs two partners. Add the partners to the pooled fund first.")
    head = [f"title: {_quoted(FORMS[form])}", "partners:"]
    head += [f"  {_quoted(each.code)}: {_quoted(each.name)}" for each in partners]
    basis = "by what each pays in" if _weights(paying) else "equal, because what each pays in is not known"
    return "\n".join([*head, f"# The shares below are {basis}.", *_body(form, partners, delivers)]) + "\n"


def _body(form: str, partners: Partners, delivers: str) -> list[str]:
    paying = [each for each in partners if not each.is_provider]
    if form in _DELIVERED:
        return _DELIVERED[form](paying, _deliverer(partners, delivers))
    return _BODIES[form](paying)


def _deliverer(partners: Partners, wanted: str) -> str:
    providers = [each.code for each in partners if each.is_provider]
    return wanted if wanted in {each.code for each in partners} else [*providers, partners[0].code][0]


def _quoted(text: str) -> str:
    """A text as YAML reads it, whatever is in it; every JSON text is one, but for escaped pairs of one character."""
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _weights(partners: Partners) -> dict[str, int]:
    """What each pays in; empty where it is not known of all, or nothing."""
    known = {each.code: each.contribution_pence for each in partners if each.contribution_pence is not None}
    return known if len(known) == len(partners) and any(known.values()) else {}


def _proportional(partners: Partners) -> str:
    weights = _weights(partners) or dict.fromkeys([each.code for each in partners], 1)
    return _mapping(split_into_pence(HUNDREDTHS, weights))


def _mapping(hundredths: Mapping[str, int]) -> str:
    return "{" + ", ".join(f"{_quoted(code)}: {part / 100:g}%" for code, part in hundredths.items()) + "}"


def _largest(partners: Partners, besides: str = "") -> str:
    others = [each for each in partners if each.code != besides]
    return max(others, key=lambda each: each.contribution_pence or 0).code


def _pool(*lines: str) -> list[str]:
    return ["parts:", "  - name: the pool", *(f"    {line}" for line in lines)]


def _form_a(partners: Partners) -> list[str]:
    return _pool("overspend:", f"  shares: {_proportional(partners)}", "underspend: as overspend")


def _form_b(partners: Partners) -> list[str]:
    host = partners[0].code
    cap = f'{{partner: {_quoted(host)}, at_most: "200000.00", excess_to: {_quoted(_largest(partners, host))}}}'
    return _pool(
        "overspend:", f"  shares: {_proportional(partners)}", "  caps:", f"    - {cap}",
        "underspend:", f"  shares: {_proportional(partners)}",
    )  # fmt: skip


def _form_c(partners: Partners) -> list[str]:
    host, equal = _mapping({partners[0].code: HUNDREDTHS}), _mapping(_equal(partners))
    return _pool(
        "overspend:",
        "  layers:",
        f"    - {{to: 2% of budget, shares: {host}}}",
        f"    - {{from: 2% of budget, to: 5% of budget, shares: {equal}}}",
        f"    - {{from: 5% of budget, shares: {_proportional(partners)}}}",
        "underspend:",
        f"  shares: {_proportional(partners)}",
    )


def _equal(partners: Partners) -> dict[str, int]:
    return split_into_pence(HUNDREDTHS, dict.fromkeys([each.code for each in partners], 1))


def _form_d(partners: Partners) -> list[str]:
    largest, shares = _largest(partners), _proportional(partners)
    others = [each for each in partners if each.code != largest]
    tenth = split_into_pence(HUNDREDTHS // 10, dict.fromkeys([each.code for each in others], 1))
    # In the order of the partners, as every other clause: it decides over odd pennies.
    stop = {each.code: {**tenth, largest: HUNDREDTHS * 9 // 10}[each.code] for each in partners}
    return _pool(
        "overspend:",
        "  layers:",
        f'    - {{to: "250000.00", shares: {shares}}}',
        f'    - {{from: "250000.00", to: "650000.00", shares: {_mapping(stop)}}}',
        f'    - {{from: "650000.00", shares: {shares}}}',
        "underspend:",
        f"  shares: {shares}",
    )


def _gain(partners: Partners, delivers: str) -> list[str]:
    return [
        "underspend:",
        "  slices:",
        "    - name: gain of whoever delivers",
        f"      to: {_quoted(delivers)}",
        "      rate: 50%",
        "      measure: quality",
        "      at_least: 2% of budget",
        "      cliff: below 2% a saving may be chance",
        f"  shares: {_proportional(partners)}",
    ]


def _form_e(partners: Partners, delivers: str) -> list[str]:
    overspend = ["overspend:", f"  shares: {_proportional(partners)}"]
    return ["measures: {quality: the quality score}", *_pool(*overspend, *_gain(partners, delivers))]


def _form_f(partners: Partners, delivers: str) -> list[str]:
    loss = [
        "overspend:",
        "  slices:",
        "    - name: loss of whoever delivers",
        f"      to: {_quoted(delivers)}",
        "      rate: 50%",
        "      measure: quality",
        '      complement: "yes"',
        "      at_least: 2% of budget",
        "      at_most: 5% of budget",
        "      cliff: below 2% a loss may be chance",
        f"  shares: {_proportional(partners)}",
    ]
    return ["measures: {quality: the quality score}", *_pool(*loss, *_gain(partners, delivers))]


def _form_g(partners: Partners) -> list[str]:
    shares = _proportional(partners)
    return [
        "funds: {offsets: Underspends of other schemes, reserve: The risk reserve}",
        *_pool(
            "overspend:",
            "  remedies:",
            '    - {fund: offsets, at_most: "180000.00"}',
            '    - {fund: reserve, at_most: "250000.00"}',
            f"  shares: {shares}",
            "underspend:",
            f"  shares: {shares}",
        ),
    ]


_BODIES: Final[Mapping[str, Callable[[Partners], list[str]]]] = {
    "a": _form_a, "b": _form_b, "c": _form_c, "d": _form_d, "g": _form_g,
}  # fmt: skip
_DELIVERED: Final[Mapping[str, Callable[[Partners, str], list[str]]]] = {"e": _form_e, "f": _form_f}

_PAYMENT_TEXTS: Final[Mapping[str, str]] = {
    "p": """title: Payment for performance
performance:
  price: "1490.00"  # what one admission costs: the national average of 2015-16
  earned_up_to: cumulative plan
  paid_to: the pool
  kept_by: the commissioner, for NHS services
""",
    "q": """title: Contingency for emergency admissions
performance:
  price: "1490.00"  # what one admission costs: the national average of 2015-16
  target: "500"  # fewer admissions in the year than the commissioner's own plan has
  earned_up_to: annual target
  paid_to: out-of-hospital services
  kept_by: the commissioner, for the extra hospital activity
""",
}
