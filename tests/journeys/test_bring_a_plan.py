"""A BCF lead brings the area's workbook, learns what is wrong, corrects it and brings it again."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from commonpool.demo.export import export_wendleshire
from commonpool.sheets import read_workbook
from tests.browser import check_page

pytestmark = pytest.mark.browser


@pytest.fixture
def workbooks(tmp_path):
    """Wendleshire's plan, and the same with a penny too little for social care and one amount that is no amount."""
    export_wendleshire(tmp_path)
    good, faulty = tmp_path / "plan.xlsx", tmp_path / "faulty.xlsx"
    book = openpyxl.load_workbook(good)
    sheet = book["Expenditure"]
    column = next(cell.column for cell in sheet[5] if cell.value == "Expenditure 2024-25 (£)")
    sheet.cell(7, column).value = 10_029_849.99
    sheet.cell(8, column).value = 14_720_150.01
    sheet.cell(13, column).value = "12k"
    book.save(faulty)
    return good, faulty


def upload(page, workbook: Path) -> None:
    page.get_by_role("button", name=re.compile("Upload (a workbook|again)")).click()
    page.get_by_label("Plan workbook").set_input_files(workbook)
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url(re.compile("/findings/"))


@pytest.mark.requirement("S02")
def test_a_lead_uploads_reads_the_findings_and_uploads_the_corrected_workbook(sign_in, workbooks, tmp_path):
    good, faulty = workbooks
    page = sign_in("lead")
    page.get_by_role("link", name="Wendleshire", exact=True).click()
    page.get_by_role("navigation").get_by_role("link", name="Plan", exact=True).click()

    upload(page, faulty)

    expect(page.get_by_role("heading", level=1)).to_contain_text("error")
    expect(page.get_by_role("main")).to_contain_text("‘12k’")
    expect(page.get_by_role("main")).to_contain_text("£21,000,349.99")
    check_page(page)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the annotated workbook").click()
    annotated = tmp_path / "annotated.xlsx"
    download.value.save_as(annotated)
    before, after = zipfile.ZipFile(faulty), zipfile.ZipFile(annotated)
    touched = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert read_workbook(annotated).cells > read_workbook(faulty).cells
    assert all("sheet" in name or "Content_Types" in name or "workbook" in name for name in touched)
    comments = [
        cell.comment for row in openpyxl.load_workbook(annotated)["Expenditure"] for cell in row if cell.comment
    ]
    assert any("12k" in comment.text for comment in comments)

    upload(page, good)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing was found")
    page.get_by_role("link", name="See the plan").click()
    expect(page.get_by_role("main")).to_contain_text("£79,517,952.75")


def test_a_total_opens_to_its_lines_in_three_steps(sign_in):
    page = sign_in("lead")
    page.get_by_role("link", name="Wendleshire", exact=True).click()
    page.get_by_role("navigation").get_by_role("link", name="Plan", exact=True).click()

    page.get_by_role("link", name="£21,420,500.00").first.click()

    main = page.get_by_role("main")
    for part in ("£9,850,000.00", "£10,450,000.00", "£1,120,500.00"):
        expect(main).to_contain_text(part)
    check_page(page)


def test_the_whole_way_can_be_gone_by_keyboard(sign_in, workbooks):
    page = sign_in("lead")

    def tab_to(text: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            focused = page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")
            if focused.strip() == text:
                return
        raise AssertionError(f"‘{text}’ cannot be reached by the Tab key on {page.url}")

    tab_to("Wendleshire")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/areas/"))
    tab_to("Plan")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/plan/"))
    tab_to("Upload a workbook")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Upload a plan workbook")
