"""What sums of postings are made of, and what their codes are called: the ground of every statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from commonpool.ledger.rules.accounts import ADVANCE, RISK_SHARE, UNFUNDED, Account, category_of
from commonpool.ledger.rules.posting import EQUIPMENT_CREDIT, INCOME

NO_SOURCE: Final = "NO_SOURCE"
BORROWED: Final = frozenset({ADVANCE, UNFUNDED})
"""Categories of what is nobody's contribution: spend on them is a debt to the host until it is settled."""

SPECIAL: Final[Mapping[str, str]] = {
    ADVANCE: "Advance by the host",
    UNFUNDED: "Covered by no source",
    RISK_SHARE: "Partners’ shares of an overspend",
    NO_SOURCE: "No source in the plan",
}


class By(StrEnum):
    """What a statement has one row for. CATEGORY is that of the line, SOURCE_CATEGORY that of the money."""

    ALL = "all"
    POOL = "pool"
    PARTNER = "partner"
    LINE = "line"
    SOURCE = "source"
    CATEGORY = "category"
    SOURCE_CATEGORY = "source_category"
    PROVIDER = "provider"


class Cell(NamedTuple):
    """The sum of all postings that are alike in everything but their day, order and entry.

    line and provider are "" where a posting names none; `month` is the first day of the ledger's period.
    """

    account: Account
    line: str
    source: str
    pool: str
    provider: str
    month: date
    pence: int


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A scheme line as the newest agreed version of its plan says it. `stream` is the id of a fund, or ""."""

    code: str
    line_id: str
    name: str = ""
    category: str = ""
    provider: str = ""
    is_capital: bool = False
    stream: str = ""

    @property
    def label(self) -> str:
        """The line's number and name."""
        return f"{self.line_id} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source by the parts of its code. `stream` is the id of a fund, or ""."""

    code: str
    partner: str
    category: str
    origin_year: str
    for_category: str = ""
    stream: str = ""

    @property
    def is_borrowed(self) -> bool:
        """Whether it stands for money that no partner has contributed."""
        return self.category in BORROWED


@dataclass(frozen=True, slots=True)
class Names:
    """All that the codes in one ledger stand for, each in the order in which people list them.

    partners, categories, providers, pools   code -> what it is called; a code that is missing is called by itself
    """

    lines: Mapping[str, KnownLine] = field(default_factory=dict)
    sources: Mapping[str, KnownSource] = field(default_factory=dict)
    pools: Mapping[str, str] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)

    def key(self, by: By, cell: Cell) -> str:
        """Which row of a statement by that dimension the cell belongs to."""
        match by:
            case By.LINE:
                return cell.line
            case By.SOURCE:
                return cell.source
            case By.POOL:
                return cell.pool
            case By.PARTNER:
                return self.sources[cell.source].partner
            case By.CATEGORY:
                return self.category(cell)
            case By.SOURCE_CATEGORY:
                return self.sources[cell.source].category
            case By.PROVIDER:
                return self.provider(cell)
        return ""

    def category(self, cell: Cell) -> str:
        """The category of the cell's line; of its source where it has no line."""
        return self.lines[cell.line].category if cell.line else self.sources[cell.source].for_category

    def provider(self, cell: Cell) -> str:
        """Who is paid: whom the posting names, else whom the plan names for the line."""
        if cell.provider and cell.provider not in EARNED:
            return cell.provider
        return self.lines[cell.line].provider if cell.line else ""

    def label(self, by: By, key: str) -> str:
        """What people call a row."""
        if by is By.ALL:
            return "All"
        if by is By.LINE:
            return self.lines[key].label if key in self.lines else key or "No scheme line"
        if by is By.SOURCE:
            return self.source_label(key)
        if by in (By.CATEGORY, By.SOURCE_CATEGORY):
            return self.category_label(key) or "No category"
        known = {By.POOL: self.pools, By.PARTNER: self.partners, By.PROVIDER: self.providers}[by]
        return known.get(key) or key or "Not said"

    def category_label(self, code: str) -> str:
        """What a category is called."""
        return self.categories.get(code) or SPECIAL.get(code) or code

    def source_label(self, code: str) -> str:
        """Category, partner and origin year of a source; and what it is for, where that is another category."""
        source = self.sources.get(code)
        if source is None:
            return code
        said = [self.category_label(source.category), self.partners.get(source.partner, source.partner)]
        if source.for_category not in ("", source.category):
            said.append(f"for {self.category_label(source.for_category)}")
        return ", ".join([*said, source.origin_year])

    def order(self, by: By) -> list[str]:
        """The keys of a dimension in the order in which people list them, as far as they are known."""
        return {
            By.ALL: [""],
            By.POOL: list(self.pools),
            By.PARTNER: list(dict.fromkeys(source.partner for source in self.sources.values())),
            By.LINE: list(self.lines),
            By.SOURCE: list(self.sources),
            By.CATEGORY: list(dict.fromkeys(line.category for line in self.lines.values())),
            By.SOURCE_CATEGORY: list(dict.fromkeys(source.category for source in self.sources.values())),
            By.PROVIDER: list(dict.fromkeys(line.provider for line in self.lines.values())),
        }[by]

    def ordered(self, by: By, keys: Iterable[str]) -> list[str]:
        """These keys, the known ones in their order and the rest after them by their letters."""
        wanted = set(keys)
        known = [key for key in self.order(by) if key in wanted]
        return [*known, *sorted(wanted.difference(known))]

    def is_of(self, cell: Cell, *, stream: str = "", partner: str = "") -> bool:
        """Whether a cell belongs to a stream of a larger pool, and to a partner's sources.

        What a line spends belongs to the line's stream, whoever paid; the rest to the stream of its source.
        """
        source = self.sources[cell.source]
        if partner and source.partner != partner:
            return False
        own = self.lines[cell.line].stream if cell.line else source.stream
        return not stream or own == stream


EARNED: Final = frozenset({INCOME, EQUIPMENT_CREDIT})
"""What stands as provider on the legs of what a line earned, so that gross, income and net can be told apart."""


def is_income(cell: Cell) -> bool:
    """Whether the cell is income of a line, such as client charges, or a credit for equipment that came back."""
    return cell.account is Account.EXPENDITURE and cell.provider in EARNED


def special_of(source: str) -> str:
    """The category of a source that is no partner's own money; "" for any other."""
    category = category_of(source)
    return category if category in (*BORROWED, RISK_SHARE) else ""
