"""The pages of plans: what stands on them, and the way from nothing to an agreed plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonpool.people.rules import Role
from commonpool.plans import actions
from commonpool.plans.models import PlanVersion
from tests.funds.builders import a_person
from tests.people.builders import with_second_factor
from tests.plans_web.builders import (
    NOW,
    YEAR,
    a_chief_of,
    a_draft,
    an_agreed_version,
    an_offered_version,
    council_lead,
    national_reader,
    northmere,
    northmere_lead,
    south_wendle,
    stranger,
    the_council,
    wendleshire,
    wendleshire_content,
)

pytestmark = pytest.mark.django_db
DFG = "Disabled Facilities Grant"


def as_(person: Any) -> Client:
    client = Client()
    if not person.authenticator_set.exists():
        with_second_factor(person)
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def a_faulty_draft() -> PlanVersion:
    content = wendleshire_content()
    first = replace(content.lines[0], pence={YEAR: 1})
    other = replace(content.lines[9], provider="NHS")
    return a_draft(replace(content, lines=(first, *content.lines[1:9], other, *content.lines[10:])))


def test_an_area_without_a_plan_says_how_to_bring_one():
    page = text_of(as_(council_lead()).get(reverse("plans:plan", args=[wendleshire().uuid])))

    assert "There is no plan of Wendleshire" in page
    assert "Upload the plan workbook" in page


def test_the_plan_page_shows_standing_floors_money_and_lines():
    version = a_draft()

    page = text_of(as_(council_lead()).get(reverse("plans:plan", args=[wendleshire().uuid])))

    assert "Draft v1, private to Wendleshire County Council" in page
    assert "£79,517,952.75" in page
    assert "£420,150.00" in page and "£12,408,768.80" in page, "the headrooms of the worked example"
    assert "Joint reablement service" in page
    assert "16 lines have no agreed bearer of a loss" in page
    assert version.findings.filter(severity="error").count() == 0


@pytest.mark.parametrize("name", ["version", "money", "findings", "compare", "sign-off", "copy"])
@pytest.mark.parametrize("make", [a_faulty_draft, an_offered_version, an_agreed_version])
def test_every_page_of_a_version_opens(name, make):
    version = make()

    assert text_of(as_(council_lead()).get(reverse(f"plans:{name}", args=[version.uuid])))


@pytest.mark.parametrize("name", ["plan", "versions", "upload", "start", "template", "public"])
def test_every_page_of_an_area_opens(name):
    an_agreed_version()

    assert text_of(as_(council_lead()).get(reverse(f"plans:{name}", args=[wendleshire().uuid])))


def test_lines_are_filtered_sorted_and_downloaded():
    version = a_draft()
    client, url = as_(council_lead()), reverse("plans:version", args=[version.uuid])

    filtered = client.get(url, {"source": DFG, "name": "handyperson"}).context["listing"].matching
    csv = client.get(url, {"download": "csv"})

    assert [line.scheme_name for line in filtered] == ["Discretionary adaptations and handyperson"]
    assert csv["Content-Type"].startswith("text/csv")
    assert b"9850000.00" in csv.content


def test_a_click_on_a_heading_keeps_the_year_that_is_looked_at():
    url = reverse("plans:version", args=[a_draft().uuid])

    page = as_(council_lead()).get(url, {"year": YEAR})

    for listing in (page.context["listing"], page.context["incomes"]):
        queries = [header.sort_query for header in listing.headers if header.sort_query]
        assert queries and all(f"?year={YEAR}&" in query for query in queries)


def test_findings_are_grouped_by_cause_and_a_warning_can_be_accepted():
    version = a_faulty_draft()
    client = as_(council_lead())
    page = text_of(client.get(reverse("plans:findings", args=[version.uuid])))
    warning = version.findings.filter(severity="warning").first()

    assert "PLN-01" in page
    response = client.post(reverse("plans:accept", args=[warning.uuid]), {"reason": "Agreed by the board."})

    assert response.status_code == 302
    again = text_of(client.get(reverse("plans:findings", args=[version.uuid])))
    assert "Agreed by the board." in again


@pytest.mark.requirement("S91")
def test_spend_by_type_is_ranked_and_each_output_has_a_unit_cost():
    version = a_draft()

    page = text_of(as_(council_lead()).get(reverse("plans:money", args=[version.uuid])))

    ranked = [page.index(f"{label}</th>") for label in ("Community Based Schemes", "Carers Services")]
    assert ranked == sorted(ranked)
    assert "£3,731.06" in page, "£9,850,000 for 2,640 packages"


@pytest.mark.requirement("S79", "S80")
def test_tags_of_money_are_split_with_shares_that_add_up():
    content = wendleshire_content()
    lines = tuple(
        replace(line, funding_kind=kind, purpose_kind=purpose)
        for line, kind, purpose in zip(
            content.lines,
            ["NEW", "REDIRECTED", "UPLIFT", None] * 4,
            ["MAINTAIN", "IMPROVE", "TRANSFORM", None] * 4,
            strict=True,
        )
    )
    version = a_draft(replace(content, lines=lines))

    from commonpool.plans.queries.pages import money_page

    page = money_page(version, YEAR, NOW.date())

    assert sum(split.share.value for split in page.by_novelty) == 1
    assert sum(split.share.value for split in page.by_purpose) == 1
    assert {split.label for split in page.by_novelty} == {
        "New money",
        "Redirected from elsewhere",
        "Uplift of earlier money",
        "not said",
    }


@pytest.mark.requirement("S11")
def test_lines_without_an_objective_and_objectives_without_a_line_are_listed():
    content = wendleshire_content("2025-26")
    bare = replace(content.lines[0], objectives=())
    lines = tuple(replace(line, objectives=line.objectives[:1] or ()) for line in content.lines[1:])
    served = {objective for line in lines for objective in line.objectives}
    version = a_draft(replace(content, lines=(bare, *lines)), round_id="2025-26")

    page = text_of(as_(council_lead()).get(reverse("plans:money", args=[version.uuid])))

    assert "serves no objective" in page and bare.name in page
    from commonpool.policy.reading import load_round

    for entry in load_round("2025-26").lists["objectives"].entries:
        assert (entry.label in page) == (entry.code not in served)


@pytest.mark.requirement("S08")
def test_streams_are_reported_alone_and_add_up_to_the_arrangement():
    version = a_draft()
    from tests.funds.builders import a_fund

    whole = a_fund(name="Care together", shape="arrangement")
    stream = a_fund(name="Mental health stream", shape="stream", parent=whole)
    main = wendleshire().pooled_funds.get(name="Wendleshire Better Care Fund")
    version.scheme_lines.all().update(fund=main)
    version.scheme_lines.filter(line_id="7").update(fund=stream)
    version.income_lines.all().update(fund=main)

    from commonpool.plans.queries.pages import money_page

    rows = {row.name: row for row in money_page(version, YEAR, NOW.date()).streams}
    page = text_of(as_(council_lead()).get(reverse("plans:money", args=[version.uuid])))

    assert rows["Mental health stream"].spend.value == 4_860_000_00
    parts = [row.spend.value for row in rows.values() if not row.is_whole]
    assert sum(parts) == rows["The whole arrangement"].spend.value == 79_517_952_75
    assert "Mental health stream" in page


def test_every_total_of_the_plan_opens_to_its_lines():
    version = a_draft()
    client = as_(council_lead())
    page = text_of(client.get(reverse("plans:version", args=[version.uuid])))
    import html
    import re

    links = sorted({html.unescape(link) for link in re.findall(r'href="(/explain[^"]*)"', page)})
    assert len(links) > 20

    for link in links:
        assert "not yours to see" not in text_of(client.get(link))
    dfg = next(link for link in links if "spend_by_source" in link and "source=DFG" in link)
    assert "Mandatory adaptations (five districts)" in text_of(client.get(dfg))


def test_every_figure_is_made_again_from_its_parts():
    from commonpool.figures import Figure, find_question, recombine
    from commonpool.plans.queries.pages import plan_page

    version = a_draft()
    page = plan_page(version, YEAR, NOW.date())
    shown = [page.income, page.spend]
    shown += [figure for row in page.sources for figure in (row.income, row.spend, row.balance)]
    shown += [figure for bar in page.floors for figure in (bar.found, bar.headroom)]

    def check(figure: Figure) -> None:
        assert recombine(figure) == figure.value, figure.label
        for part in figure.parts:
            if isinstance(part, Figure):
                check(part)

    for figure in shown:
        answer = find_question(figure.question).answer(**{**figure.arguments, "version": version.uuid})
        assert answer.value == figure.value, figure.label
        check(answer)


def test_a_private_draft_and_its_figures_are_refused_to_a_partner():
    version = a_draft()
    client = as_(northmere_lead())

    assert client.get(reverse("plans:version", args=[version.uuid])).status_code == 403
    asked = {"question": "plans.total", "version": str(version.uuid), "year": YEAR, "side": "spend"}
    assert client.get(reverse("pages:explain"), asked).status_code == 403
    assert "There is no plan" in text_of(client.get(reverse("plans:plan", args=[wendleshire().uuid])))


def test_nobody_of_another_area_opens_any_of_it():
    version = an_agreed_version()
    line, income = version.scheme_lines.first(), version.income_lines.first()
    client = as_(stranger())

    urls = [reverse(f"plans:{name}", args=[version.uuid]) for name in ("version", "findings", "sign-off", "annotated")]
    urls += [reverse("plans:line", args=[line.uuid]), reverse("plans:income-line", args=[income.uuid])]
    urls += [reverse("plans:edit-line", args=[line.uuid]), reverse("funds:area", args=[wendleshire().uuid])]

    assert [client.get(url).status_code for url in urls] == [403] * len(urls)


@pytest.mark.requirement("S04")
def test_the_second_to_save_a_line_is_shown_both_values_and_may_put_theirs_over_it():
    version = actions.share_draft(actor=council_lead(), at=NOW, version=a_draft())
    line = version.scheme_lines.first()
    mine, theirs = as_(council_lead()), as_(northmere_lead())
    url = reverse("plans:edit-line", args=[line.uuid])
    form = as_form(mine.get(url).context["form"])

    assert theirs.post(url, {**form, "scheme_name": "Their name"}).status_code == 302
    conflict = mine.post(url, {**form, "scheme_name": "My name"})

    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Lead" in page and "Their name" in page and "My name" in page
    resent = as_form(conflict.context["form"])
    assert mine.post(url, {**resent, "scheme_name": "My name"}).status_code == 302
    line.refresh_from_db()
    assert (line.scheme_name, line.revision) == ("My name", 3)


def as_form(form: Any) -> dict[str, Any]:
    """What a browser would send back of a form that nobody touched."""
    sent: dict[str, Any] = {}
    for field in form:
        value = field.value()
        value = field.field.prepare_value(value)
        if value is not None and value is not False:
            sent[field.name] = value
    return sent


def test_saving_a_line_that_nobody_touched_changes_nothing():
    version = a_draft()
    client = as_(council_lead())

    for line in version.scheme_lines.all():
        url = reverse("plans:edit-line", args=[line.uuid])
        response = client.post(url, as_form(client.get(url).context["form"]))
        assert response.status_code == 302, response.context["form"].errors

    from commonpool.audit.models import AuditEvent

    assert not AuditEvent.objects.filter(action="plans.edit_scheme_line").exists()


def test_what_was_typed_stays_when_something_is_wrong():
    version = a_draft()
    client, line = as_(council_lead()), version.scheme_lines.first()
    url = reverse("plans:edit-line", args=[line.uuid])

    page = client.post(url, {**as_form(client.get(url).context["form"]), f"pence__{YEAR}": "12k"}).content.decode()

    assert "‘12k’ is not an amount of money" in page
    assert 'value="12k"' in page


def test_a_line_is_added_removed_and_put_back():
    version = a_draft()
    client = as_(council_lead())
    add = reverse("plans:add-line", args=[version.uuid])
    client.post(add, {"revision": 1, "scheme_name": "Night sitting", f"pence__{YEAR}": "1000"})
    line = version.scheme_lines.get(scheme_name="Night sitting")

    removed = client.post(reverse("plans:remove-line", args=[line.uuid]), {"revision": line.revision})
    assert not version.scheme_lines.filter(scheme_name="Night sitting").exists()
    client.post(reverse("plans:undo-change", args=[removed.context["event"].uuid]))

    assert version.scheme_lines.get(scheme_name="Night sitting").years.get(year=YEAR).pence == 100_000


def test_from_offer_to_live_pool_in_the_browser():
    version = a_draft()
    lead = as_(council_lead())
    manager = as_(a_person("pool@council.example", (the_council(), Role.POOL_MANAGER)))

    lead.post(reverse("plans:offer", args=[version.uuid]))
    for body in (the_council(), northmere(), south_wendle()):
        client = as_(a_chief_of(body))
        home = text_of(client.get("/"))
        assert "Sign-off due: the plan of Wendleshire" in home
        client.post(reverse("plans:answer", args=[version.uuid]), {"body": body.uuid, "verdict": "agreed"})
    fund = wendleshire().pooled_funds.get()
    manager.post(reverse("plans:open-pool", args=[version.uuid]), {"fund": fund.uuid})

    version.refresh_from_db()
    fund.refresh_from_db()
    assert (version.state, fund.state) == ("agreed", "live")
    assert "agreed by every partner" in text_of(lead.get(reverse("plans:sign-off", args=[version.uuid])))


@pytest.mark.requirement("S07")
def test_a_top_up_is_withdrawn_in_the_browser_with_all_that_it_touches_listed():
    version = an_agreed_version()
    client = as_(council_lead())
    top_up = version.income_lines.get(category="NHS_ADD")
    url = reverse("plans:withdraw-top-up", args=[top_up.uuid])
    assert "Frailty same-day emergency care" in text_of(client.get(url))

    page = text_of(
        client.post(
            url,
            {
                "withdrawn_on": "2024-09-30",
                "schemes": "reduce",
                "reason": "In recovery.",
                "body": the_council().uuid,
            },
        )
    )

    assert "The top-up is withdrawn in version 2" in page
    assert "Frailty same-day emergency care" in page and "£1,250,000.00" in page


def test_the_public_reads_an_agreed_plan_and_nothing_else():
    public = reverse("plans:public", args=[wendleshire().uuid])
    version = an_offered_version()
    assert Client().get(public).status_code == 404

    for body in (the_council(), northmere(), south_wendle()):
        actions.answer_offer(actor=a_chief_of(body), at=timezone.now(), version=version, body=body, verdict="agreed")

    page = text_of(Client().get(public))
    assert "£79.5 million" in page
    contact = version.contacts.first()
    assert contact.email not in page and contact.surname not in page
    assert Client().get(public, {"download": "csv"})["Content-Type"].startswith("text/csv")


def test_the_list_of_all_plans_is_for_each_reader_what_they_may_see():
    an_offered_version()

    assert "Wendleshire" in text_of(as_(national_reader()).get(reverse("plans:all")))
    assert "No plan has been brought yet" in text_of(as_(stranger()).get(reverse("plans:all")))


def test_a_template_comes_filled_in_and_a_version_comes_back_as_a_workbook():
    version = a_draft()
    client = as_(council_lead())

    empty = client.get(reverse("plans:template-file", args=[wendleshire().uuid, "2023-25"]))
    full = client.get(reverse("plans:as-workbook", args=[version.uuid]))

    assert empty.content[:2] == full.content[:2] == b"PK"
    assert "plan-2023-25-wendleshire-v1.xlsx" in full["Content-Disposition"]


def test_a_plan_can_be_made_here_from_the_published_amounts():
    client = as_(council_lead())
    from tests.funds.builders import the_fund_with_partners

    the_fund_with_partners()
    url = reverse("plans:start", args=[wendleshire().uuid])

    response = client.post(url, {"round_id": "2023-25", "body": the_council().uuid})

    version = PlanVersion.objects.get()
    assert response["Location"] == reverse("plans:version", args=[version.uuid])
    assert version.income_lines.filter(category="NHS_MIN").count() == 2
    assert "£52,989,283.00" in text_of(client.get(response["Location"], {"year": YEAR}))


def test_two_versions_are_compared_field_by_field():
    first = a_draft()
    content = wendleshire_content()
    dearer = replace(content.lines[0], pence={YEAR: 9_860_000_00}, name="Reablement")
    second = a_draft(replace(content, lines=(dearer, *content.lines[1:-1])), base=first)

    page = text_of(as_(council_lead()).get(reverse("plans:compare", args=[second.uuid])))

    assert "What changed from version 1 to version 2" in page
    assert "£9,850,000.00" in page and "£9,860,000.00" in page and "Removed" in page
