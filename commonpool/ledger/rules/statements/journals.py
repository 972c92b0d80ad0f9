"""What each partner posts in its own ledger, and that what one owes is what the other is owed, to the penny.

The pool is no body: its money stands in partners' ledgers. Each dealing of a partner with the host becomes four lines
a month and source, two in each ledger, that mirror each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.ledger.rules.statements.pairs import Pair, against
from commonpool.money import pounds_from_pence
from commonpool.periods import Period

HEADERS: Final = ("Date", "Account", "Debit", "Credit", "Reference", "Text")


class Dealing(StrEnum):
    """What passes between a partner and the host."""

    DUE = "due"
    PAID = "paid"
    DIRECT = "direct"
    OWED_BACK = "owed-back"
    PAID_BACK = "paid-back"


CONTRIBUTION, BANK, SPEND = "Contributions to the pooled fund", "Bank", "Pooled fund expenditure"
OWED_TO_HOST, OWED_BY_HOST = "Owed to {host} for the pooled fund", "Owed by {host} from the pooled fund"
OWED_BY, OWED_TO, INCOME = "Owed by {partner} to the pooled fund", "Owed to {partner}", "Contributions of {partner}"

# (debit, credit) in the partner's ledger, and in the host's.
_LINES: Final = {
    Dealing.DUE: ((CONTRIBUTION, OWED_TO_HOST), (OWED_BY, INCOME)),
    Dealing.PAID: ((OWED_TO_HOST, BANK), (BANK, OWED_BY)),
    Dealing.DIRECT: ((OWED_TO_HOST, BANK), (SPEND, OWED_BY)),
    Dealing.OWED_BACK: ((OWED_BY_HOST, CONTRIBUTION), (INCOME, OWED_TO)),
    Dealing.PAID_BACK: ((BANK, OWED_BY_HOST), (OWED_TO, BANK)),
}
_TEXTS: Final = {
    Dealing.DUE: "Contribution that fell due",
    Dealing.PAID: "Contribution paid",
    Dealing.DIRECT: "Paid to providers on behalf of the pool",
    Dealing.OWED_BACK: "Contribution to be returned",
    Dealing.PAID_BACK: "Contribution returned",
}


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of a journal: pence to one side, 0 to the other.

    on  the last day of the month that it sums
    """

    on: date
    account: str
    debit_pence: int
    credit_pence: int
    reference: str
    text: str

    def as_row(self) -> tuple[str, ...]:
        """As a file has it, in `HEADERS`; pounds with two decimals, the empty side empty."""
        debit, credit = (
            str(pounds_from_pence(pence)) if pence else "" for pence in (self.debit_pence, self.credit_pence)
        )
        return (self.on.isoformat(), self.account, debit, credit, self.reference, self.text)


@dataclass(frozen=True, slots=True)
class Journal:
    """The lines that one partner posts; debits and credits are equal for each reference."""

    partner: str
    label: str
    is_host: bool
    lines: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """One partner and the host at the end of the year's days: what each ledger says that the one owes the other.

    debtor    what the host's ledger has as owed by the partner, less what it owes the partner
    creditor  what the partner's ledger has as owed to the host, less what it is owed by the host
    """

    partner: str
    label: str
    debtor_pence: int
    creditor_pence: int

    @property
    def differs_pence(self) -> int:
        """0 when both ledgers say the same."""
        return self.debtor_pence - self.creditor_pence


def journals(pairs: Iterable[Pair], names: Names, months: Sequence[Period], host: str) -> tuple[Journal, ...]:
    """One journal for each partner, the host's last; of the year's months, the earliest first.

    pairs  sums of accounts 10, 22 and 40 by what they stand against
    """
    ends = {month.starts_on: month.ends_on for month in months}
    lines: dict[str, list[JournalLine]] = {partner: [] for partner in names.order(By.PARTNER) if partner != host}
    lines[host] = []
    for (month, source, dealing), pence in sorted(dealings(pairs, names, set(ends)).items()):
        partner = names.sources[source].partner
        reference = f"{source}/{ends[month]:%Y-%m}/{dealing}"
        own, mirrored = _LINES[dealing]
        said = {"host": names.label(By.PARTNER, host), "partner": names.label(By.PARTNER, partner)}
        if partner != host:
            lines[partner] += _two(own, pence, ends[month], reference, _TEXTS[dealing], said)
            lines[host] += _two(mirrored, pence, ends[month], reference, _TEXTS[dealing], said)
        elif dealing in (Dealing.DUE, Dealing.OWED_BACK):
            # The host owes itself nothing: its contribution only moves from its own budget to the pool's account.
            inside = (own[0], mirrored[1]) if dealing is Dealing.DUE else (mirrored[0], own[1])
            lines[host] += _two(inside, pence, ends[month], reference, _TEXTS[dealing], said)
    return tuple(
        Journal(partner, names.label(By.PARTNER, partner), partner == host, tuple(own))
        for partner, own in lines.items()
    )


