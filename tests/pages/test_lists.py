from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import openpyxl
import pytest
from django.http import QueryDict
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from commonpool.pages.lists import Column, Filter, Kind, ListPage

pytestmark = pytest.mark.usefixtures("gallery")


@dataclass(frozen=True)
class Line:
    name: str
    source: str | None = "DFG"
    planned_pence: int | None = 100
    share: Fraction | None = None
    starts_on: date | None = None


LINES = ListPage(
    "scheme-lines",
    "Scheme lines",
    (
        Column("name", "Line", lambda line: line.name, filter=Filter.TEXT, link=lambda line: "/lines/1/"),
        Column("source", "Source", lambda line: line.source, filter=Filter.CHOICE),
        Column("planned", "Planned", lambda line: line.planned_pence, Kind.MONEY, is_summed=True),
        Column("share", "Share", lambda line: line.share, Kind.SHARE),
        Column("starts", "Starts", lambda line: line.starts_on, Kind.DATE, is_sortable=False),
    ),
    empty="Scheme lines appear once a plan is uploaded.",
    noun="scheme lines",
    page_size=3,
)


def read(address: str, *lines: Line, **more):
    return LINES.read(QueryDict(address), lines, **more)


def shown(listing) -> str:
    return engines["django"].from_string("{% load pages %}{% listing listing %}").render({"listing": listing})


def names(listing) -> list[str]:
    return [line.name for line in listing.matching]


def test_a_list_is_sorted_by_the_column_that_was_clicked_unknown_values_last():
    lines = [Line("a", planned_pence=200), Line("b", planned_pence=None), Line("c", planned_pence=100)]

    assert names(read("sort=planned", *lines)) == ["c", "a", "b"]
    assert names(read("sort=-planned", *lines)) == ["a", "c", "b"]
    assert 'aria-sort="descending"' in shown(read("sort=-planned", *lines))


def test_names_with_numbers_are_sorted_as_people_count():
    assert names(read("sort=name", Line("10 beds"), Line("9 beds"), Line("Beds"), Line(""))) == [
        "",
        "9 beds",
        "10 beds",
        "Beds",
    ]


def test_filters_narrow_down_and_say_how_many_are_left():
    listing = read("source=DFG&name=RAMP", Line("Ramps"), Line("Beds"), Line("Ramps too", source="iBCF"))

    assert names(listing) == ["Ramps"]
    assert listing.summary == "1 of 3 scheme lines"


def test_what_is_unknown_can_be_looked_for():
    listing = read("source=not+known", Line("a"), Line("b", source=None))

    assert names(listing) == ["b"]
    assert listing.filters[1].choices == ("DFG", "not known")


def test_the_total_is_of_all_that_match_and_counts_what_is_unknown():
    page = shown(read("page=2", *[Line(str(n)) for n in range(4)], Line("x", planned_pence=None)))

    assert "£4.00" in page
    assert "1 not known" in page
    assert "5 scheme lines, 4 to 5 shown" in page


def test_an_empty_list_says_what_would_be_here():
    assert "Scheme lines appear once a plan is uploaded." in shown(read(""))


def test_nothing_matching_offers_the_way_back():
    assert "None of the scheme lines matches." in shown(read("name=zzz", Line("a")))


@given(st.dictionaries(st.sampled_from(["sort", "page", "name", "source", "download", "x", "a&b"]), st.text()))
def test_no_address_breaks_a_list(asked):
    listing = LINES.read(asked, [Line(str(n)) for n in range(9)])

    shown(listing)
    assert 1 <= listing.page_number <= listing.page_count


@given(st.lists(st.one_of(st.none(), st.integers())), st.booleans())
def test_sorting_keeps_every_row(amounts, is_descending):
    lines = [Line(str(index), planned_pence=pence) for index, pence in enumerate(amounts)]

    listing = read("sort=-planned" if is_descending else "sort=planned", *lines)

    assert sorted(names(listing)) == sorted(line.name for line in lines)


def test_text_of_rows_and_addresses_is_escaped():
    page = shown(read("name=%22%3E%3Cscript%3E", Line("<script>"), Line('"><script>')))

    assert "<script>" not in page


