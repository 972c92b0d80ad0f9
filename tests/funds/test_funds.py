"""Pooled funds: what they may be, who is in them, and when one may be live."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from commonpool.audit.models import AuditEvent
from commonpool.funds import actions, queries
from commonpool.funds.models import Agreement, Partner, PooledFund, Source
from commonpool.funds.rules import FundError, RoundingRule, share_by_agreement
from commonpool.people import queries as people
from commonpool.people.models import Consent
from commonpool.people.rules import Role
from tests.funds.builders import (
    NOW,
    YEAR_START,
    a_body,
    a_fund,
    a_partner,
    a_person,
    northmere,
    south_wendle,
    the_council,
    the_fund_with_partners,
    wendleshire,
)

pytestmark = pytest.mark.django_db
DIGEST = "d" * 64


def consent_of(body, version, digest=DIGEST, verdict="agreed"):
    return Consent.objects.create(
        subject_kind=queries.PLAN_VERSION,
        subject_id=version,
        subject_digest=digest,
        body=body,
        person=a_person("chief@example.org", (body, Role.CHIEF_OFFICER)),
        verdict=verdict,
        reason="" if verdict == "agreed" else "The discharge money is too low.",
        given_at=NOW,
    )


def go_live(fund, version, digest=DIGEST):
    return actions.make_live(actor=None, at=NOW, fund=fund, version=version, digest=digest, live_from=date(2024, 5, 1))


@pytest.mark.requirement("S02")
def test_a_pool_is_live_once_every_partner_agreed_one_plan_version():
    fund, version = the_fund_with_partners(), uuid4()
    for body in (the_council(), northmere(), south_wendle()):
        consent_of(body, version)

    live = go_live(fund, version)

    assert (live.state, live.agreed_version, live.agreed_digest) == ("live", version, DIGEST)
    assert AuditEvent.objects.filter(action="funds.make_live", subject_uuid=fund.uuid).count() == 1


@pytest.mark.requirement("S02")
def test_a_pool_is_not_live_while_one_partner_has_not_agreed():
    fund, version = the_fund_with_partners(), uuid4()
    consent_of(the_council(), version)
    consent_of(northmere(), version)

    with pytest.raises(FundError, match="not agreed by NHS South Wendle ICB"):
        go_live(fund, version)

    fund.refresh_from_db()
    assert fund.state == "planned"


@pytest.mark.requirement("S02")
@pytest.mark.parametrize(("digest", "verdict"), [("e" * 64, "agreed"), (DIGEST, "refused")])
def test_consent_to_another_version_or_a_refusal_does_not_count(digest, verdict):
    fund, version = a_fund(), uuid4()
    a_partner(fund, the_council(), Partner.Role.HOST)
    consent_of(the_council(), version, digest, verdict)

    with pytest.raises(FundError, match="not agreed by Wendleshire County Council"):
        go_live(fund, version)


@pytest.mark.requirement("S02")
def test_the_database_itself_refuses_a_live_pool_without_an_agreed_plan():
    fund = a_fund()

    with pytest.raises(DatabaseError), transaction.atomic():
        PooledFund.objects.filter(pk=fund.pk).update(state="live", live_from=YEAR_START)


def test_a_fund_without_partners_cannot_be_live():
    with pytest.raises(FundError, match="has no partners on 1 May 2024"):
        go_live(a_fund(), uuid4())


def test_a_partner_who_left_need_not_agree():
    fund, version = the_fund_with_partners(), uuid4()
    leaving = fund.partners.get(organisation=south_wendle())
    actions.end_partner(actor=None, at=NOW, partner=leaving, ends_on=date(2024, 4, 30))
    consent_of(the_council(), version)
    consent_of(northmere(), version)

    assert go_live(fund, version).state == "live"


def test_a_body_belongs_to_the_areas_whose_funds_it_is_partner_of():
    the_fund_with_partners()
    lead = a_person("lead@northmere.example", (northmere(), Role.BCF_LEAD))
    stranger = a_person("lead@elsewhere.example", (a_body("NHS Elsewhere ICB"), Role.BCF_LEAD))

    assert people.may_write_plan(lead, wendleshire(), date(2024, 5, 1))
    assert not people.may_read_area(lead, wendleshire(), date(2024, 3, 31)), "the fund had not started"
    assert not people.may_read_area(stranger, wendleshire(), date(2024, 5, 1))


@pytest.mark.requirement("S08")
def test_an_arrangement_lists_its_streams_each_keeping_its_identity():
    whole = a_fund(name="Care together", shape="arrangement")
    bcf = a_fund(name="BCF stream", shape="stream", parent=whole)
    mental_health = a_fund(name="Mental health stream", shape="stream", parent=whole)
    a_fund(name="A separate pool")

    assert set(queries.arrangement(whole)) == {whole, bcf, mental_health}
    assert queries.arrangement(bcf) == [bcf]


def test_an_arrangement_closes_after_its_streams():
    whole = a_fund(name="Care together", shape="arrangement")
    bcf = a_fund(name="BCF stream", shape="stream", parent=whole)

    with pytest.raises(FundError, match="Close its streams first: BCF stream"):
        actions.close_fund(actor=None, at=NOW, fund=whole, ends_on=date(2025, 3, 31))

    actions.close_fund(actor=None, at=NOW, fund=bcf, ends_on=date(2025, 3, 31))
    assert actions.close_fund(actor=None, at=NOW, fund=whole, ends_on=date(2025, 3, 31)).state == "closed"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"legal_basis": ""}, "This field cannot be blank"),
        ({"shape": "stream"}, "A stream names the larger pool"),
        ({"ends_on": date(2024, 3, 1)}, "ends before it starts"),
    ],
)
def test_a_fund_that_makes_no_sense_is_refused_with_a_sentence(more, sentence):
    with pytest.raises(ValidationError, match=sentence):
        a_fund(**more)


def test_a_second_fund_of_one_name_is_refused():
    a_fund()

    with pytest.raises(ValidationError, match="has a pooled fund of that name already"):
        a_fund()


def test_a_stream_belongs_to_a_pool_of_its_own_area():
    whole = a_fund(a_body("Calder", "hwb_area"), name="Care together", shape="arrangement")

    with pytest.raises(FundError, match="is a pool of another area"):
        a_fund(name="BCF stream", shape="stream", parent=whole)


def test_a_fund_has_one_host_and_a_partner_joins_once():
    fund = the_fund_with_partners()

    with pytest.raises(ValidationError, match="has a host partner already"):
        a_partner(fund, a_body("Calder Council", "upper_tier"), Partner.Role.HOST)
    with pytest.raises(ValidationError, match="is a partner of the fund already"):
        a_partner(fund, northmere())


def test_agreements_are_numbered_and_earlier_ones_stay():
    fund = the_fund_with_partners()
    common = {"actor": None, "at": NOW, "fund": fund, "title": "Section 75 agreement", "starts_on": YEAR_START}
    first = actions.record_agreement(**common, signed_on=date(2024, 4, 1))
    council = fund.partners.get(organisation=the_council())

    second = actions.record_agreement(**common, rounding_rule=RoundingRule.HALF_UP, residual_partner=council)

    assert (first.version, second.version) == (1, 2)
    assert queries.current_agreement(fund) == first, "the second is not signed yet"


def test_half_up_rounding_names_who_takes_what_is_left():
    fund = the_fund_with_partners()

    with pytest.raises(ValidationError, match="names the partner who takes what is left"):
        actions.record_agreement(
            actor=None, at=NOW, fund=fund, title="S75", starts_on=YEAR_START, rounding_rule=RoundingRule.HALF_UP
        )


def test_a_source_is_one_partner_one_category_and_one_year():
    partner = the_fund_with_partners().partners.get(organisation=northmere())
    wanted = {"actor": None, "at": NOW, "partner": partner, "category": "NHS_MIN", "origin_year": "2024-25"}

    first = actions.ensure_source(**wanted, legal_basis="NHS Act 2006, section 223GA")
    again = actions.ensure_source(**wanted, legal_basis="NHS Act 2006, section 223GA")

    assert first == again
    assert Source.objects.count() == 1


def test_a_source_without_legal_basis_is_refused():
    partner = the_fund_with_partners().partners.get(organisation=northmere())

    with pytest.raises(DatabaseError), transaction.atomic():
        Source.objects.create(partner=partner, category="NHS_MIN", origin_year="2024-25", legal_basis="")


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (PooledFund, {"legal_basis": ""}),
        (PooledFund, {"shape": "stream"}),
        (PooledFund, {"ends_on": date(2020, 1, 1)}),
        (PooledFund, {"agreed_digest": "x"}),
        (Partner, {"ends_on": date(2020, 1, 1)}),
        (Agreement, {"ends_on": date(2020, 1, 1)}),
        (Agreement, {"rounding_rule": "half_up"}),
    ],
)
def test_no_other_route_round_the_constraints(model, values):
    fund = the_fund_with_partners()
    actions.record_agreement(actor=None, at=NOW, fund=fund, title="S75", starts_on=YEAR_START)

    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**values)


@given(
    total=st.integers(-(10**12), 10**12),
    weights=st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
    rule=st.sampled_from(RoundingRule),
)
def test_every_rounding_rule_shares_to_the_penny(total, weights, rule):
    partners = {f"partner {place}": Fraction(weight) for place, weight in enumerate(weights)}

    shared = share_by_agreement(total, partners, rule, residual="partner 0")

    assert sum(shared.values()) == total
