"""The demonstration's trust across four areas: asks that differ, two clashes, one candidate; and its system plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.test import TestCase

from commonpool.demo.region import email_of
from commonpool.people.models import Person
from commonpool.performance.models import OtherPlan
from commonpool.performance.queries.others import smaller_plans
from commonpool.performance.queries.trust import all_clashes, trust_page
from commonpool.places.models import Organisation
from tests.demo.filled import the_filled_region

TODAY = date(2026, 11, 1)


class TestTheTrustOfTheDemonstration(TestCase):
    """Filled once for all, because it takes seconds."""

    @classmethod
    def setUpTestData(cls):
        the_filled_region(Path(settings.COMMONPOOL_HOME))
        cls.manager = Person.objects.get(email=email_of("trust"))
        cls.trust = Organisation.objects.get(kind="trust", ods_code="XT1")
        cls.page = trust_page(cls.manager, cls.trust, TODAY)

    def test_four_plans_ask_it_things_with_their_share_of_its_patients(self):
        shares = {row.plan.name: float(row.share) for row in self.page.rows}

        assert shares == {
            "Oxmarrow 2025-26": 0.31,
            "Ansterly 2025-26": 0.34,
            "Thornmouth 2023-25": 0.2,
            "Saltry 2025-26": 0.15,
        }

    def test_two_clashes_stand_between_them(self):
        found = {(clash.kind.name, clash.subject, clash.amount) for clash in self.page.clashes}

        assert found == {
            ("MONEY_DISAGREES", "Transfer hub at the front desk, 2025-26", 250_000_00),
            ("BEDS_TWICE", "Step-down", 4),
        }
        assert len(all_clashes(self.manager, TODAY)) == 2

    def test_one_process_could_be_one(self):
        [view] = self.page.candidates

        assert view.label == "Discharge planning"
        assert view.candidate.size == 4
        assert {plan.name for plan in view.candidate.plans_that_change} >= {"Oxmarrow 2025-26", "Thornmouth 2023-25"}

    def test_the_system_plan_touches_the_plans_under_it(self):
        touched = [each.name for each in smaller_plans(OtherPlan.objects.get())]

        assert {name.partition(",")[0] for name in touched} >= {"Oxmarrow", "Ansterly", "Thornmouth", "Saltry"}
