"""What a settlement of a year finds in the books: spend on nobody's money, and what is left of whose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Balance, Entry, Ledger, Pool, Posting
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.queries.year_end import OfSource, year_end
from commonpool.ledger.rules.accounts import ADVANCE, UNFUNDED, Account, category_of
from commonpool.ledger.rules.settling import Borrowed

SETTLED = "settlement"
"""Kind of entry: a year's settlement. Its key begins with it too."""
TAKEN_BACK = "settlement_undone"


@dataclass(frozen=True, slots=True)
class Standing:
    """A year as a settlement finds it, in one pool.

    carried  source code -> what of it stands on fund balance brought forward, pence
    """

    pool: Pool
    borrowed: tuple[Borrowed, ...]
    left: tuple[OfSource, ...]
    carried: Mapping[str, int]

    @property
    def variance_pence(self) -> int:
        """Spent on nobody's money, less what is left."""
        return sum(each.pence for each in self.borrowed) - sum(each.pence for each in self.left)


def standing(ledger: Ledger, year: str, stream: int | None = None) -> Standing:
    """The year's end of the books, or of one stream of them. Raises LedgerError where several pools have a part in it.

    stream  row id of the fund that is a stream of the books' own
    """
    pools = list(ledger.pools.filter(stream=stream) if stream else ledger.pools.all())
    left = [each for each in year_end(ledger, year).left if each.pool in pools]
    borrowed = {pool: tuple(_borrowed(ledger, pool, year)) for pool in pools}
    touched = [pool for pool in pools if borrowed[pool] or any(each.pool == pool for each in left)] or pools[:1]
    if len(touched) != 1:
        named = ", ".join(pool.name for pool in touched) or "none"
        raise LedgerError(
            f"One entry settles one pool, and these have a part in the year: {named}. Settle them one by one on the "
            "page of the year’s end, by the shares that stand here."
        )
    [pool] = touched
    return Standing(pool, borrowed[pool], tuple(left), _carried(pool))


def _borrowed(ledger: Ledger, pool: Pool, year: str) -> list[Borrowed]:
    codes = [code for code in names_of(ledger).sources if category_of(code) in (UNFUNDED, ADVANCE)]
    own = [code for code in codes if code.split(":")[2] == year]
    rows = Posting.objects.filter(ledger=ledger, pool=pool, account=Account.EXPENDITURE, source__code__in=own)
    columns = ("source__code", "line__code", "provider", "line__category")
    summed = rows.values_list(*columns).annotate(spent=Sum("pence")).order_by(*columns[:3])
    return [Borrowed(code, line, who, of, spent) for code, line, who, of, spent in summed if spent > 0]


def _carried(pool: Pool) -> dict[str, int]:
    rows = Balance.objects.filter(pool=pool, account=Account.BROUGHT_FORWARD, pence__lt=0)
    return {code: -pence for code, pence in rows.values_list("source__code", "pence")}


def settlement_entry(ledger: Ledger, uuid: UUID) -> Entry | None:
    """The entry that stands for a settlement of that id; None where it was never posted, or taken back."""
    own = Entry.objects.filter(ledger=ledger, key__startswith=f"{SETTLED}/{uuid}/").order_by("-number").first()
    return own if own is not None and own.kind == SETTLED else None
