"""A list as declared (`ListPage`), and as one request asks for it (`Listing`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.html import conditional_escape, format_html

from commonpool.pages import formats
from commonpool.pages.lists.columns import Column, Filter, Kind, Value
from commonpool.pages.lists.files import FORMATS, as_file

# What an address may say besides the columns' names.
_RESERVED: Final = frozenset({"sort", "page", "download"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as shown."""

    html: str
    is_numeric: bool
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """One column's header: where a click sorts it, and how it is sorted now ("ascending", "descending", "")."""

    text: str
    sort_query: str
    sorted: str
    is_numeric: bool


@dataclass(frozen=True, slots=True)
class FilterField:
    """One filter of the form: its name, label, what is chosen, and the choices (none for text)."""

    name: str
    label: str
    chosen: str
    choices: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of a long list; `number` None stands for pages left out."""

    number: int | None
    query: str = ""
    is_current: bool = False


class ListPage:
    """A list: its columns, its name for files and its words.

    name      of the downloaded file, such as "scheme-lines"
    caption   the table's heading
    noun      what the rows are, in the plural
    one       what one row is, where it is not the noun without its last s
    empty     what would be here and how to get it, said when there is no row at all
    sort      the column it is first sorted by, "-" before it for the largest first; "" leaves the given order
    prefix    put before the names in addresses, where one page has several lists
    """

    def __init__(
        self,
        name: str,
        caption: str,
        columns: Sequence[Column],
        *,
        empty: str,
        noun: str = "rows",
        one: str = "",
        sort: str = "",
        page_size: int = 50,
        prefix: str = "",
    ) -> None:
        names = [column.name for column in columns]
        assert len(set(names)) == len(names) and not _RESERVED & set(names), f"{name} has a wrong column name"
        self.name, self.caption, self.columns = name, caption, tuple(columns)
        assert one or (noun.endswith("s") and not noun.endswith("ies")), f"{name}: say what one of the {noun} is"
        self.noun, self.one = noun, one or noun.removesuffix("s")
        self.empty, self.sort, self.page_size, self.prefix = empty, sort, page_size, prefix

    def noun_of(self, count: int) -> str:
        """What so many rows are."""
        return self.one if count == 1 else self.noun

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns that stand on the page."""
        return tuple(column for column in self.columns if not column.is_in_files_only)

    def read(
        self,
        asked: Mapping[str, str],
        rows: Iterable[Any],
        *,
        is_invented: bool = False,
        keep: Mapping[str, str] | None = None,
    ) -> Listing:
        """The rows as an address asks for them. Whatever the address says that is not ours is left aside.

        is_invented  marks every row of a downloaded file as invented
        keep         what else the page's address says, such as a year, which every link of the list repeats
        """
        ours = {*_RESERVED, *(column.name for column in self.columns)}
        given = {name: str(asked[self.prefix + name]) for name in sorted(ours) if asked.get(self.prefix + name)}
        return Listing(self, given, tuple(rows), is_invented, keep)


