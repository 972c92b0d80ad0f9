"""The invented region in the database: every area has its pool, its agreed plan and a plan on its way."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import TestCase, override_settings

from commonpool.demo.fill import PROGRESS, fill, is_filled
from commonpool.demo.region import PASSWORD, email_of, load_region
from commonpool.funds.models import PooledFund
from commonpool.people.models import Membership, Person
from commonpool.plans.models import PlanAim, PlanVersion, SharedAim


class TestFilledRegion(TestCase):
    """What `make run` shows. Filled once for all, because it takes seconds."""

    @classmethod
    def setUpTestData(cls):
        assert not is_filled()
        fill(home=Path(settings.COMMONPOOL_HOME))

    def test_the_region_is_recognised_so_that_it_is_not_filled_twice(self):
        assert is_filled()

    def test_every_area_has_an_agreed_plan_of_the_round_before(self):
        agreed = PlanVersion.objects.filter(plan__round_id="2023-25", state=PlanVersion.State.AGREED)

        assert set(agreed.values_list("plan__area__gss_code", flat=True)) == set(load_region().areas)

    def test_plans_of_the_current_round_stand_in_every_state(self):
        current = PlanVersion.objects.filter(plan__round_id="2025-26")

        states = dict(current.values_list("plan__area__gss_code", "state"))
        stage = {"agreed": "agreed", "offered": "offered"}
        assert states == {code: stage.get(progress, "draft") for code, progress in PROGRESS.items()}

    def test_wendleshires_draft_misses_its_floor_and_nothing_else(self):
        draft = PlanVersion.objects.get(plan__area__gss_code="XW01", plan__round_id="2025-26")

        assert [(found.rule, found.severity) for found in draft.findings.all()] == [("PLN-02", "error")]
        assert "£398,864.00" in draft.findings.get().problem + draft.findings.get().fix

    def test_one_pool_holds_its_fund_as_a_stream_and_the_others_as_a_budget(self):
        shapes = list(PooledFund.objects.values_list("shape", flat=True))

        assert sorted(set(shapes)) == ["arrangement", "budget", "stream"]
        assert shapes.count("stream") == 1

    def test_every_account_is_invented_and_has_a_role(self):
        people = Person.objects.all()

        assert all(person.is_demonstration and person.email.endswith("@commonpool.example") for person in people)
        assert Membership.objects.values("person").distinct().count() == people.count()

    def test_a_demonstration_account_opens_nothing_outside_the_demonstration(self):
        sign_in = {"login": email_of("lead"), "password": PASSWORD}

        self.client.post("/account/login/", sign_in)
        assert "_auth_user_id" not in self.client.session

        with override_settings(COMMONPOOL_DEMO=True):
            self.client.post("/account/login/", sign_in)
        assert "_auth_user_id" in self.client.session

    @pytest.mark.requirement("S45")
    def test_one_icb_shares_an_aim_with_the_plans_of_its_eight_areas(self):
        (aim,) = SharedAim.objects.filter(owner__ods_code="XE1")

        rows = list(aim.in_plans.select_related("plan__area"))

        assert len({row.plan.area_id for row in rows}) == len(rows) == 8
        assert {row.plan.round_id for row in rows} == {"2025-26"}
        assert len({row.local_text for row in rows if row.local_text}) == 3
        assert PlanAim.objects.filter(aim=None).count() == 1