def _two(
    accounts: tuple[str, str], pence: int, on: date, reference: str, text: str, said: dict[str, str]
) -> Iterator[JournalLine]:
    debit, credit = accounts if pence > 0 else accounts[::-1]
    yield JournalLine(on, debit.format(**said), abs(pence), 0, reference, text)
    yield JournalLine(on, credit.format(**said), 0, abs(pence), reference, text)


def dealings(pairs: Iterable[Pair], names: Names, months: Collection[date]) -> dict[tuple[date, str, Dealing], int]:
    """(month, source, dealing) -> pence, zeros left out; without what the host lends or carries."""
    found: Counter[tuple[date, str, Dealing]] = Counter()
    every = [pair for pair in pairs if not names.sources[pair.source].is_borrowed]
    for dealing, sign, account, others in _DEALINGS:
        for pair in against(every, account, *others, months=months):
            found[pair.month, pair.source, dealing] += sign * pair.pence
    return {key: pence for key, pence in found.items() if pence}


_DEALINGS: Final = (
    (Dealing.DUE, 1, Account.RECEIVABLE, (Account.CONTRIBUTION,)),
    # Money that falls due and arrives in one stands on no receivable: it is both.
    (Dealing.DUE, -1, Account.CONTRIBUTION, (Account.CASH,)),
    (Dealing.PAID, -1, Account.CONTRIBUTION, (Account.CASH,)),
    (Dealing.PAID, -1, Account.RECEIVABLE, (Account.CASH,)),
    (Dealing.DIRECT, -1, Account.RECEIVABLE, (Account.EXPENDITURE,)),
    (Dealing.OWED_BACK, -1, Account.DUE_TO_CONTRIBUTOR, (Account.CONTRIBUTION, Account.BROUGHT_FORWARD)),
    (Dealing.PAID_BACK, 1, Account.DUE_TO_CONTRIBUTOR, (Account.CASH,)),
)


def agreement_of_balances(made: Sequence[Journal], host: str) -> tuple[Agreed, ...]:
    """For each partner, what the journals leave as owed in its ledger and in the host's."""
    hosts = next(journal for journal in made if journal.partner == host)
    rows = []
    for journal in made:
        if not journal.is_host:
            said = {"host": hosts.label, "partner": journal.label}
            debtor = sum(_balance(hosts, account.format(**said)) for account in (OWED_BY, OWED_TO))
            creditor = -sum(_balance(journal, account.format(**said)) for account in (OWED_TO_HOST, OWED_BY_HOST))
            rows.append(Agreed(journal.partner, journal.label, debtor, creditor))
    return tuple(rows)


def _balance(journal: Journal, account: str) -> int:
    return sum(line.debit_pence - line.credit_pence for line in journal.lines if line.account == account)


@dataclass(frozen=True, slots=True)
class Contributed:
    """A source's contributions of a year.

    due       what has fallen due
    received  what came, as cash or as payments that the partner made to providers itself
    owed      what is still owed, of all years; below zero where more came than was due
    """

    source: str
    label: str
    partner: str
    due_pence: int
    received_pence: int
    owed_pence: int


def contributions(pairs: Iterable[Pair], names: Names, months: Collection[date]) -> tuple[Contributed, ...]:
    """What fell due and what came, by source; without what the host lends or carries.

    pairs  sums of accounts 10 and 40 by what they stand against
    """
    every = list(pairs)
    due: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for (_, source, dealing), pence in dealings(every, names, months).items():
        if dealing is Dealing.DUE:
            due[source] += pence
        elif dealing in (Dealing.PAID, Dealing.DIRECT):
            received[source] += pence
    owed: Counter[str] = Counter()
    for pair in every:
        if pair.account is Account.RECEIVABLE and not names.sources[pair.source].is_borrowed:
            owed[pair.source] += pair.pence
    return tuple(
        Contributed(code, names.source_label(code), names.sources[code].partner, due[code], received[code], owed[code])
        for code in names.order(By.SOURCE)
        if due[code] or received[code] or owed[code]
    )
