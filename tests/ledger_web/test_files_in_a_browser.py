"""What only a browser can tell of the pages of files, periods, virements, drawing and reconciliation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonpool.ledger.actions.drawing import set_fence, set_policy
from commonpool.ledger.actions.virements import propose_virement, set_limit
from commonpool.ledger.models import Ledger
from commonpool.people.models import Person
from commonpool.people.rules import Role
from tests.browser import check_nothing_is_clipped, check_page, click_through
from tests.funds.builders import NOW, the_council
from tests.ledger_web.builders import NHS_NORTH, NHS_SOUTH, OCTOBER, frozen, line_of, paid_books
from tests.ledger_web.builders_files import chief_of, manager, sent
from tests.ledger_web.test_imports import posted
from tests.ledger_web.test_reconciling import brought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Enter = Callable[..., Any]
EXTRACT = "cost centre,Apr-24,May-24\nC100,100.00,20.00\nC600,50.00,\n"
FAULTY = "date,line,amount,ref,payee\n01/05/2024,1,12k,A1,Mrs Testperson\n02/05/2024,99,5.50,A2,\n"
RECORD = "date,amount,reference\n01/04/2024,2747557.75,BACS 1\n05/06/2024,75.00,BACS 103\n"


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Ledger:
    settings.COMMONPOOL_HOME = tmp_path
    made = paid_books()
    frozen(monkeypatch)
    return made


@pytest.fixture
def enter(live_server: Any, page: Any) -> Enter:
    """`enter(person, "ledger:imports", id)` opens the page as that person."""

    def opened(person: Person, name: str, *ids: Any, query: str = "") -> Any:
        client = Client()
        client.force_login(person)
        key = client.cookies[project.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page.goto(live_server.url + reverse(name, args=ids) + query)
        return page

    return opened


def holds(page: Any) -> None:
    check_page(page)
    check_nothing_is_clipped(page)


def test_files_pass_in_every_state(ledger: Ledger, enter: Enter) -> None:
    faulty, extract = sent(ledger, FAULTY), sent(ledger, EXTRACT, name="extract.csv")
    refused = sent(ledger, b"%PDF-1.7\n...", name="scan.pdf")

    for name, thing in (("import", faulty), ("mapping", extract), ("import", refused)):
        holds(enter(manager(), f"ledger:{name}", thing.uuid))
    for name in ("imports", "upload"):
        holds(enter(manager(), f"ledger:{name}", ledger.uuid))


def test_a_file_is_mapped_posted_and_read_on_the_page(ledger: Ledger, enter: Enter) -> None:
    held = sent(ledger, EXTRACT)
    page = enter(manager(), "ledger:import", held.uuid)
    page.get_by_role("button", name="Say how its columns are read").click()

    page.get_by_label("Scheme line of C100").select_option("1")
    page.get_by_label("Scheme line of C600").select_option(label="6 Integrated community equipment store")
    page.get_by_role("button", name="Save and read the file again").click()
    page.get_by_text("Nothing stands in the way.").wait_for()
    page.get_by_role("button", name="Post").click()

    page.get_by_role("heading", name="‘export.csv’ is posted").wait_for()
    holds(page)
    assert page.get_by_role("row", name="Year to date").inner_text().endswith("Yes, to the penny")


def test_a_posted_file_is_taken_back_by_keyboard(ledger: Ledger, enter: Enter) -> None:
    held = posted(ledger, "date,line,amount,ref\n01/05/2024,1,10.00,A1\n")
    page = enter(manager(), "ledger:reverse-import", held.uuid)
    holds(page)

    page.get_by_label("Why is it taken back?").focus()
    page.keyboard.type("Of another fund")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="‘export.csv’ was taken back").wait_for()
    holds(page)


def test_periods_pass(ledger: Ledger, enter: Enter) -> None:
    april = ledger.periods.get(starts_on=date(2024, 4, 1))
    page = enter(manager(), "ledger:period", april.uuid)
    holds(page)

    page.get_by_role("button", name="Soft-close Apr 2024").click()
    page.get_by_text("Apr 2024 is soft-closed.").wait_for()
    holds(page)
    click_through(page.get_by_role("link", name="A page of it to print"))
    holds(page)
    holds(enter(manager(), "ledger:reopen", april.uuid))
    holds(enter(manager(), "ledger:periods", ledger.uuid))


def a_virement(ledger: Ledger) -> Any:
    common = {"actor": manager(), "at": timezone.now(), "ledger": ledger}
    limits = {"limit_pence": 500_000_00, "needs_all_partners_above_pence": 2_000_000_00}
    set_limit(**common, role=Role.POOL_MANAGER.value, starts_on=date(2024, 4, 1), **limits)
    return propose_virement(
        **common,
        pool=ledger.pools.get(code="MAIN"),
        from_line=line_of(ledger, "8"),
        to_line=line_of(ledger, "4"),
        pence=600_000_00,
        on=OCTOBER,
        reason="Beds opened late",
    )


@pytest.mark.requirement("S10")
def test_the_chief_officer_finds_the_virement_at_home_and_agrees(ledger: Ledger, enter: Enter) -> None:
    virement = a_virement(ledger)
    page = enter(chief_of(the_council()), "site:home")
    click_through(page.get_by_role("link", name="A virement of £600,000"))
    holds(page)

    page.get_by_label("Yes, agreed").check()
    page.get_by_role("button", name="Give this answer").click()

    page.get_by_text("the budget has moved").wait_for()
    holds(page)
    virement.refresh_from_db()
    assert virement.state == "posted"


def test_pages_of_virements_and_limits_pass(ledger: Ledger, enter: Enter) -> None:
    a_virement(ledger)

    for name in ("virements", "propose-virement", "limits", "set-limit"):
        holds(enter(manager(), f"ledger:{name}", ledger.uuid))


def test_pages_of_drawing_pass(ledger: Ledger, enter: Enter) -> None:
    common = {"actor": None, "at": NOW, "ledger": ledger}
    text = f"fixed:{NHS_NORTH}=57/{NHS_SOUTH}=43"
    set_policy(**common, line=line_of(ledger, "1"), text=text, starts_on=OCTOBER, reason="Finance group")
    fence = set_fence(**common, terms={"applies_to": "DFG", "starts_on": "2024-04-01", "capital_only": True})

    holds(enter(manager(), "ledger:drawing", ledger.uuid))
    holds(enter(manager(), "ledger:set-fence", ledger.uuid, query=f"?of={fence.uuid}"))
    page = enter(manager(), "ledger:set-policy", ledger.uuid)
    page.get_by_label("For which line?").select_option(label="1 Joint reablement service")
    page.get_by_label("Policy", exact=True).fill(text)
    page.get_by_label("Try it with a sum").fill("100")
    page.get_by_role("button", name="See what it would draw").click()
    page.get_by_text("£57.00 from Minimum NHS Contribution, NHS Northmere ICB, 2024-25").wait_for()
    holds(page)


@pytest.mark.requirement("S20")
def test_a_reconciliation_passes_and_a_cause_is_accepted(ledger: Ledger, enter: Enter) -> None:
    held = brought(ledger, RECORD)
    page = enter(manager(), "ledger:reconciliation", held.uuid)
    holds(page)

    click_through(page.get_by_role("link", name="Accept a cause for £75.00"))
    holds(page)
    page.get_by_label("Why do they differ here?").fill("Paid twice, comes back in July")
    page.get_by_role("button", name="Accept this cause").click()
    page.get_by_text("Paid twice, comes back in July").wait_for()
    for name, thing in (("confirmation", held), ("reconcile", ledger), ("reconciliations", ledger)):
        holds(enter(manager(), f"ledger:{name}", thing.uuid))


def test_without_javascript_a_file_is_sent_looked_at_and_posted(
    chromium: Any, ledger: Ledger, live_server: Any, tmp_path: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    client = Client()
    client.force_login(manager())
    key = client.cookies[project.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page = context.new_page()
    made = tmp_path / "rows.csv"
    made.write_text("date,line,amount,ref\n01/05/2024,1,10.00,A1\n")

    page.goto(live_server.url + reverse("ledger:upload", args=[ledger.uuid]))
    page.get_by_label("Whose export is it?").select_option(label="Wendleshire County Council")
    page.get_by_label("Export of the partner’s ledger").set_input_files(made)
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Post").click()

    page.get_by_role("heading", name="‘rows.csv’ is posted").wait_for()
    context.close()
