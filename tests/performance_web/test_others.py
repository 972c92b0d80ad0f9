"""Plans beside the fund's: whom they touch, what is inherited, what is excepted, and clashes with plans of the fund."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.performance.actions.others import (
    add_statement,
    edit_statement,
    except_plan,
    lift_exception,
    register_plan,
    remove_statement,
)
from commonpool.performance.actions.rows import RowConflict
from commonpool.performance.actions.undoing import undo
from commonpool.performance.errors import AskError
from commonpool.performance.models import OtherPlan, Statement, StatementException
from commonpool.performance.queries.others import smaller_plans, touched_by
from commonpool.performance.queries.trust import all_clashes
from tests.funds.builders import NOW
from tests.ledger_web.builders import OCTOBER, frozen
from tests.performance_web.builders import (
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
    somebody,
    stranger,
    text_of,
    the_icb,
    the_trust,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)
    lay_region()


def icb_lead() -> Person:
    return somebody("lead@icb.example", the_icb(), Role.BCF_LEAD)


def the_system_plan(**more: Any) -> OtherPlan:
    given = {
        "kind": "system",
        "name": "Eastfell system plan",
        "owner": the_icb(),
        "covers": [the_icb()],
        "starts_on": FIRST,
        "ends_on": LAST,
        "source": "Board paper 12",
        **more,
    }
    return register_plan(actor=icb_lead(), at=NOW, changes=given)


def a_target(plan: OtherPlan, value: str = "30", **more: Any) -> Statement:
    given = {
        "about": "target",
        "title": "Falls",
        "trust": the_trust(),
        "metric": "FALLS",
        "period": "Local",
        "year": YEAR,
        "value": value,
        **more,
    }
    return add_statement(actor=icb_lead(), at=NOW, plan=plan, changes=given)


def two_plans() -> None:
    for code, drd in (("XA", "40"), ("XB", "30")):
        version = a_draft(code, drd=drd)
        asked(version, applies_to="all", metric="FALLS", period="Local", year=YEAR)
        offered(version)


@pytest.mark.requirement("S46")
def test_a_change_in_the_larger_plan_lists_each_smaller_plan_that_it_touches() -> None:
    two_plans()
    a_draft("XC")
    plan = the_system_plan()
    hood = {"kind": "neighbourhood", "name": "Saltry neighbourhood", "covers": [area("XD")]}
    the_system_plan(**hood)
    the_system_plan(name="Last year’s", kind="operating", starts_on=date(2022, 4, 1), ends_on=date(2023, 3, 31))
    statement = a_target(plan)
    plan_of_xb = area("XB").plans.get()
    except_plan(actor=lead_of("XB"), at=NOW, statement=statement, plan=plan_of_xb, reason="Our patients are older.")

    touched = touched_by(statement, smaller_plans(plan), national_reader(), OCTOBER)
    page = text_of(as_(icb_lead()).get(reverse("performance:edit-statement", args=[statement.uuid])))

    names = [each.smaller.name for each in touched]
    assert [name.partition(",")[0] for name in names] == ["Ansterly", "Oxmarrow", "Saltry neighbourhood", "Thornmouth"]
    assert [each.word for each in touched] == ["Excepted", "Takes it over", "Takes it over", "Takes it over"]
    assert [each.own for each in touched][:2] == [("Local 2024-25: 30",), ("Local 2024-25: 40",)]
    assert all(each.smaller.lies == "inside it" for each in touched)
    for said in ("Whom a change touches", "Excepted: Our patients are older.", "Saltry neighbourhood", "Thornmouth"):
        assert said in page


def test_what_a_smaller_plan_says_is_told_only_to_those_who_may_read_it() -> None:
    two_plans()
    plan = the_system_plan()
    statement = a_target(plan)

    told = touched_by(statement, smaller_plans(plan), lead_of("XA"), OCTOBER)

    assert {each.smaller.name.partition(",")[0]: each.own for each in told} == {
        "Oxmarrow": ("Local 2024-25: 40",),
        "Ansterly": (),
    }


@pytest.mark.requirement("S46")
def test_a_plan_takes_over_a_larger_one_s_target_and_clashes_with_it_until_it_is_excepted() -> None:
    version = a_draft("XA", drd="40")
    asked(version, applies_to="all", metric="FALLS", period="Local", year=YEAR)
    offered(version)
    statement = a_target(the_system_plan())
    [row] = all_clashes(national_reader(), OCTOBER)
    assert {plan.name for plan in row.clash.plans} == {"Oxmarrow 2023-25", "Eastfell system plan"}
    assert row.clash.amount == 10

    made = except_plan(
        actor=lead_of("XA"), at=NOW, statement=statement, plan=version.plan, reason="We began elsewhere."
    )
    assert all_clashes(national_reader(), OCTOBER) == []
    lift_exception(actor=lead_of("XA"), at=NOW, exception=made)
    lift_exception(actor=lead_of("XA"), at=NOW, exception=made)
    assert len(all_clashes(national_reader(), OCTOBER)) == 1


@pytest.mark.requirement("S47")
def test_one_source_that_a_system_plan_and_a_plan_of_the_fund_both_count_is_found() -> None:
    version = a_draft("XA")
    line = version.income_lines.get(category="DFG")
    version.income_lines.filter(pk=line.pk).update(payer=council("XA"))
    amount = line.years.get(year=YEAR).pence
    offered(version)
    plan = the_system_plan()
    given = {"about": "money", "title": "Adaptations", "payer": council("XA"), "category": "DFG", "year": YEAR}
    add_statement(actor=icb_lead(), at=NOW, plan=plan, changes={**given, "pence": 500_000_00, "whole_pence": amount})

    [row] = all_clashes(national_reader(), OCTOBER)

    assert row.clash.kind.name == "MONEY_TWICE"
    assert row.clash.amount == 500_000_00
    assert "of Oxmarrow Council" in row.clash.subject


def test_beds_and_money_of_other_plans_take_part() -> None:
    version = a_draft("XA")
    asked(
        version,
        "beds",
        bed_type="step_down",
        beds=8,
        beds_from=FIRST,
        beds_until=LAST,
        lines=["4"],
        shared_as="Hub",
        shared_whole_pence=100,
    )
    offered(version)
    from tests.performance_web.builders import stated

    stated(10)
    plan = the_system_plan()
    beds = {"bed_type": "step_down", "beds": 5, "starts_on": FIRST, "ends_on": LAST}
    add_statement(
        actor=icb_lead(), at=NOW, plan=plan, changes={"about": "beds", "title": "B", "trust": the_trust(), **beds}
    )
    hub = {"about": "money", "title": "Hub", "trust": the_trust(), "pot": "hub", "year": YEAR, "pence": 60}
    add_statement(actor=icb_lead(), at=NOW, plan=plan, changes={**hub, "whole_pence": 120})

    found = {row.clash.kind.name: row.clash.amount for row in all_clashes(national_reader(), OCTOBER)}

    assert found["BEDS_TWICE"] == 3
    assert found["MONEY_DISAGREES"] == 20
    assert "MONEY_TWICE" in found


def test_a_plan_is_registered_and_says_things_on_pages() -> None:
    a_draft("XA")
    client = as_(icb_lead())
    sent = typed(
        kind="system", name="Eastfell system plan", owner=the_icb().uuid, covers=[the_icb().uuid], source="Paper"
    )
    assert "Fill in ‘Where it is published’" in text_of(
        client.post(reverse("performance:register-other"), {**sent, "source": ""})
    )
    client.post(reverse("performance:register-other"), sent)
    plan = OtherPlan.objects.get()
    trust = the_trust().uuid
    for about, given, said in (
        ("money", {"pot": "Hub", "trust": trust, "year": YEAR, "pence": "10"}, "Hub at Eastfell Hospitals"),
        (
            "beds",
            {"trust": the_trust().uuid, "bed_type": "step_down", "beds": "7"},
            "7 Step-down at Eastfell Hospitals",
        ),
        ("target", {"trust": trust, "metric": "FALLS", "year": YEAR, "value": "3.5"}, "3.5, at Eastfell"),
    ):
        url = reverse("performance:add-statement", args=[plan.uuid, about])
        assert client.post(url, typed(title=f"About {about}", **given)).status_code == 302
        page = text_of(client.get(reverse("performance:other", args=[plan.uuid])))
        assert said in page
        assert f"Smaller plans that “About {about}” touches" in page
    assert "1 smaller plan lies in its ground." in page
    assert "Oxmarrow" in page

    statement = Statement.objects.get(about="target")
    edit = client.post(
        reverse("performance:edit-statement", args=[statement.uuid]),
        typed(title="About target", trust=the_trust().uuid, metric="FALLS", year=YEAR, value="4"),
    )
    assert edit.status_code == 302
    after = text_of(client.get(reverse("performance:other", args=[plan.uuid])))
    assert "It touches 1 smaller plan, listed below." in after
    lead = as_(lead_of("XA"))
    url = reverse("performance:except-plan", args=[area("XA").plans.get().uuid, statement.uuid])
    assert "Fill in ‘Reason’" in text_of(lead.post(url, {"reason": ""}))
    lead.post(url, {"reason": "Not ours."})
    assert "1 plan is excepted" in text_of(lead.get(reverse("performance:other", args=[plan.uuid])))
    listed = text_of(as_(stranger()).get(reverse("performance:others")))
    assert "Eastfell system plan" in listed and "Plan of an integrated care system" in listed


@pytest.mark.parametrize(
    ("about", "given", "said"),
    [
        ("money", {"year": YEAR}, "Name the money and the trust that it pays, or say who pays it"),
        ("money", {"year": YEAR, "pot": "Hub", "category": "DFG"}, "Name the money, or say who pays it"),
        ("money", {"year": YEAR, "category": "DFG"}, "A source is a body that pays and the category: fill in both."),
        ("money", {"year": "1999"}, "‘1999’ is not in the list of ‘Year’"),
        ("money", {"year": YEAR, "pot": "Hub", "pence": "-4"}, "are not negative"),
        ("beds", {"beds": "0", "bed_type": "step_down"}, "‘0’ is not a whole number from 1"),
        ("beds", {"beds": "2", "bed_type": "step_down", "trust": "x"}, "That trust is not in the register"),
        ("beds", {"beds": "2", "starts_on": LAST, "ends_on": FIRST}, "before it starts"),
        ("target", {"metric": "FALLS", "year": YEAR}, "A target has a value, or a fall that the plan counts on."),
        ("target", {"metric": "FALLS", "year": YEAR, "value": "NaN"}, "‘NaN’ is not a number"),
        ("target", {"metric": "FALLS", "year": YEAR, "value": "1" * 400}, "is not a number"),
        ("target", {"title": "x" * 10_000}, "This has 10,000 characters"),
    ],
)
def test_statements_that_make_no_sense_are_refused(about: str, given: dict[str, Any], said: str) -> None:
    plan = the_system_plan()
    sent = typed(**{"title": "T", "trust": the_trust().uuid, **given})

    page = text_of(as_(icb_lead()).post(reverse("performance:add-statement", args=[plan.uuid, about]), sent))

    assert said in page
    assert not Statement.objects.exists()


def test_a_statement_about_nothing_known_is_no_page() -> None:
    url = reverse("performance:add-statement", args=[the_system_plan().uuid, "tea"])

    assert as_(icb_lead()).get(url).status_code == 404


def test_statements_are_changed_undone_taken_back_and_put_back() -> None:
    statement = a_target(the_system_plan())
    edit_statement(actor=icb_lead(), at=NOW, statement=statement, revision=1, changes={"value": "25"})
    with pytest.raises(RowConflict):
        edit_statement(actor=icb_lead(), at=NOW, statement=statement, revision=1, changes={"value": "20"})
    undo(actor=icb_lead(), at=NOW, event=AuditEvent.objects.get(action="performance.edit_statement"))
    assert Statement.objects.get().value == 30

    event = remove_statement(actor=icb_lead(), at=NOW, statement=statement, revision=3)
    undo(actor=icb_lead(), at=NOW, event=event)
    assert Statement.objects.get().uuid == statement.uuid
    a_draft("XA")
    except_plan(
        actor=lead_of("XA"), at=NOW, statement=Statement.objects.get(), plan=area("XA").plans.get(), reason="No."
    )
    with pytest.raises(AskError, match="Plans are excepted from this"):
        remove_statement(actor=icb_lead(), at=NOW, statement=Statement.objects.get(), revision=1)


def test_a_plan_that_covers_nobody_or_stands_twice_is_refused() -> None:
    with pytest.raises(AskError, match="Name one body at least"):
        the_system_plan(covers=[])
    the_system_plan()
    with pytest.raises(ValidationError, match="registered already"):
        the_system_plan()


def test_the_database_refuses_nonsense() -> None:
    plan = the_system_plan()
    statement = a_target(plan)
    a_draft("XA")
    made = except_plan(actor=None, at=NOW, statement=statement, plan=area("XA").plans.get(), reason="No.")
    wrong: list[tuple[Any, dict[str, Any]]] = [
        (plan, {"kind": "tea"}),
        (plan, {"source": ""}),
        (plan, {"ends_on": date(2020, 1, 1)}),
        (statement, {"about": "tea"}),
        (statement, {"title": ""}),
        (statement, {"value": None}),
        (statement, {"trust": None}),
        (statement, {"about": "beds"}),
        (statement, {"about": "beds", "bed_type": "x", "starts_on": FIRST, "ends_on": LAST}),
        (statement, {"about": "money"}),
        (statement, {"about": "money", "pot": "Hub", "payer": the_icb(), "category": "DFG"}),
        (statement, {"whole_pence": -1}),
        (made, {"reason": ""}),
    ]

    for row, values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementException.objects.create(statement=statement, plan=made.plan, reason="Again", made_at=NOW)