class Listing:
    """A list as one request asks for it: filtered, sorted, one page of it shown."""

    def __init__(
        self,
        page: ListPage,
        given: Mapping[str, str],
        rows: Sequence[Any],
        is_invented: bool,
        keep: Mapping[str, str] | None = None,
    ) -> None:
        self.page, self.given, self.all_rows, self.is_invented = page, given, rows, is_invented
        self.kept_of_page = dict(keep or {})

    # -- which rows

    @cached_property
    def matching(self) -> tuple[Any, ...]:
        """The rows that pass every filter, sorted."""
        rows = [row for row in self.all_rows if all(self._passes(column, row) for column in self._filtered)]
        if (sorted_by := self._sorted_by) is None:
            return tuple(rows)
        column, is_descending = sorted_by
        known = [row for row in rows if column.value(row) is not None]
        unknown = [row for row in rows if column.value(row) is None]
        known.sort(key=lambda row: column.sort_key(column.value(row)), reverse=is_descending)
        return (*known, *unknown)

    @property
    def _filtered(self) -> list[Column]:
        return [column for column in self.page.columns if column.filter and column.name in self.given]

    def _passes(self, column: Column, row: Any) -> bool:
        text, asked = column.text(column.value(row)), self.given[column.name]
        return asked.casefold() in text.casefold() if column.filter is Filter.TEXT else asked == text

    @cached_property
    def _sorted_by(self) -> tuple[Column, bool] | None:
        for wish in (self.given.get("sort", ""), self.page.sort):
            name = wish.removeprefix("-")
            column = next((each for each in self.page.columns if each.name == name and each.is_sortable), None)
            if column:
                return column, wish.startswith("-")
        return None

    @property
    def shown(self) -> tuple[Any, ...]:
        """The rows of the page that is looked at."""
        start = (self.page_number - 1) * self.page.page_size
        return self.matching[start : start + self.page.page_size]

    @cached_property
    def page_count(self) -> int:
        """How many pages the matching rows fill; at least one."""
        return max(1, -(-len(self.matching) // self.page.page_size))

    @cached_property
    def page_number(self) -> int:
        """The page looked at, from 1; an impossible wish gives the nearest page there is."""
        wish = self.given.get("page", "1")
        number = int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 9 else 1
        return min(max(number, 1), self.page_count)

    # -- how they are shown

    @property
    def headers(self) -> list[Header]:
        """The columns' headers with their sort links."""
        return [self._header(column) for column in self.page.shown_columns]

    def _header(self, column: Column) -> Header:
        sorted_by = self._sorted_by
        is_sorted = sorted_by is not None and sorted_by[0] is column
        is_descending = is_sorted and sorted_by is not None and sorted_by[1]
        turned = column.name if is_descending or not is_sorted else f"-{column.name}"
        query = self._query(sort=turned, page=None) if column.is_sortable else ""
        state = "" if not is_sorted else "descending" if is_descending else "ascending"
        return Header(column.header, query, state, column.is_numeric)

    @property
    def cells(self) -> list[list[Cell]]:
        """The shown rows as cells."""
        return [[_cell(column, row) for column in self.page.shown_columns] for row in self.shown]

    @property
    def totals(self) -> list[Cell] | None:
        """The last row: sums over all matching rows, saying how many are unknown. None where nothing is summed."""
        if not any(column.is_summed for column in self.page.shown_columns) or not self.matching:
            return None
        return [self._total(column) for column in self.page.shown_columns]

    def _total(self, column: Column) -> Cell:
        if not column.is_summed:
            return Cell("", column.is_numeric)
        values = [column.value(row) for row in self.matching]
        known: list[Any] = [value for value in values if value is not None]
        summed = sum(known[1:], known[0]) if known else None
        if column.show_total and not self.is_filtered:
            return Cell(format_html("{}", column.show_total(summed)), is_numeric=True)
        html = format_html("{}", column.text(summed))
        if missing := len(values) - len(known):
            html += format_html('<br><span class="cp-unknown">{} {}</span>', missing, formats.NOT_KNOWN)
        return Cell(html, is_numeric=True)

    @property
    def filters(self) -> list[FilterField]:
        """The fields of the filter form. Choices are the values that the list has."""
        return [self._filter(column) for column in self.page.columns if column.filter]

    def _filter(self, column: Column) -> FilterField:
        chosen = self.given.get(column.name, "")
        if column.filter is Filter.TEXT:
            return FilterField(self.page.prefix + column.name, column.header, chosen, None)
        values = {column.value(row) for row in self.all_rows}
        known = sorted((value for value in values if value is not None), key=column.sort_key)
        choices = [column.text(value) for value in known]
        choices += [formats.NOT_KNOWN] if None in values else []
        return FilterField(self.page.prefix + column.name, column.header, chosen, tuple(dict.fromkeys(choices)))

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set."""
        return bool(self._filtered)

    @property
    def summary(self) -> str:
        """`12 of 40 scheme lines`, and which of them stand on this page."""
        found, everything = len(self.matching), len(self.all_rows)
        of = f" of {everything:,}" if self.is_filtered else ""
        said = f"{found:,}{of} {self.page.noun_of(everything if of else found)}"
        if self.page_count == 1:
            return said
        first = (self.page_number - 1) * self.page.page_size + 1
        return f"{said}, {first:,} to {first + len(self.shown) - 1:,} shown"

    # -- where its links go

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form keeps besides its own fields: the page's, and the order."""
        order = [(self.page.prefix + "sort", self.given["sort"])] if "sort" in self.given else []
        return [*self.kept_of_page.items(), *order]

    @property
    def clear_query(self) -> str:
        """The same list without filters."""
        return self._query(page=None, **dict.fromkeys((column.name for column in self._filtered), None))

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """(label, query) of each file format, for the rows that match."""
        return [(label, self._query(download=name, page=None)) for name, label in FORMATS.items()]

    @property
    def page_links(self) -> list[PageLink]:
        """Links to the first, the last and the nearest pages; none where there is one page only."""
        if self.page_count == 1:
            return []
        here, links, last = self.page_number, [], 0
        for number in sorted({1, *range(max(1, here - 1), min(self.page_count, here + 1) + 1), self.page_count}):
            if number > last + 1:
                links.append(PageLink(None))
            links.append(PageLink(number, self._query(page=str(number)), number == here))
            last = number
        return links

    @property
    def previous_query(self) -> str:
        """The page before this one; "" on the first."""
        return self._query(page=str(self.page_number - 1)) if self.page_number > 1 else ""

    @property
    def next_query(self) -> str:
        """The page after this one; "" on the last."""
        return self._query(page=str(self.page_number + 1)) if self.page_number < self.page_count else ""

    def _query(self, **changes: str | None) -> str:
        asked = {name: value for name, value in self.given.items() if name != "download"} | changes
        own = {self.page.prefix + name: value for name, value in asked.items() if value}
        return "?" + urlencode(self.kept_of_page | own)

    # -- as a file

    def file(self) -> HttpResponse | None:
        """The matching rows as the file that the address asks for; None where it asks for the page."""
        wanted = self.given.get("download", "")
        if wanted not in FORMATS:
            return None
        headers = [_file_header(column) for column in self.page.columns]
        rows = [[column.file_value(column.value(row)) for column in self.page.columns] for row in self.matching]
        if self.is_invented:
            headers, rows = [*headers, "Data"], [[*row, "invented"] for row in rows]
        return as_file(wanted, self.page.name, self.page.caption, headers, rows)


def _file_header(column: Column) -> str:
    return f"{column.header} ({column.symbol})" if column.kind is Kind.MONEY else column.header


def _cell(column: Column, row: Any) -> Cell:
    value: Value = column.value(row)
    html = conditional_escape(column.show(row)) if column.show else formats.with_whole_years(column.text(value))
    if column.link and (address := column.link(row)):
        html = format_html('<a class="govuk-link" href="{}">{}</a>', address, html)
    return Cell(html, column.is_numeric, value is None and column.show is None)
