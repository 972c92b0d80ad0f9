"""S103: the number and what each partner thinks of it stand together; partners may differ, and nothing said is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonpool.audit.models import AuditEvent
from commonpool.people.rules import Role
from commonpool.performance.actions.views import say_view, take_back_view
from commonpool.performance.errors import AskError
from commonpool.performance.models import LocalView
from commonpool.performance.queries.views import views_of
from commonpool.performance.rules.local_views import spread_in_words
from commonpool.performance.stances import stance_of, stances
from commonpool.places.models import Organisation
from tests.funds.builders import NOW, a_body, northmere, south_wendle, the_council, the_fund_with_partners, wendleshire
from tests.performance_web.builders import as_, somebody, text_of

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 1)
APRIL = (date(2025, 4, 1), date(2025, 4, 30))


@pytest.fixture
def area(home: Path) -> Iterator[Organisation]:
    with override_settings(COMMONPOOL_HOME=home):
        the_fund_with_partners()
        yield wendleshire()


def person(body: Organisation, role: Role = Role.BCF_LEAD) -> Any:
    return somebody(f"{role.value}@{body.pk}.example", body, role)


def said(body: Organisation, stance: str = "in_doubt", **more: Any) -> LocalView:
    given = {
        "actor": None,
        "at": NOW,
        "area": wendleshire(),
        "metric": "EA65",
        "body": body,
        "reason": "Beds closed.",
        **more,
    }
    return say_view(stance=stance, **given)


def page(client: Client, area: Organisation, code: str = "EA65") -> str:
    return text_of(client.get(reverse("performance:metric", args=[area.uuid, code])))


def say(client: Client, area: Organisation, body: Organisation, **typed: str) -> Any:
    given = {"body": str(body.uuid), "period": "", "stance": "in_doubt", "reason": "Two wards are closed.", **typed}
    return client.post(reverse("performance:say-view", args=[area.uuid, "EA65"]), given, follow=True)


def take_back(client: Client, area: Organisation, view: str) -> Any:
    return client.post(reverse("performance:take-back-view", args=[area.uuid, "EA65"]), {"view": view}, follow=True)


# -- the sentence


@pytest.mark.parametrize(
    ("voices", "partners", "sentence"),
    [
        (
            [(3, "expects it", "expect it"), (2, "is in doubt", "are in doubt")],
            5,
            "3 of 5 partners expect it, 2 are in doubt.",
        ),
        ([(1, "expects it", "expect it")], 3, "1 of 3 partners expects it, 2 have not said."),
        ([(1, "expects it", "expect it"), (0, "is", "are")], 2, "1 of 2 partners expects it, 1 has not said."),
        ([], 3, "None of the 3 partners has said what it expects."),
        ([], 1, "The one partner has not said what it expects."),
    ],
)
def test_the_spread_is_said_in_one_sentence(voices: Any, partners: int, sentence: str) -> None:
    assert spread_in_words(voices, partners) == sentence


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.integers(0, 5))
def test_every_partner_is_counted_once(counts: list[int], silent: int) -> None:
    partners = sum(counts) + silent
    words = spread_in_words([(count, "says so", "say so") for count in counts], partners)

    numbers = [int(word) for word in words.replace(",", " ").split() if word.isdecimal()]
    assert not sum(counts) or sum(numbers) - partners == partners


def test_the_list_of_views_is_open_and_an_old_code_stands_for_itself() -> None:
    assert list(stances())[:3] == ["will_be_met", "in_doubt", "will_not_be_met"]
    assert all(each.label and each.one and each.many and each.about for each in stances().values())
    assert stance_of("gone").label == "gone"


# -- the page


@pytest.mark.requirement("S103")
def test_the_metric_s_page_shows_the_number_and_the_partners_views_together(area: Organisation) -> None:
    said(the_council(), "will_be_met", reason="The new team works.")
    said(northmere(), "in_doubt")
    reader = as_(person(south_wendle(), Role.READER))

    shown = page(reader, area)

    assert "1,645.0" in shown or "1,644.99" in shown
    assert "1 of 3 partners expects the plan to be met, 1 is in doubt, 1 has not said." in shown
    for text in ("The new team works.", "NHS Northmere ICB", "It is in doubt", "the plan as a whole"):
        assert text in shown
    assert "Take it back" not in shown and "Say what you expect" not in shown


@pytest.mark.requirement("S103")
@pytest.mark.parametrize("role", [Role.BCF_LEAD, Role.FINANCE_MANAGER, Role.CHIEF_OFFICER])
def test_whoever_speaks_for_a_partner_says_what_it_expects(area: Organisation, role: Role) -> None:
    answer = text_of(say(as_(person(northmere(), role)), area, northmere(), period="2025-04-01"))

    assert "Two wards are closed." in answer and "of Apr 2025" in answer
    view = LocalView.objects.get()
    assert (view.body, view.starts_on, view.ends_on, view.said_by_id) == (
        northmere(),
        *APRIL,
        person(northmere(), role).pk,
    )


@pytest.mark.requirement("S103")
def test_nobody_speaks_for_another_body_or_without_being_a_partner(area: Organisation) -> None:
    elsewhere = a_body("NHS Elsewhere ICB")

    refused = text_of(say(as_(person(northmere())), area, the_council()))
    stranger = say(as_(person(elsewhere)), area, elsewhere)
    readers = [as_(person(northmere(), role)) for role in (Role.READER, Role.BOARD_MEMBER, Role.AUDITOR)]

    assert "Choose a partner for which you may speak." in refused
    assert stranger.status_code == 403
    assert [say(each, area, northmere()).status_code for each in readers] == [403, 403, 403]
    assert not LocalView.objects.exists()


def test_what_is_not_published_has_its_views_where_the_figures_are(area: Organisation) -> None:
    said(northmere(), metric="CAREWAIT", reason="We know why.")
    partner, reader = as_(person(the_council())), as_(person(the_council(), Role.READER))

    assert "We know why." in page(partner, area, "CAREWAIT")
    assert "We know why." not in page(reader, area, "CAREWAIT")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"stance": ""}, "Choose what you expect."),
        ({"stance": "hopeful"}, "Choose one of the views listed."),
        ({"reason": " "}, "Write why."),
        ({"reason": "x" * 601}, "Shorten it to 600 characters."),
        ({"period": "1999-01-01"}, "Choose a period of the chart, or the plan as a whole."),
    ],
)
def test_a_view_without_stance_or_reason_is_refused_with_what_to_do(
    area: Organisation, typed: dict[str, str], words: str
) -> None:
    assert words in text_of(say(as_(person(northmere())), area, northmere(), **typed))
    assert not LocalView.objects.exists()


# -- one in force, nothing lost


@pytest.mark.requirement("S103")
def test_a_newer_view_replaces_the_older_which_stays_on_record(area: Organisation) -> None:
    client = as_(person(northmere()))
    say(client, area, northmere())

    shown = text_of(say(client, area, northmere(), stance="will_not_be_met", reason="The wards stay closed."))

    assert "1 of 3 partners expects the plan to be missed, 2 have not said." in shown
    assert "Earlier views (1)" in shown and "replaced by a newer view" in shown and "Two wards are closed." in shown
    events = AuditEvent.objects.filter(action="performance.say_view").order_by("pk")
    assert [(event.before or {}).get("stance") for event in events] == [None, "in_doubt"]
    assert events[1].after["stance"] == "will_not_be_met" and events[1].area_uuid == area.uuid


def test_a_view_of_a_period_and_one_of_the_plan_stand_together_and_a_partner_counts_once(area: Organisation) -> None:
    said(northmere(), "in_doubt")
    said(northmere(), "will_be_met", period=APRIL, at=NOW + timedelta(days=1))

    found = views_of(area, "EA65", person(northmere()), ON)

    assert len(found.in_force) == 2
    assert found.spread == "1 of 3 partners expects the plan to be met, 2 have not said."


def test_a_view_is_taken_back_once_by_its_own_partner_and_may_be_said_again(area: Organisation) -> None:
    view = said(northmere())
    client, other = as_(person(northmere())), as_(person(the_council()))

    assert take_back(other, area, str(view.uuid)).status_code == 404
    assert [take_back(client, area, text).status_code for text in ("", "x", str(area.uuid))] == [404, 404, 404]
    shown = text_of(take_back(client, area, str(view.uuid)))
    again = text_of(take_back(client, area, str(view.uuid)))

    assert "None of the 3 partners has said" in shown and "taken back" in shown
    assert "That view has ended already." in again
    assert AuditEvent.objects.filter(action="performance.take_back_view").count() == 1
    assert "1 of 3 partners is in doubt" in text_of(say(client, area, northmere()))


def test_who_left_the_fund_is_shown_and_not_counted(area: Organisation) -> None:
    said(a_body("NHS Former ICB"), "will_be_met")

    found = views_of(area, "EA65", person(northmere()), ON)

    assert found.spread == "None of the 3 partners has said what it expects."
    assert "no longer a partner" in page(as_(person(northmere())), area)


def test_an_address_in_a_reason_is_not_kept(area: Organisation) -> None:
    view = said(northmere(), reason="Ask jane.doe@example.org about it.")

    assert "@" not in view.reason


def test_what_is_no_view_is_refused_by_the_action_too(area: Organisation) -> None:
    with pytest.raises(AskError, match="will_be_met"):
        said(northmere(), "hopeful")
    with pytest.raises(ValidationError, match="This field cannot be blank"):
        said(northmere(), reason="  ")
    view = said(northmere())
    take_back_view(actor=None, at=NOW, view=view)
    with pytest.raises(AskError, match="ended already"):
        take_back_view(actor=None, at=NOW, view=view)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"starts_on": date(2025, 4, 1)},
        {"starts_on": date(2025, 4, 30), "ends_on": date(2025, 4, 1)},
        {"body": "other", "reason": ""},
        {"body": "other", "ended_at": NOW},
        {"body": "other", "ended": "replaced"},
    ],
)
def test_the_database_refuses_two_in_force_half_a_period_and_half_an_end(
    area: Organisation, broken: dict[str, Any]
) -> None:
    said(northmere())
    body = the_council() if broken.pop("body", "") or broken else northmere()
    given = {
        "area": area,
        "metric": "EA65",
        "body": body,
        "stance": "in_doubt",
        "reason": "x",
        "said_at": NOW,
        **broken,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        LocalView.objects.create(**given)


def test_the_database_refuses_two_in_force_of_one_period(area: Organisation) -> None:
    view = said(northmere(), period=APRIL)
    view.pk, view.uuid = None, area.uuid

    with pytest.raises(IntegrityError), transaction.atomic():
        view.save(force_insert=True)