def test_a_download_has_all_rows_that_match_in_pounds_and_days():
    lines = [Line(str(n), planned_pence=12345, share=Fraction(1, 8), starts_on=date(2031, 4, 1)) for n in range(5)]
    answer = read("download=csv&name=4", *lines).file()

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["Line", "Source", "Planned (£)", "Share", "Starts"],
        ["4", "DFG", "123.45", "0.125", "2031-04-01"],
    ]
    assert 'filename="scheme-lines.csv"' in answer["Content-Disposition"]


def test_a_download_never_holds_a_formula_and_keeps_numbers():
    lines = [Line("=1+1", planned_pence=-500)]

    assert "'=1+1,DFG,-5.00" in read("download=csv", *lines).file().content.decode()
    book = openpyxl.load_workbook(io.BytesIO(read("download=xlsx", *lines).file().content))
    cell = book.active["A2"]
    assert (cell.value, cell.data_type, book.active["C2"].value) == ("=1+1", "s", -5)


def test_every_row_of_invented_data_says_so():
    text = read("download=csv", Line("a"), is_invented=True).file().content.decode()

    assert text.splitlines()[1].endswith(",invented")


def test_the_page_itself_is_no_file():
    assert read("", Line("a")).file() is None
    assert read("download=exe", Line("a")).file() is None


def test_links_keep_the_order_and_the_filters():
    listing = read("source=DFG&sort=-planned&page=2&evil=1", *[Line(str(n)) for n in range(9)])

    assert listing.next_query == "?page=3&sort=-planned&source=DFG"
    assert listing.downloads[0][1] == "?sort=-planned&source=DFG&download=csv"
    assert listing.clear_query == "?sort=-planned"


def test_every_link_of_a_list_keeps_what_else_the_page_s_address_says():
    listing = LINES.read(
        QueryDict("sort=name&year=2031-32"), [Line(str(n)) for n in range(9)], keep={"year": "2031-32"}
    )

    links = [listing.next_query, listing.clear_query, *(query for _, query in listing.downloads)]
    links += [header.sort_query for header in listing.headers if header.sort_query]
    assert all("year=2031-32" in link for link in links)
    assert ("year", "2031-32") in listing.kept


def test_a_column_may_stand_in_files_only():
    page = ListPage(
        "lines",
        "Lines",
        (
            Column("name", "Line", lambda line: line.name),
            Column("source", "Source", lambda line: line.source, is_in_files_only=True),
        ),
        empty="Nothing.",
    )

    assert "Source" not in shown(page.read(QueryDict(""), [Line("a")]))
    assert "Line,Source" in page.read(QueryDict("download=csv"), [Line("a")]).file().content.decode()


def test_a_total_may_be_shown_in_words_of_its_own_unless_rows_are_left_out():
    said = Column("planned", "Planned", lambda line: line.planned_pence, is_summed=True, show_total=lambda sum_: "All")
    page = ListPage(
        "lines", "Lines", (Column("name", "Line", lambda line: line.name, filter=Filter.TEXT), said), empty=""
    )

    assert page.read(QueryDict(""), [Line("a"), Line("b")]).totals[1].html == "All"
    assert page.read(QueryDict("name=a"), [Line("a"), Line("b")]).totals[1].html == "100"


def test_a_list_of_one_says_one_of_what():
    assert read("", Line("Ramps")).summary == "1 scheme line"
    assert read("name=ramps", Line("Ramps")).summary == "1 of 1 scheme line"
    assert read("name=ramps", Line("Ramps"), Line("Beds")).summary == "1 of 2 scheme lines"
    assert read("name=sheds", Line("Ramps"), Line("Beds")).summary == "0 of 2 scheme lines"


def test_a_list_whose_noun_does_not_just_lose_its_s_says_what_one_is():
    columns = (Column("name", "Name", lambda body: body),)

    bodies = ListPage("bodies", "Bodies", columns, empty="", noun="bodies", one="body")

    assert bodies.read({}, ["N"]).summary == "1 body"
    with pytest.raises(AssertionError, match="say what one of the bodies is"):
        ListPage("bodies", "Bodies", columns, empty="", noun="bodies")


def test_no_line_ends_within_a_year():
    page = shown(read("", Line("iBCF <2>, 2024-25"), Line("from 2024-06-01")))

    assert 'iBCF &lt;2&gt;, <span class="cp-year">2024-25</span>' in page
    assert "from 2024-06-01" in page
