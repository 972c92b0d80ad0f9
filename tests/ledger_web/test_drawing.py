"""Drawing on the pages: which sources pay for a line, in words; what a policy would draw; ring-fences as sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.drawing import choice_for
from commonpool.ledger.models import DrawPolicy, Entry, FencedSource, Ledger
from tests.ledger_web.builders import DFG, NHS_NORTH, NHS_SOUTH, OCTOBER, frozen, line_of, paid_books, typed
from tests.ledger_web.builders_files import a_reader, a_stranger, as_, manager, text_of

pytestmark = pytest.mark.django_db
NORTH = "Minimum NHS Contribution, NHS Northmere ICB, 2024-25"
SOUTH = "Minimum NHS Contribution, NHS South Wendle ICB, 2024-25"


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    made = paid_books()
    frozen(monkeypatch)
    return made


def page_of(ledger: Ledger, who: Any = manager) -> str:
    return text_of(as_(who()).get(reverse("ledger:drawing", args=[ledger.uuid])))


def policy(ledger: Ledger, text: str, step: str = "set", who: Any = manager, **changed: Any) -> Any:
    given = {
        "line": line_of(ledger, "1").uuid,
        "text": text,
        "reason": "Finance group of 3 June 2024",
        "pence": "100.00",
        "pool": ledger.pools.get(code="MAIN").uuid,
        "step": step,
        **typed(OCTOBER, "starts_on"),
    }
    return as_(who()).post(reverse("ledger:set-policy", args=[ledger.uuid]), {**given, **changed}, follow=True)


def fence(ledger: Ledger, of: str = "", who: Any = manager, **changed: Any) -> Any:
    given = {"applies_to": "DFG", "nature": "", **typed(date(2024, 4, 1), "starts_on")}
    url = reverse("ledger:set-fence", args=[ledger.uuid]) + (f"?of={of}" if of else "")
    return as_(who()).post(url, {**given, **changed}, follow=True)


# -- policies


def test_the_default_is_explained_in_words_for_every_line(ledger: Ledger) -> None:
    page = page_of(ledger)

    assert "a line draws on the money that the plan names for it, the oldest year first" in page
    assert (
        "1 Joint reablement service from Minimum NHS Contribution 2024-25 of NHS Northmere ICB and "
        "NHS South Wendle ICB, in proportion to what is held of each the plan" in page
    )
    assert "12 Mandatory adaptations (five districts) from Disabled Facilities Grant" in page
    assert "16 lines" in page


def test_a_policy_is_tried_before_it_is_agreed_and_posts_nothing(ledger: Ledger) -> None:
    before = Entry.objects.count()

    page = text_of(policy(ledger, f"fixed:{NHS_NORTH}=3/{NHS_SOUTH}=1", step="try", reason=""))

    assert f"£100.00 spent now would be drawn in agreed parts: 3 parts from {NORTH}; and 1 part from {SOUTH}:" in page
    assert f"£75.00 from {NORTH}" in page
    assert f"£25.00 from {SOUTH}" in page
    assert DrawPolicy.objects.count() == 0
    assert Entry.objects.count() == before


def test_what_would_be_short_is_said(ledger: Ledger) -> None:
    page = text_of(policy(ledger, NHS_SOUTH, step="try", pence="99,000,000"))

    assert "could not be drawn. An invoice of that size would be refused" in page


def test_a_source_that_its_line_may_not_use_is_not_drawn(ledger: Ledger) -> None:
    fence(ledger, nature="capital")

    page = text_of(policy(ledger, DFG, step="try"))

    assert "nothing: none of its sources holds money that may be used for this line" in page


def test_an_agreed_policy_stands_in_words_with_who_agreed_it(ledger: Ledger) -> None:
    page = text_of(policy(ledger, f"{NHS_SOUTH}>{NHS_NORTH}"))

    assert "Version 1 of the policy is agreed from 1 October 2024 on." in page
    assert f"from {SOUTH}; then from {NORTH} its own policy version 1, from 1 October 2024: Finance group" in page
    line = line_of(ledger, "1")
    assert str(choice_for(ledger, line, OCTOBER).policy) == f"{NHS_SOUTH}>{NHS_NORTH}"
    assert choice_for(ledger, line, date(2024, 9, 30)).version == 0


def test_a_policy_of_all_lines_holds_where_a_line_has_none(ledger: Ledger) -> None:
    policy(ledger, "fifo", line="")

    page = page_of(ledger)
    assert "from every source that the line may use, the oldest receipt first the policy of all lines" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": ""}, "Fill in ‘Policy’."),
        ({"text": "fixed:A=0"}, "is not a source with a whole weight above zero"),
        ({"text": "NHS_MIN:XN9:2024-25"}, "The ledger has no source NHS_MIN:XN9:2024-25. It has: "),
        ({"text": f"{NHS_NORTH}>{NHS_NORTH}"}, "stands twice in the policy"),
        ({"reason": ""}, "Fill in ‘Who agreed this, and where?’."),
        ({"starts_on_day": "40"}, "is not a date."),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_in_words(ledger: Ledger, changed: dict[str, str], said: str) -> None:
    response = policy(ledger, **{"text": NHS_NORTH, **changed})

    assert said in text_of(response)
    assert response.context["form"]["text"].value() == changed.get("text", NHS_NORTH)
    assert DrawPolicy.objects.count() == 0


def test_trying_says_what_it_lacks(ledger: Ledger) -> None:
    page = text_of(policy(ledger, "nonsense", step="try", pence=""))
    assert "Fill in ‘Try it with a sum’." in page

    page = text_of(policy(ledger, "nonsense", step="try"))
    assert "The ledger has no source nonsense." in page

    page = text_of(policy(ledger, NHS_NORTH, step="try", line=""))
    assert "Choose one line, to see what the policy would draw for it." in page


# -- ring-fences


def test_a_ring_fence_is_recorded_and_read_as_sentences(ledger: Ledger) -> None:
    assert "No ring-fence is recorded" in page_of(ledger)

    page = text_of(
        fence(
            ledger,
            nature="capital",
            because="grant letter, section 3",
            **typed(date(2025, 3, 31), "spend_by"),
        )
    )

    assert "The ring-fence is recorded." in page
    assert "It may be spent on capital only." in page
    assert "It must be spent by 31 March 2025." in page
    assert "This holds from 1 April 2024 until another version says otherwise." in page
    assert "Source: grant letter, section 3." in page
    assert "Holds today" in page


def test_kinds_of_lines_and_a_minimum_are_said_in_the_plans_words(ledger: Ledger) -> None:
    page = text_of(
        fence(
            ledger,
            applies_to="NHS_MIN",
            commissioners=["LA", "JOINT"],
            floor_name="Adult social care minimum",
            floor_pence="21,000,350",
            floor_areas=["SOCIAL_CARE"],
        )
    )

    assert "It may be spent only on lines whose commissioner is ‘Joint’ or ‘ LA ’." in page
    assert (
        "Adult social care minimum: at least £21,000,350.00 of it goes to lines whose area of spend is ‘Social Care’."
        in page
    )


def test_a_ring_fence_bars_draws_from_its_first_day(ledger: Ledger) -> None:
    line = line_of(ledger, "1")
    assert choice_for(ledger, line, OCTOBER).allowed == {NHS_NORTH, NHS_SOUTH}

    fence(ledger, applies_to=NHS_SOUTH, lines=[line_of(ledger, "2").code])

    assert choice_for(ledger, line, OCTOBER).allowed == {NHS_NORTH}
    assert "It may be spent only on lines that are ‘2 Home care packages’." in page_of(ledger)


def test_a_change_is_a_new_version_and_keeps_what_the_form_does_not_show(ledger: Ledger) -> None:
    from commonpool.ledger.actions.drawing import set_fence
    from tests.ledger.builders import NOW

    terms = {"applies_to": "DFG:*:2024-25", "starts_on": "2024-04-01", "places": ["XW01"], "capital_only": True}
    first = set_fence(actor=None, at=NOW, ledger=ledger, terms=terms)
    page = as_(manager()).get(reverse("ledger:set-fence", args=[ledger.uuid]) + f"?of={first.uuid}")
    assert page.context["form"]["nature"].value() == "capital"
    assert page.context["form"]["applies_to"].value() == "DFG:*:2024-25"

    fence(ledger, of=str(first.uuid), applies_to="DFG:*:2024-25", nature="", **typed(OCTOBER, "starts_on"))

    newest = FencedSource.objects.get(version=2)
    assert newest.terms["places"] == ["XW01"]
    assert "capital_only" not in newest.terms
    assert "Does not hold today" in page_of(ledger)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"applies_to": "GOLD"}, "GOLD is not one of the available choices"),
        ({"starts_on_day": ""}, "The date has no day."),
        (typed(date(2024, 3, 1), "ends_on"), "before it starts on 1 April 2024."),
        ({"floor_name": "A minimum"}, "Enter the sum of the minimum, or leave its name out."),
        ({"floor_pence": "5"}, "Say what the minimum is called."),
        ({"floor_name": "A minimum", "floor_pence": "0"}, "‘0’ is not above zero."),
    ],
)
def test_a_ring_fence_that_makes_no_sense_is_refused_in_words(
    ledger: Ledger, changed: dict[str, str], said: str
) -> None:
    assert said in text_of(fence(ledger, **changed))
    assert FencedSource.objects.count() == 0


# -- people


def test_who_only_reads_sees_the_words_and_changes_nothing(ledger: Ledger) -> None:
    page = page_of(ledger, a_reader)
    assert "What pays for what" in page
    assert "Agree another policy" not in page

    for who in (a_reader, a_stranger):
        assert policy(ledger, NHS_NORTH, who=who).status_code == 403
        assert fence(ledger, who=who).status_code == 403
    assert DrawPolicy.objects.count() == FencedSource.objects.count() == 0


def test_a_stranger_does_not_see_it(ledger: Ledger) -> None:
    assert as_(a_stranger()).get(reverse("ledger:drawing", args=[ledger.uuid])).status_code == 403


def test_a_ring_fence_that_is_not_there_opens_an_empty_form(ledger: Ledger) -> None:
    for of in ("nonsense", str(ledger.uuid)):
        page = as_(manager()).get(reverse("ledger:set-fence", args=[ledger.uuid]) + f"?of={of}")
        assert "Record a ring-fence" in text_of(page)
