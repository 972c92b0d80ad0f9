"""Sealed entries. An entry and its postings are written once, and a seal that only a balanced entry gets ties them.

`entry.id` is a deferred key to the seal, so a commit without a valid seal fails, whichever program writes. Triggers
(`guards.py`) refuse every change, a late posting, and an entry that does not balance by pool and source.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.db.models import F, Q

from commonpool.ledger.models.books import Ledger, LedgerLine, LedgerSource, Period, Pool
from commonpool.ledger.rules.accounts import Account, Book

# An entry's row id is its ledger's id and its number: known before it is written, and in the order of the chain.
NUMBER_BITS: Final = 40


def entry_id(ledger_pk: int, number: int) -> int:
    """The row id of the entry with that number."""
    return (ledger_pk << NUMBER_BITS) | number


class Seal(models.Model):
    """Says that an entry is whole and balanced; there is none without."""

    entry_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"Seal {self.entry_id}"


class Entry(models.Model):
    """One event in one book, with its place in the chain. See `rules.entries.Draft` for what its fields say.

    happened_on    the day it concerns
    accounted_on   the day in an open period on which it counts; the same, unless its period was closed
    uuid           made of the ledger's uuid and the hash, so that nothing of an entry is outside the chain
    """

    seal = models.OneToOneField(Seal, models.PROTECT, primary_key=True, db_column="id")
    uuid = models.UUIDField(unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="entries", db_index=False)
    number = models.BigIntegerField()
    key = models.CharField(max_length=200)
    book = models.CharField(max_length=10, choices=[(book.value, book.value) for book in Book])
    kind = models.CharField(max_length=20)
    happened_on = models.DateField()
    accounted_on = models.DateField()
    period = models.ForeignKey(Period, models.PROTECT, related_name="entries")
    recorded_at = models.DateTimeField()
    policy = models.CharField(max_length=1000, blank=True, default="")
    policy_version = models.PositiveIntegerField(default=0)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    reason = models.CharField(max_length=500, blank=True, default="")
    digest = models.CharField(max_length=16, blank=True, default="")
    asked = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seal"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "number"],
                name="entry_number_once",
                violation_error_message="The ledger has an entry of that number already.",
            ),
            models.UniqueConstraint(
                fields=["ledger", "key"],
                name="entry_key_once",
                violation_error_message="That event is posted already.",
            ),
            models.CheckConstraint(
                condition=Q(book__in=[book.value for book in Book]) & ~Q(kind="") & ~Q(key="") & ~Q(hash=""),
                name="entry_is_whole",
                violation_error_message="An entry has a book, a kind, a key and a hash.",
            ),
            models.CheckConstraint(
                condition=Q(accounted_on__gte=F("happened_on")),
                name="entry_counts_no_earlier_than_it_happened",
                violation_error_message="An entry counts on the day it happened, or later if that period is closed.",
            ),
        ]

    def __str__(self) -> str:
        return f"Entry {self.number}"


def _proved_by_the_seal(to: type[models.Model], **more: Any) -> Any:
    """A key without a constraint of its own: the seal's trigger finds the row in the entry's own ledger, once for all.

    Six constraints a posting cost PostgreSQL more than all the rest of an entry. What is named is never removed.
    """
    return models.ForeignKey(to, models.PROTECT, related_name="+", db_index=False, db_constraint=False, **more)


class Posting(models.Model):
    """One leg of an entry: pence to an account of one pool and source; debits positive, credits negative.

    `ledger`, `period` and `accounted_on` repeat the entry's, for the index that statements read; the seal checks them.
    """

    # Whether the entry is there, a trigger asks of each statement that adds postings.
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", db_constraint=False)
    position = models.PositiveIntegerField()
    ledger = _proved_by_the_seal(Ledger)
    period = _proved_by_the_seal(Period)
    accounted_on = models.DateField()
    account = models.PositiveSmallIntegerField(choices=[(int(account), account.label) for account in Account])
    pool = _proved_by_the_seal(Pool)
    source = _proved_by_the_seal(LedgerSource)
    line = _proved_by_the_seal(LedgerLine, null=True, blank=True)
    provider = models.CharField(max_length=100, blank=True, default="")
    order = models.CharField(max_length=100, blank=True, default="")
    other_pool = _proved_by_the_seal(Pool, null=True, blank=True)
    transfer = models.CharField(max_length=200, blank=True, default="")
    pence = models.BigIntegerField()

    class Meta:
        ordering = ["entry", "position"]
        indexes = [
            # In the order in which statements group, with all that they ask: a sum is one pass over the index.
            models.Index(
                fields=[
                    *["ledger", "account", "line", "source", "pool", "provider", "period"],
                    *["accounted_on", "entry", "pence"],
                ],
                name="posting_for_statements",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(pence=0),
                name="posting_not_zero",
                violation_error_message="A posting of nothing is no posting.",
            ),
            models.CheckConstraint(
                condition=Q(account__in=[int(account) for account in Account]),
                name="posting_account_is_known",
                violation_error_message="Choose an account of the chart.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pence} to {Account(self.account).label}"


class Balance(models.Model):
    """The sum of the postings to one account of one pool and source, kept in the transaction that posts."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="balances", db_index=False)
    source = models.ForeignKey(LedgerSource, models.PROTECT, related_name="balances")
    account = models.PositiveSmallIntegerField()
    pence = models.BigIntegerField()

    class Meta:
        ordering = ["pool", "source", "account"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "source", "account"],
                name="balance_once",
                violation_error_message="That account has a balance for the source already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pence} on {Account(self.account).label}"


class Held(models.Model):
    """What a pool holds of one source, kept in the transaction that posts. The database lets none go below zero.

    `may_go_below_zero` is the source's own: only what no source covers is carried as a debt.
    """

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="held", db_index=False)
    source = models.ForeignKey(LedgerSource, models.PROTECT, related_name="held")
    may_go_below_zero = models.BooleanField(default=False)
    pence = models.BigIntegerField()

    class Meta:
        ordering = ["pool", "source"]
        verbose_name_plural = "held"
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "source"],
                name="held_once",
                violation_error_message="The pool has a balance of that source already.",
            ),
            models.CheckConstraint(
                condition=Q(pence__gte=0) | Q(may_go_below_zero=True),
                name="held_not_below_zero",
                violation_error_message="A source cannot pay more than the pool holds of it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pence} of {self.source} in {self.pool}"
