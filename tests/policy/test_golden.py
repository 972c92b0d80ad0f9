"""Each round, resolved: a change in one round that reaches later ones shows in their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from commonpool.policy.reading import load_round, round_ids
from commonpool.policy.reading.build import digest_of

# What a plan of the round is checked for, and its workbook, stand apart from the policy: they change together.
WORKBOOK = ("checks", "layout")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(data: Mapping[str, Any]) -> str:
    """The data as people read a difference in it."""
    return str(yaml.dump(dict(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))


@pytest.mark.requirement("S03")
@pytest.mark.parametrize("round_id", round_ids())
def test_a_resolved_round_is_what_was_last_read_and_agreed(round_id: str, golden: Callable[[str, str], None]) -> None:
    resolved = load_round(round_id).resolved

    golden(f"policy/{round_id}.yaml", written({part: resolved[part] for part in resolved if part not in WORKBOOK}))


@pytest.mark.parametrize("round_id", [one for one in round_ids() if load_round(one).has_template])
def test_the_checks_and_workbook_of_a_round_are_what_was_last_read_and_agreed(
    round_id: str, golden: Callable[[str, str], None]
) -> None:
    resolved = load_round(round_id).resolved

    golden(f"policy/{round_id}-workbook.yaml", written({part: resolved[part] for part in WORKBOOK}))


@pytest.mark.parametrize("round_id", round_ids())
def test_a_golden_file_holds_all_that_the_digest_is_of(round_id: str) -> None:
    loaded = load_round(round_id)

    read_back = yaml.safe_load(written(loaded.resolved))

    assert digest_of(read_back) == loaded.digest


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": "1", "b": {"c": "2", "d": "3"}}) == digest_of({"b": {"d": "3", "c": "2"}, "a": "1"})
