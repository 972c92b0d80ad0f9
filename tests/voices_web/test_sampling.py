"""Criteria, cells, candidates and the choice of sites, and who is on the team, through pages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.voices.actions import sampling as actions
from commonpool.voices.actions import studies as team
from commonpool.voices.actions.fieldwork import set_levels
from commonpool.voices.actions.removing import put_back_removed, remove
from commonpool.voices.errors import StepError
from commonpool.voices.forms.sampling import level_of_line, line_of_level
from commonpool.voices.models import Candidate, CellTarget, Criterion, Level, Site, SiteLevel, Study, TeamMember
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.sampling import facts_as_levels
from commonpool.voices.rules.sampling import Level as AsRule
from tests.people.builders import an_area
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_site,
    a_study,
    a_transcript,
    an_evaluator,
    as_member,
    lead_of,
)
from tests.voices_web.fieldwork import a_criterion, candidates, csv_file, said, size, url

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"actor": None, "at": NOW}


def browser(study: Study) -> Client:
    return as_member(lead_of(study))


def level(criterion: Criterion, name: str) -> Level:
    return Level.objects.get(criterion=criterion, name=name)


# -- criteria and the matrix


def test_a_criterion_is_typed_line_by_line_and_changed_with_its_sites_kept() -> None:
    study = a_study()
    client = browser(study)
    lines = "small; 2; from 0\nlarge; 1; from 300,000\nhuge"

    client.post(url("add-criterion", study), {"name": "People", "levels": lines})
    row = Criterion.objects.get()
    small = level(row, "small")
    set_levels(**WHO, site=a_site(study, "North"), levels={row: small})
    page = said(client.get(url("edit-criterion", row)))
    refused = said(client.post(url("edit-criterion", row), {"name": "People", "levels": "large\nhuge", "revision": 1}))
    client.post(url("edit-criterion", row), {"name": "Residents", "levels": "Small; 3\nlarge", "revision": 1})

    assert "small; 2; from 0" in page and "large; 1; from 300000" in page
    assert "A site has the level ‘small’." in refused
    assert [(each.name, each.target, each.lowest) for each in row.levels.all()] == [
        ("Small", 3, None),
        ("large", None, None),
    ]
    assert SiteLevel.objects.get().level == small


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("coast", "Give two levels or more"),
        ("coast\nCoast", "Two levels have the same name"),
        ("coast; many\ntown; from here", "‘many’ of ‘coast’ is no number of sites"),
        ("coast; many\ntown; from here", "‘from here’ of ‘town’ is no number"),
        ("; 3\ntown", "has no name"),
    ],
)
def test_levels_that_cannot_be_read_are_told_line_by_line(lines: str, says: str) -> None:
    study = a_study()

    page = said(browser(study).post(url("add-criterion", study), {"name": "Geography", "levels": lines}))

    assert says in page
    assert not Criterion.objects.exists()


def test_a_level_as_typed_comes_back_as_it_was() -> None:
    for each in (
        AsRule("coast"),
        AsRule("coast", target=0),
        AsRule("large", Decimal("0.5"), 3),
        AsRule("small", Decimal(0)),
    ):
        assert level_of_line(line_of_level(each)) == each


def test_the_matrix_shows_who_is_missing_and_whom_to_ask_next() -> None:
    study = a_study()
    geography, people = a_criterion(study), size(study)
    north = a_site(study, "North")
    a_site(study, "South")
    set_levels(**WHO, site=north, levels={geography: level(geography, "coast"), people: None})
    candidates(study, ("East", "town", "310,000"), ("West", "coast", "90,000"), ("Far", "", ""))

    page = said(browser(study).get(url("sampling", study)))

    assert "4 of 5 levels have no site" in page
    assert "People is not known of North and South." in page
    assert "Geography coast 2 1 1 North" in page
    assert "East fills Geography: town, People: large." in page
    assert "West fills People: small and adds to Geography: coast." in page
    assert "Far" not in page


def test_a_site_says_its_levels_and_not_known_is_one_of_them() -> None:
    study = a_study()
    client, geography = browser(study), a_criterion(study)
    coast, field = level(geography, "coast"), f"level-{geography.uuid}"

    client.post(url("add-site", study), {"name": "North", field: coast.pk})
    site = Site.objects.get()
    shown = said(client.get(url("sites", study)))
    client.post(url("edit-site", site), {"name": "North", field: "", "revision": 1})

    assert "North not known coast 0 0" in shown
    assert not SiteLevel.objects.exists()
    assert "North not known not known 0 0" in said(client.get(url("sites", study)))


def test_a_criterion_is_taken_away_with_what_is_said_of_sites_by_it() -> None:
    study = a_study()
    geography = a_criterion(study)
    set_levels(**WHO, site=a_site(study), levels={geography: level(geography, "coast")})

    browser(study).post(url("remove-criterion", geography))

    assert not Criterion.objects.exists()
    assert Site.objects.exists()


def test_a_site_that_was_taken_away_and_is_back_is_no_candidate_again() -> None:
    study = a_study()
    candidates(study, ("East", "town", "1"))
    site = actions.make_site(**WHO, candidate=Candidate.objects.get())

    removal = remove(**WHO, row=site)
    assert Candidate.objects.get().site is None
    put_back_removed(**WHO, removal=removal)

    assert Candidate.objects.get().site == Site.objects.get(uuid=site.uuid)


def test_two_criteria_cross_with_a_target_for_a_cell_whichever_way_round() -> None:
    study = a_study()
    client = browser(study)
    geography, people = a_criterion(study), size(study)
    coast, small = level(geography, "coast"), level(people, "small")
    set_levels(**WHO, site=a_site(study, "North"), levels={geography: coast, people: small})
    turned = {"down-criterion": people.uuid, "across-criterion": geography.uuid}

    client.post(url("set-cell", study), {**turned, "down": small.uuid, "across": coast.uuid, "target": "2"})

    page = said(client.get(url("cells", study)))
    assert "coast 1 of 2 wanted North 0" in page
    assert "small 1 of 2 wanted North 0" in said(
        client.get(url("cells", study), {"down": people.uuid, "across": geography.uuid})
    )
    assert (CellTarget.objects.get().down, CellTarget.objects.get().across) == (coast, small)
    with pytest.raises(StepError, match="two criteria of the study meet"):
        actions.set_cell_target(**WHO, study=study, down=coast, across=coast, target=1)


# -- candidates and the choice


def test_a_file_of_areas_gives_candidates_that_are_areas_here_where_they_are() -> None:
    study = a_study()
    client, area = browser(study), an_area()
    a_criterion(study)
    lines = ["area,Geography,people", f"{area.gss_code or area.name},coast,90000", "Elsewhere,,"]

    answer = client.post(url("import-candidates", study), csv_file(lines))
    assert "The file has 2 places and no fault." in said(answer)
    client.post(url("import-candidates", study), {"text": answer.context["text"]})
    client.post(url("make-site", Candidate.objects.get(area=area)))

    site = Site.objects.get()
    assert (site.name, site.area) == (area.name, area)
    assert SiteLevel.objects.get().level.name == "coast"
    assert facts_as_levels(study)["Elsewhere"] == {"Geography": None, "people": None}
    assert "1 of 2 places could still be asked." in said(client.get(url("candidates", study)))


def test_a_new_list_takes_the_stead_of_the_old_but_not_of_what_takes_part() -> None:
    study = a_study()
    candidates(study, ("East", "town", "1"), ("West", "coast", "2"))
    actions.make_site(**WHO, candidate=Candidate.objects.get(name="East"))

    candidates(study, ("North", "coast", "3"))

    assert [each.name for each in Candidate.objects.filter(study=study)] == ["East", "North"]
    with pytest.raises(StepError, match="is a site already"):
        actions.make_site(**WHO, candidate=Candidate.objects.get(name="East"))


def test_every_fault_of_a_file_of_areas_is_told_at_once() -> None:
    study = a_study()
    lines = ["area,people", "North,1", "north,2", ",3"]

    page = said(browser(study).post(url("import-candidates", study), csv_file(lines)))

    assert "‘north’ stands in row 2 already." in page
    assert "The area has no name of up to 120 letters." in page
    assert "‘people’ stands twice." in said(
        browser(study).post(url("import-candidates", study), csv_file(["area,people,people", "North,1,2"]))
    )
    assert not Candidate.objects.exists()


@pytest.mark.requirement("S122")
def test_sites_are_chosen_for_variety_from_the_candidates_and_downloaded() -> None:
    study = a_study()
    client = browser(study)
    regions = ("coast", "town", "country")
    candidates(study, *((f"Area {at:02}", regions[at % 3], str(1000 * at)) for at in range(30)))
    actions.make_site(**WHO, candidate=Candidate.objects.get(name="Area 07"))
    asked = {"slots": "6", "facts": ["Geography", "People"]}

    answer = client.get(url("choose-sites", study), asked)
    file = client.get(url("choose-sites", study), {**asked, "download": "csv"}).content.decode()

    page, choice = said(answer), answer.context["choice"]
    assert "6 of 30 places that differ as much as they can." in page
    assert "Area 07" in choice.chosen
    assert [sorted(picked for _, _, picked in spread.counts) for spread in choice.spreads] == [
        [2, 2, 2],
        [1, 1, 1, 1, 2],
    ]
    assert "Geography: 100% of the spread that can be" in page
    assert file.count("Area ") == 6
    assert file.count("takes part") == 1
    assert client.get(url("choose-sites", study), asked).context["choice"] == choice


@pytest.mark.parametrize("asked", [{"slots": "0", "facts": "People"}, {"slots": "x"}, {"slots": "3", "facts": "Other"}])
def test_a_choice_that_makes_no_sense_says_so(asked: dict[str, str]) -> None:
    study = a_study()
    candidates(study, ("East", "town", "1"))

    page = said(browser(study).get(url("choose-sites", study), asked))

    assert "There is a problem" in page


# -- the team


def test_no_account_is_given_the_part_of_what_coders_settled_on() -> None:
    study = a_study()
    coder = a_coder(study)
    given = {"part": TeamMember.Part.AGREED.value, "initials": "AB"}

    answered = as_member(lead_of(study)).post(f"/team/{coder.uuid}/", given)

    assert "What coders settled on" not in answered.content.decode()
    coder.refresh_from_db()
    assert coder.part == TeamMember.Part.CODER


def test_somebody_is_added_by_the_address_of_an_account_that_works_with_interviews() -> None:
    study = a_study()
    client, person = browser(study), an_evaluator("coder@study.example", Role.CODER)
    given = {"part": "coder", "initials": "CC", "starts_on_day": "1", "starts_on_month": "1", "starts_on_year": "2024"}

    client.post(url("add-member", study), {**given, "email": " Coder@study.example "})

    assert TeamMember.objects.get(study=study, initials="CC").person == person
    nobody = said(client.post(url("add-member", study), {**given, "email": "nobody@study.example"}))
    reader = an_evaluator("reader@study.example", Role.READER)
    without = said(client.post(url("add-member", study), {**given, "email": reader.email}))
    for page, address in ((nobody, "nobody@study.example"), (without, reader.email)):
        assert f"No account of the address {address} works with interviews." in page


def test_the_last_lead_neither_leaves_nor_takes_another_part() -> None:
    study = a_study()
    lead = lead_of(study)
    client = browser(study)

    changed = said(client.post(url("edit-member", lead), {"part": "coder", "initials": "LL"}))
    day = NOW.date()
    ended = said(
        client.post(
            url("end-member", lead),
            {"ends_on_day": day.day, "ends_on_month": day.month, "ends_on_year": day.year},
        )
    )

    for page in (changed, ended):
        assert "This is the only lead of the study. Let somebody else lead it first." in page
    assert lead.person is not None
    with pytest.raises(StepError, match="only lead"):
        team.add_member(**WHO, study=study, person=lead.person, part="reader", initials="LL", starts_on=day)
    lead.refresh_from_db()
    assert (lead.part, lead.ends_on) == ("lead", None)


def test_a_study_is_led_on_every_day_nobody_puts_the_last_lead_off_or_waits_for_one_to_come() -> None:
    study = a_study()
    lead, tomorrow = lead_of(study), NOW.date() + timedelta(days=1)
    given = {**WHO, "study": study, "part": "lead"}
    assert lead.person is not None

    with pytest.raises(StepError, match="only lead"):
        team.add_member(**given, person=lead.person, initials="LL", starts_on=tomorrow)
    team.add_member(**given, person=an_evaluator("next@study.example"), initials="NN", starts_on=tomorrow)

    with pytest.raises(StepError, match="only lead"):
        team.remove_member(**WHO, member=lead, ends_on=NOW.date())
    lead.refresh_from_db()
    assert (lead.starts_on, lead.ends_on) == (NOW.date(), None)


def test_a_lead_may_leave_once_somebody_else_leads() -> None:
    study = a_study()
    other, lead = a_coder(study), lead_of(study)
    team.change_member(**WHO, member=other, part="lead", initials="AB")

    team.remove_member(**WHO, member=lead, ends_on=NOW.date())

    lead.refresh_from_db()
    assert lead.ends_on == NOW.date()


def test_a_coder_who_leaves_sees_nothing_and_what_they_coded_stays() -> None:
    study = a_study()
    coder = a_coder(study)
    coding = a_coding(coder, a_transcript(study), a_code(study, "risk"))

    team.remove_member(**WHO, member=coder, ends_on=NOW.date() - timedelta(days=1))

    assert as_member(coder).get(url("study", study)).status_code == 403
    assert list(seen_by(lead_of(study))) == [coding]
    assert "AB" in said(browser(study).get(url("team", study))).partition("Who left")[2]


def test_initials_differ_within_a_team() -> None:
    study = a_study()
    coder = a_coder(study)

    with pytest.raises(ValidationError, match="has these initials"):
        team.change_member(**WHO, member=coder, part="coder", initials="LL")


def test_an_area_is_one_site_of_a_study_only() -> None:
    study = a_study()
    area: Organisation = an_area()
    a_site(study, area=area)

    with pytest.raises(ValidationError, match="is this area already"):
        a_site(study, area=area)
