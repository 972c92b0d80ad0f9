"""A trust across four areas: asks side by side, clashes first, population weight, downloads, beds, all clashes."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from commonpool.audit.models import AuditEvent
from commonpool.performance.actions.beds import edit_beds, remove_beds
from commonpool.performance.actions.undoing import undo
from commonpool.performance.errors import AskError
from commonpool.performance.models import TrustBeds
from commonpool.performance.queries.patients import patients_of
from commonpool.performance.queries.rows import ends_of
from commonpool.performance.queries.trust import all_clashes, trust_page
from commonpool.places.models import CatchmentShare
from commonpool.plans.models import Ambition, Plan, PlanVersion
from tests.funds.builders import NOW
from tests.ledger_web.builders import OCTOBER, frozen
from tests.performance_web.builders import (
    AREAS,
    FIRST,
    LAST,
    YEAR,
    a_draft,
    area,
    as_,
    asked,
    council,
    lay_region,
    lead_of,
    national_reader,
    offered,
    stated,
    text_of,
    the_icb,
    the_trust,
    trust_manager,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)
    lay_region()


def url() -> str:
    return reverse("performance:trust", args=[the_trust().uuid])


def four_plans(**by_area: dict[str, Any]) -> None:
    """One offered plan an area, each asking discharge planning in its own terms."""
    for code in AREAS:
        version = a_draft(code)
        asked(version, **by_area.get(code, {}))
        offered(version)


OXMARROW = "Oxmarrow 2023-25"
DIFFERENT = {
    "XA": {"trigger": "Decision to admit", "deadline_hours": 24, "channel": "Form A"},
    "XB": {"trigger": "Decision to admit", "deadline_hours": 48, "channel": "Form A"},
    "XC": {"trigger": "Decision to admit", "deadline_hours": 24, "channel": "Portal"},
    "XD": {"trigger": "Decision to admit", "deadline_hours": 24},
}


@pytest.mark.requirement("S44")
def test_a_trust_with_four_areas_lists_all_asks_with_their_differences_in_words() -> None:
    four_plans(**DIFFERENT)

    page = text_of(as_(trust_manager()).get(url()))

    assert "4 plans ask 4 things of this trust. They do not clash. 1 process could be one for all." in page
    assert "Differs when: ‘within 24 hours of: Decision to admit’ in" in page
    assert "Differs on which form or channel: ‘Portal’ in Thornmouth 2023-25" in page
    for share in ("40.0%", "30.0%", "20.0%", "5.0%"):
        assert share in page
    assert "Period: mid-2020. It says where 95.0% of them live; of the others nothing is known" in page


@pytest.mark.requirement("S44")
def test_the_smallest_change_to_one_process_says_which_plans_change_and_how_many_patients_live_there() -> None:
    four_plans(**DIFFERENT)

    page = trust_page(trust_manager(), the_trust(), OCTOBER)
    [view] = page.candidates

    assert view.candidate is not None
    assert view.candidate.size == 2
    assert {plan.name for plan in view.candidate.plans_that_change} == {"Ansterly 2023-25", "Thornmouth 2023-25"}
    assert (
        view.changing_share
        == patients_of(the_trust(), OCTOBER).by_area[area("XB").pk]
        + (patients_of(the_trust(), OCTOBER).by_area[area("XC").pk])
    )
    told = text_of(as_(trust_manager()).get(reverse("performance:process", args=[the_trust().uuid, view.code])))
    assert "4 plans ask it, and they differ in 2 of 4 parts." in told
    assert "2 terms would change, in plans with 50.0% of the trust’s patients" in told
    assert "Saltry 2023-25, on which form or channel: adds ‘Form A’" in told


def test_an_area_of_which_nothing_is_published_has_an_unknown_share_and_never_zero() -> None:
    four_plans(**DIFFERENT)
    CatchmentShare.objects.filter(place__gss_code="XD").delete()

    page = trust_page(trust_manager(), the_trust(), OCTOBER)

    shares = {row.plan.name: row.share for row in page.rows}
    assert shares["Saltry 2023-25"] is None
    assert "not known" in text_of(as_(trust_manager()).get(url()))


def test_a_share_too_small_for_its_decimals_is_not_shown_as_none() -> None:
    CatchmentShare.objects.filter(place__gss_code="XD").update(share_of_trust="0.0002")

    page = text_of(as_(trust_manager()).get(url()))

    assert "Saltry under 0.1%" in page


def test_without_a_catchment_no_share_is_known_and_the_page_says_what_to_load() -> None:
    four_plans(**DIFFERENT)
    CatchmentShare.objects.all().delete()

    page = text_of(as_(trust_manager()).get(url()))

    assert "Nothing loaded here says where this trust’s patients live." in page
    assert "0.0%" not in page


def test_a_plan_s_lead_sees_the_asks_of_plans_that_they_may_read_and_no_other() -> None:
    four_plans(**DIFFERENT)

    lead = trust_page(lead_of("XA"), the_trust(), OCTOBER)
    reader = trust_page(national_reader(), the_trust(), OCTOBER)

    assert {row.plan.name for row in lead.rows} == {"Oxmarrow 2023-25"}
    assert len(reader.rows) == 4


def test_the_list_filters_sorts_and_downloads_with_every_part_in_a_column_of_its_own() -> None:
    four_plans(**DIFFERENT)
    client = as_(trust_manager())

    filtered = text_of(client.get(url(), {"plan": "Saltry 2023-25"}))
    csv = client.get(url(), {"download": "csv", "sort": "-share"}).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(url(), {"download": "xlsx"}).content))

    assert "1 of 4 asks" in filtered
    header, first, *_ = csv.splitlines()
    assert header.startswith("Process,Plan,Share of patients,State,Terms,When,On which days")
    assert first.startswith("Discharge planning,Oxmarrow 2023-25,0.4,Offered")
    assert header.endswith("Data") and first.endswith("invented")
    assert book.active is not None and book.active.max_row == 5


def test_clashes_stand_before_everything_else() -> None:
    four_plans(XA={"applies_to": "all", "channel": "Form A", "is_only_way": True}, XB={"channel": "Portal"})

    page = as_(trust_manager()).get(url()).content.decode()

    assert page.index("Terms that cannot both be met") < page.index("Where the patients live") < page.index("<tbody")
    assert "Oxmarrow 2023-25 wants ‘Form A’ and nothing else" in text_of(as_(trust_manager()).get(url()))


@pytest.mark.requirement("S47")
def test_the_same_money_beds_and_targets_of_plans_are_found_from_what_the_plans_say() -> None:
    for code, beds, drd in (("XA", 20, "40"), ("XB", 15, "45")):
        version = a_draft(code, drd=drd)
        asked(
            version,
            "beds",
            applies_to="all",
            metric="FALLS",
            period="Local",
            year=YEAR,
            reduction=5,
            bed_type="step_down",
            beds=beds,
            beds_from=FIRST,
            beds_until=LAST,
            lines=["4"],
            shared_as="Step-down ward",
            shared_whole_pence=100,
        )
        offered(version)
    stated(30)

    rows = all_clashes(trust_manager(), OCTOBER)

    found = {row.clash.kind.name: row.clash for row in rows}
    assert set(found) == {"MONEY_TWICE", "BEDS_TWICE", "TARGET_CONTRADICTED", "REDUCTION_TWICE"}
    assert (found["BEDS_TWICE"].amount, found["TARGET_CONTRADICTED"].amount) == (5, 5)
    assert found["REDUCTION_TWICE"].amount == 5
    page = text_of(as_(trust_manager()).get(reverse("performance:clashes")))
    assert "4 clashes between plans that you may read" in page
    assert "Plan for 5 beds less between them, or ask the trust for more." in page


def test_a_target_s_value_is_the_plan_s_own_and_follows_it() -> None:
    version = a_draft("XA", drd="40")
    asked(version, metric="FALLS", period="Local", year=YEAR)
    Ambition.objects.filter(version=version, metric="FALLS", period="Local").update(value="37.5")

    [row] = trust_page(lead_of("XA"), the_trust(), OCTOBER).rows

    assert row.target is not None and str(row.target.value) == "37.5000000000"
    assert "Local 2024-25: 37.5" in row.target.words


def test_people_see_no_clash_with_a_plan_that_they_may_not_read() -> None:
    four_plans(XA={"applies_to": "all", "channel": "Form A", "is_only_way": True}, XB={"channel": "Portal"})

    assert all_clashes(lead_of("XA"), OCTOBER) == []
    assert len(all_clashes(national_reader(), OCTOBER)) == 1


def test_what_was_asked_stays_to_be_seen_when_its_year_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    four_plans(**DIFFERENT)
    frozen(monkeypatch, date(2026, 11, 1))

    page = text_of(as_(trust_manager()).get(url()))
    nothing = text_of(as_(trust_manager()).get(url(), {"on": "2026-11-01"}))

    assert "No plan asks anything of the trust today. This is what plans asked from 1 April 2024 on." in page
    assert "4 plans ask 4 things" in page
    assert "No plan that you may read asks anything" in nothing


def test_an_area_s_newer_plan_takes_the_place_of_what_its_older_one_asks_once_it_is_agreed() -> None:
    four_plans(**{**DIFFERENT, "XA": {"ends_on": date(2026, 3, 31), "deadline_hours": 24}})
    [ask] = [row.ask for row in trust_page(trust_manager(), the_trust(), OCTOBER).rows if row.plan.name == OXMARROW]
    before = ends_of([ask])[ask.pk]
    newer = Plan.objects.create(area=area("XA"), round_id="2025-26")
    made = {"number": 1, "round_digest": "0" * 64, "body": council("XA"), "created_by": lead_of("XA"), "as_at": FIRST}
    version = PlanVersion.objects.create(plan=newer, recorded_at=NOW, **made)
    during = ends_of([ask])[ask.pk]

    agreed = {"state": "agreed", "digest": "1" * 64, "offered_at": NOW, "agreed_at": NOW}
    PlanVersion.objects.filter(pk=version.pk).update(**agreed)

    assert (before, during) == (date(2026, 3, 31), date(2026, 3, 31))
    assert ends_of([ask])[ask.pk] == date(2025, 3, 31)


# -- beds that the trust states


def test_a_trust_states_its_beds_and_sees_whether_they_are_enough() -> None:
    version = a_draft("XA")
    asked(version, "beds", bed_type="step_down", beds=12, beds_from=FIRST, beds_until=LAST)
    offered(version)
    client = as_(trust_manager())
    before = text_of(client.get(url()))

    sent = typed(bed_type="step_down", beds="10", source="Board paper, May", ward="")
    client.post(reverse("performance:state-beds", args=[the_trust().uuid]), sent)
    after = text_of(client.get(url()))

    assert "whether there are enough is not known" in before
    assert "Step-down 1 April 2024 to 31 March 2025 10 12 Too few by 2 Board paper, May" in after
    assert AuditEvent.objects.filter(action="performance.state_beds").count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"beds": "-1"}, "‘-1’ is not a whole number from 0 to 100,000"),
        ({"bed_type": "hammock"}, "‘hammock’ is not in the list of ‘Kind of bed’"),
        ({"source": ""}, "Fill in ‘Where the trust has stated it’"),
        ({"source": "x" * 10_000}, "This has 10,000 characters"),
        ({"ends_on": date(2024, 1, 1)}, "The statement ends on 01/01/2024, before it starts"),
        ({"starts_on": date(2024, 9, 1)}, "Step-down beds there are stated already, from 1 April 2024"),
    ],
)
def test_stated_beds_that_make_no_sense_are_refused(given: dict[str, Any], said: str) -> None:
    stated(5)
    sent = typed(**{"bed_type": "step_down", "beds": "10", "source": "Paper", "ward": "", **given})

    page = text_of(as_(trust_manager()).post(reverse("performance:state-beds", args=[the_trust().uuid]), sent))

    assert said in page
    assert TrustBeds.objects.count() == 1


def test_stated_beds_are_changed_taken_back_and_put_back() -> None:
    manager, beds = trust_manager(), stated(5)
    edit_beds(actor=manager, at=NOW, beds=beds, revision=1, changes={"beds": 6})
    undo(actor=manager, at=NOW, event=AuditEvent.objects.get(action="performance.edit_beds"))
    assert TrustBeds.objects.get().beds == 5

    event = remove_beds(actor=manager, at=NOW, beds=beds, revision=3)
    assert not TrustBeds.objects.exists()
    undo(actor=manager, at=NOW, event=event)
    assert TrustBeds.objects.get().uuid == beds.uuid
    with pytest.raises(AskError, match="stated already"):
        stated(7, starts_on=date(2024, 6, 1))


@pytest.mark.parametrize("wrong", [{"beds": 200_000}, {"bed_type": ""}, {"source": ""}, {"ends_on": date(2020, 1, 1)}])
def test_the_database_refuses_beds_that_make_no_sense(wrong: dict[str, Any]) -> None:
    beds = stated(5)

    with pytest.raises(IntegrityError), transaction.atomic():
        TrustBeds.objects.filter(pk=beds.pk).update(**wrong)


def test_the_icb_of_all_four_areas_sees_all_four_plans() -> None:
    from commonpool.people.rules import Role
    from tests.performance_web.builders import somebody

    four_plans(**DIFFERENT)

    page = trust_page(somebody("lead@icb.example", the_icb(), Role.BCF_LEAD), the_trust(), OCTOBER)

    assert page.plan_count == 4
