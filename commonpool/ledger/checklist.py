"""What the books themselves can say about whether a period can be closed: each point with its count and its cure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from commonpool.ledger.instalments import outstanding
from commonpool.ledger.models import Entry, Held, Import, LedgerSource, Period, Posting, Virement
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.funding import funding_check
from commonpool.ledger.queries.reconciling import newest_by_partner, open_count
from commonpool.ledger.rules.accounts import HOLDING, Account
from commonpool.ledger.rules.events import UNDOES, Kind
from commonpool.money import format_pounds
from commonpool.periods import FINANCIAL_YEAR


@dataclass(frozen=True, slots=True)
class Item:
    """One point of the list. `count` is how many things are still to do; `blocks` whether closing waits for them.

    page   the name of the page on which it is dealt with, as "ledger:import"
    """

    code: str
    title: str
    count: int
    sentence: str
    cure: str = ""
    blocks: bool = False
    page: str = ""
    pence: int | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not self.count

    def as_json(self) -> dict[str, Any]:
        """The point as a close keeps it."""
        return {"code": self.code, "count": self.count, "said": self.sentence, "pence": self.pence}


def checklist(period: Period, on: date) -> list[Item]:
    """Every point for closing that period, as the books stand. `on` is today."""
    return [
        _earlier(period),
        _ended(period, on),
        _unfunded(period),
        _accruals(period),
        _due(period),
        _overdue(period),
        _imports(period),
        _unbudgeted(period),
        _funding(period),
        _virements(period),
        _records(period),
    ]


def _earlier(period: Period) -> Item:
    before = period.ledger.periods.filter(starts_on__lt=period.starts_on).exclude(state=Period.State.CLOSED)
    labels = ", ".join(before.order_by("starts_on").values_list("label", flat=True))
    said = f"Still open before it: {labels}." if labels else "Every earlier period is closed."
    return Item("earlier", "Earlier periods", before.count(), said, "Close them first.", blocks=bool(labels))


def _ended(period: Period, on: date) -> Item:
    is_over = on > period.ends_on
    said = "The period has ended." if is_over else f"{period.label} ends on {period.ends_on:%-d %B %Y}."
    return Item("ended", "The period is over", int(not is_over), said, "Wait until it has.", blocks=not is_over)


def _unfunded(period: Period) -> Item:
    """Spend up to the period's end that no source covers, and that nothing has covered since."""
    uncovered = LedgerSource.objects.filter(ledger=period.ledger, may_go_below_zero=True)
    now = -sum(Held.objects.filter(source__in=uncovered).values_list("pence", flat=True))
    by_then = Posting.objects.filter(
        ledger=period.ledger, source__in=uncovered, account__in=HOLDING, accounted_on__lte=period.ends_on
    ).aggregate(spent=Sum("pence"))["spent"]
    pence = max(0, min(now, by_then or 0))
    said = f"{format_pounds(pence)} of spend is covered by no source." if pence else "Every pound spent has a source."
    cure = "Let the host’s advance carry it, or correct the lines that it stands on."
    return Item(
        "unfunded", "Spend without a source", int(bool(pence)), said, cure, bool(pence), "ledger:year-end", pence
    )


def _accruals(period: Period) -> Item:
    standing = Entry.objects.filter(period=period, kind=Kind.ACCRUE).exclude(followers__kind__in=UNDOES)
    count = standing.count()
    said = f"{count} accrual{' is' if count == 1 else 's are'} not reversed yet." if count else "No accrual stands."
    return Item("accruals", "Accruals", count, said, "Soft-closing reverses them on the first day of the next period.")


def _due(period: Period) -> Item:
    count = len(outstanding(period.ledger, period.ends_on))
    said = f"{count} instalments have fallen due and are not posted." if count else "All that fell due is posted."
    return Item("due", "Contributions due", count, said, "Post what has fallen due.", page="ledger:contributions")


def _overdue(period: Period) -> Item:
    rows = Posting.objects.filter(
        ledger=period.ledger, account=Account.RECEIVABLE, accounted_on__lte=period.ends_on
    ).values("source__code")
    owed = [row["owed"] for row in rows.annotate(owed=Sum("pence")).order_by() if row["owed"] > 0]
    pence = sum(owed)
    said = f"{format_pounds(pence)} that fell due has not arrived." if pence else "All that fell due has arrived."
    cure = "Enter the cash that came, or the payments that partners made themselves."
    return Item("overdue", "Cash outstanding", len(owed), said, cure, page="ledger:contributions", pence=pence)


def _imports(period: Period) -> Item:
    waiting = period.ledger.imports.filter(state=Import.State.PREVIEWED).count()
    said = f"{waiting} files were looked at and not posted." if waiting else "No file waits to be posted."
    return Item("imports", "Files", waiting, said, "Post them, or leave them.", page="ledger:imports")


def _unbudgeted(period: Period) -> Item:
    """Spend on lines that the plan gives no money in the year: outside what the partners agreed."""
    budgeted = Posting.objects.filter(
        ledger=period.ledger, account=Account.ALLOCATED, entry__period__year=period.year
    ).values("line")
    outside = (
        Posting.objects.filter(ledger=period.ledger, account=Account.EXPENDITURE, entry__period__year=period.year)
        .exclude(line__in=budgeted)
        .values("line__code")
        .annotate(spent=Sum("pence"))
        .order_by()
    )
    lines = [row for row in outside if row["spent"]]
    pence = sum(row["spent"] for row in lines)
    said = f"{format_pounds(pence)} was spent on lines without a budget." if lines else "All spend is on planned lines."
    cure = "Agree it in the plan, or move the spend to the line that it belongs to."
    return Item("unbudgeted", "Spend outside the plan", len(lines), said, cure, page="ledger:outside", pence=pence)


def _funding(period: Period) -> Item:
    """Whether all lines can still be paid by money that may pay for them, by maximum flow."""
    found = funding_check(period.ledger, period.year, AsAt(period.ends_on)).books
    short = found.shortfall_pence
    cure = "Move budget, agree more money, or let the host’s advance carry it."
    return Item(
        "funding", "Funding of every line", int(bool(short)), found.sentence, cure, page="ledger:drawing", pence=short
    )


def _virements(period: Period) -> Item:
    waiting = period.ledger.virements.filter(state=Virement.State.PROPOSED, on__lte=period.ends_on).count()
    said = f"{waiting} virements wait for consent." if waiting else "No virement waits for consent."
    cure = "Have them answered, or take them back."
    return Item("virements", "Virements", waiting, said, cure, page="ledger:virements")


def _records(period: Period) -> Item:
    """What partners' newest records of the year have that the books have not, or the other way round."""
    year = FINANCIAL_YEAR.year(period.year)
    held = newest_by_partner(period.ledger, year.starts_on, year.ends_on)
    count = sum(open_count(each) for each in held)
    if not held:
        said = f"No partner’s record of {period.year} has been held against the books."
    else:
        many = f"{count} transaction{'s do' if count != 1 else ' does'} not match"
        said = f"{many} between the books and partners’ records." if count else "Partners’ records match the books."
    cure = "Correct what is wrong, or accept the cause of each with the partner."
    return Item("records", "Partners’ records", count, said, cure, page="ledger:reconciliations")
