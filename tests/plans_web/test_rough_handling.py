"""What no browser of ours would send, and what two tabs do at once: refused in words, never a failure."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from commonpool.people.rules import Role
from commonpool.plans import actions
from commonpool.plans.errors import PlanError
from commonpool.plans.forms import ShareField
from commonpool.plans.models import StoredFinding
from tests.funds.builders import a_person, the_council, wendleshire
from tests.people.builders import with_second_factor
from tests.plans_web.builders import (
    NOW,
    a_draft,
    agree_for,
    an_offered_version,
    council_lead,
    northmere,
    south_wendle,
)

pytestmark = pytest.mark.django_db
ADDRESS = "jo.tarrant@council.example"


def as_(person: Any) -> Client:
    client = Client()
    client.force_login(with_second_factor(person))
    return client


@pytest.mark.parametrize("typed", ["1e99999", "1e-99999", "1e-400", "-1e99999", "NaN", "9" * 5_000, "1/3"])
def test_a_share_of_absurd_size_or_fineness_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="is not a percentage"):
        ShareField(required=False).clean(typed)


def test_a_share_of_one_third_survives_the_form_that_shows_it() -> None:
    field = ShareField(required=False)

    assert field.clean(field.prepare_value("1/3")).startswith("3333333333333333")


@pytest.mark.parametrize("revision", ["²", "٣", "", "1e3", "9" * 4_000])
def test_a_revision_that_is_no_number_removes_nothing(revision: str) -> None:
    line = a_draft().scheme_lines.first()
    assert line is not None

    response = as_(council_lead()).post(reverse("plans:remove-line", args=[line.uuid]), {"revision": revision})

    assert response.status_code == 302
    assert type(line).objects.filter(pk=line.pk).exists()


def test_a_line_that_another_tab_removed_is_neither_edited_nor_removed_again() -> None:
    line = a_draft().scheme_lines.first()
    given: dict[str, Any] = {"actor": council_lead(), "at": NOW, "line": line, "revision": 1}

    actions.remove_scheme_line(**given)

    with pytest.raises(PlanError, match="has been removed"):
        actions.edit_scheme_line(**given, changes={"comment": "Too late"})
    with pytest.raises(PlanError, match="has been removed"):
        actions.remove_scheme_line(**given)


def test_a_warning_that_another_tab_made_go_away_is_not_accepted() -> None:
    warning = StoredFinding(pk=1_000_000, version=a_draft(), severity="warning")

    with pytest.raises(PlanError, match="checked again"):
        actions.accept_finding(actor=council_lead(), at=NOW, finding=warning, reason="Agreed by the board.")


def test_an_address_in_a_legal_basis_does_not_stop_the_last_partner_from_agreeing() -> None:
    draft = a_draft()
    draft.income_lines.update(legal_basis=f"Section 75, ask {ADDRESS}")
    for warning in draft.findings.filter(severity="warning"):
        actions.accept_finding(actor=council_lead(), at=NOW, finding=warning, reason="Agreed by the board.")
    version = actions.offer(actor=council_lead(), at=NOW, version=draft)

    for body in (the_council(), northmere(), south_wendle()):
        agree_for(body, version)

    version.refresh_from_db()
    assert version.state == "agreed"


def test_a_fund_whose_name_holds_an_address_is_made_and_history_leaves_the_address_out() -> None:
    from commonpool.audit.models import AuditEvent

    finance = a_person("finance@council.example", (the_council(), Role.FINANCE_MANAGER))
    an_offered_version()
    form = {"name": f"Pool of {ADDRESS}", "legal_basis": ADDRESS, "shape": "budget", "starts_on": "2031-04-01"}

    response = as_(finance).post(reverse("funds:create", args=[wendleshire().uuid]), form)

    assert response.status_code == 302, response.content.decode()
    assert ADDRESS not in str(AuditEvent.objects.filter(action="funds.create").values_list("after", flat=True))
