"""Bodies merge and split: what was agreed and paid in goes to the successors to the penny (S51)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import TestCase

from commonpool.places.holdings import held_by
from commonpool.places.scenarios import read_lines, read_scenario
from commonpool.places.what_if import outcome
from tests.demo.filled import the_filled_region

ON = date(2040, 4, 1)


class TestReorganisation(TestCase):
    """The invented region, and changes to its bodies that are tried but not recorded."""

    @classmethod
    def setUpTestData(cls):
        the_filled_region(Path(settings.COMMONPOOL_HOME))

    def _tried(self, lines: str):
        return outcome(read_scenario(read_lines(lines.splitlines()), ON))

    @pytest.mark.requirement("S51")
    def test_two_councils_that_merge_bring_their_money_and_agreements(self):
        tried = self._tried("XC03, United\nXC04, United")

        before = held_by(["XC03", "XC04"]).amounts
        assert before
        for name, recut in tried.recuts.items():
            assert sum(recut.after.values()) == sum(recut.before.values())
            assert name == "People" or recut.before == before[name]
            assert set(recut.after) == {"United"}
        assert {change.leaving for change in tried.changes} == {"XC03", "XC04"}

    @pytest.mark.requirement("S51")
    def test_a_county_that_is_split_shares_its_money_by_people_to_the_penny(self):
        tried = self._tried("XWC, West, XD1\nXWC, West, XD3\nXWC, East, rest")

        for recut in tried.recuts.values():
            assert sum(recut.after.values()) == sum(recut.before.values())
            assert set(recut.after) == {"West", "East"}
        assert [change.leaving for change in tried.changes] == ["XWC"]
