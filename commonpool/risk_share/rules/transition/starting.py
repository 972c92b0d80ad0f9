"""An example to start a transition plan from, with an agreement's own partners filled in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Final

from commonpool.money import split_into_pence
from commonpool.risk_share.rules.starting import HUNDREDTHS, StartPartner

NOBODY_YET: Final = (StartPartner("icb", "Integrated care board"), StartPartner("council", "Council"))


def example_text(partners: Sequence[StartPartner], today: date) -> str:
    """A plan that can be read, over the three financial years from next April; its amounts are invented.

    The first partner runs the old service, all pay the new one in equal parts, and the last saves elsewhere. Without
    partners it is between an integrated care board and a council.
    """
    held = partners or NOBODY_YET
    year = today.year + (today.month >= 4)
    host, last = _quoted(held[0].code), _quoted(held[-1].code)
    named = "\n".join(f"  {_quoted(each.code)}: {_quoted(each.name)}" for each in held)
    return _TEXT.format(
        partners=named, host=host, last=last, equal=_equal(held), year=year, second=year + 1, third=year + 3
    )


def _quoted(text: str) -> str:
    """A text as YAML reads it, whatever is in it: a JSON text is one."""
    return json.dumps(text, ensure_ascii=False)


def _equal(partners: Sequence[StartPartner]) -> str:
    parts = split_into_pence(HUNDREDTHS, dict.fromkeys([each.code for each in partners], 1))
    return "{{{}}}".format(", ".join(f"{_quoted(code)}: {part / 100:g}%" for code, part in parts.items()))


_TEXT: Final = """\
# An example with invented figures: write your own over them.
title: From a community ward to a discharge team at home
partners:
{partners}
horizon: {{from: {year}-04, to: {third}-03}}

old:
  name: Community ward
  per_month: "180000.00"
  ramp_down_from: {year}-12-01
  closes_on: {second}-03-31      # the last day on which it runs
  paid_by: {host}

new:
  name: Discharge team
  per_month: "150000.00"
  starts_on: {year}-09-01
  full_from: {second}-01-01      # from the start to here it grows in a straight line
  paid_by: {equal}

one_off:
  - {{name: Recruitment and vans, cost: "120000.00", on: {year}-08, paid_by: {equal}}}
  - {{name: Notice and redundancy, cost: "210000.00", on: {second}-03-31, paid_by: {host}}}

contingency: {{share: 10%, paid_by: {host}}}   # of the one-off and double-running costs

savings:                         # besides what the old service no longer costs
  - {{name: Fewer days lost to delay, per_month: "25000.00", from: {second}-04, cashable: "yes", goes_to: {last}}}
  - {{name: Time of nurses freed, per_month: "8000.00", from: {second}-01, cashable: "no", goes_to: {last}}}

steps:
  - {{name: Consult staff and the public, on: {year}-06-01, accountable: {host}}}
  - {{name: Give notice on the building, on: {year}-09-30, accountable: {host}}}
  - {{name: Move the last patients, on: {second}-03-24, accountable: {last}}}
  - {{name: Hand back the building, on: {second}-03-31, accountable: {host}}}
"""
