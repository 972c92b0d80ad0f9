"""What only a browser can tell of matrix and themes: axe, 320 px, and writing cell after cell by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from commonpool.voices.models import TeamMember
from tests.browser import check_nothing_is_clipped, check_page
from tests.voices_web.builders import a_code, a_coder, a_coding, a_site, a_study, as_member
from tests.voices_web.test_matrix import a_matrix, a_site_heard, the_cell, written
from tests.voices_web.test_themes import a_theme, a_typology, marked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(context: Any, site: str, member: TeamMember) -> None:
    session = as_member(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


def test_cells_are_written_one_after_another_by_keyboard_alone(page: Any, live_server: Any) -> None:
    study = a_study()
    coder = a_coder(study)
    _, _, text = a_site_heard(study, "Wendle")
    a_site(study, "Xanadu")
    risk = a_code(study, "risk")
    a_coding(coder, text, risk)
    matrix = a_matrix(study, risk, a_code(study, "trust"))
    written(matrix, coder, "Old", case="Xanadu")
    signed_in(page.context, live_server.url, coder)
    page.goto(f"{live_server.url}/studies/{study.uuid}/matrix/")
    check_page(page)

    page.get_by_role("link", name=re.compile("Write.*Wendle, risk")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wendle: risk")
    check_page(page)
    page.get_by_label("A good quotation").focus()
    page.keyboard.press("Space")
    page.get_by_label("What does the case say of it?").focus()
    page.keyboard.type("They share every risk.")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Wendle: trust")
    cell = the_cell(matrix, coder, "Wendle", "risk")
    assert (cell.text, cell.quotations) == ("They share every risk.", 1)
    assert cell.row is not None and cell.row.passages.count() == 1
    for address in (f"/studies/{study.uuid}/matrix/new/", f"/matrices/{matrix.uuid}/"):
        page.goto(f"{live_server.url}{address}")
        check_page(page)
    check_nothing_is_clipped(page)


def test_the_pages_of_themes_and_types_pass(page: Any, live_server: Any) -> None:
    study = a_study()
    coder = a_coder(study)
    _, _, text = a_site_heard(study)
    risk = a_code(study, "risk")
    coding = a_coding(coder, text, risk)
    theme, typology = a_theme(study, codes=[risk]), a_typology(study)
    marked(theme, coding)
    a_coding(coder, text, risk, "It took trust")
    signed_in(page.context, live_server.url, coder)

    for address in (
        *(f"/studies/{study.uuid}/{each}/" for each in ("themes", "themes/new", "compare", "typologies/new")),
        f"/studies/{study.uuid}/new-codes/?order=coded",
        f"/themes/{theme.uuid}/",
        f"/themes/{theme.uuid}/change/",
        f"/typologies/{typology.uuid}/",
    ):
        assert page.goto(f"{live_server.url}{address}").status == 200
        check_page(page)
        check_nothing_is_clipped(page)
