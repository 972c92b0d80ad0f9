"""django-hordak on PostgreSQL: `.bench/bin/python -m benchmarks.peers.hordak_peer postgresql://…` (see `answer`).

It has no SQLite: its first migration refuses it. On MySQL it checks balance from Python, and not at all after a bulk
load; so PostgreSQL, where a deferred trigger checks each leg. It works in a database of its own on the given server.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import django
import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from benchmarks.peers.answer import ACCOUNTS, DEBIT_ACCOUNTS, LINES, answer_requests, lines_of

DATABASE = "hordak_peer"
DAY = date(2025, 4, 1)


class HordakBooks:
    """A single entry saves each of its legs, as hordak's documentation shows.

    `at_once` is the same with `bulk_create`, which hordak's own benchmark uses: twice as fast.
    """

    def __init__(self) -> None:
        from hordak.models import Account, AccountType

        self.accounts = [
            Account.objects.create(
                name=f"Account {number}",
                code=str(number),
                type=AccountType.expense if number in DEBIT_ACCOUNTS else AccountType.liability,
                currencies=["GBP"],
            )
            for number in ACCOUNTS
        ]

    def warm_up(self) -> None:
        """Fill the tables, and count them for the planner.

        Counted while nearly empty, as autovacuum may do at any moment, they are read whole for each leg and the rate
        falls to a quarter; counted when filled, it is the best that was seen.
        """
        from django.db import connection

        self.post_entries(range(1_000), LINES)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def post_entry(self, number: int, lines: int) -> None:
        from django.db.transaction import atomic
        from hordak.models import Transaction

        with atomic():
            entry = Transaction.objects.create(date=DAY, description=f"Entry {number}")
            for leg in self._legs(entry, lines_of(number, lines)):
                leg.save()

    def post_entry_at_once(self, number: int, lines: int) -> None:
        from django.db.transaction import atomic
        from hordak.models import Leg, Transaction

        with atomic():
            entry = Transaction.objects.create(date=DAY, description=f"Entry {number}")
            Leg.objects.bulk_create(self._legs(entry, lines_of(number, lines)))

    def post_entries(self, numbers: range, lines: int) -> None:
        from django.db.transaction import atomic
        from hordak.models import Leg, Transaction

        entries = [Transaction(date=DAY, description=f"Entry {number}") for number in numbers]
        legs = [
            leg
            for number, entry in zip(numbers, entries, strict=True)
            for leg in self._legs(entry, lines_of(number, lines))
        ]
        with atomic():
            Transaction.objects.bulk_create(entries)
            Leg.objects.bulk_create(legs)

    def count_lines(self) -> int:
        from hordak.models import Leg

        return int(Leg.objects.count())

    def refuses_unbalanced(self) -> bool:
        from django.db import DatabaseError
        from django.db.transaction import atomic
        from hordak.models import Leg, Transaction

        try:
            with atomic():
                Leg.objects.bulk_create(self._legs(Transaction.objects.create(date=DAY), lines_of(0, 10)[:-1]))
        except DatabaseError:
            return True
        return False

    def _legs(self, entry: Any, lines: list[tuple[int, int]]) -> list[Any]:
        from hordak.models import Leg
        from moneyed import Money

        return [
            Leg(
                transaction=entry,
                account=self.accounts[account],
                **{"debit" if pence > 0 else "credit": Money(Decimal(abs(pence)) / 100, "GBP")},
            )
            for account, pence in lines
        ]


@contextmanager
def own_database(server: str) -> Iterator[dict[str, Any]]:
    """Django's settings of a new database on the server, dropped at the end."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
        try:
            place = conninfo_to_dict(server)
            yield {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": DATABASE,
                **{key.upper(): place[key] for key in ("host", "port", "user", "password") if key in place},
            }
        finally:
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def main() -> None:
    """Make the tables and answer requests about them."""
    with own_database(sys.argv[1]) as database:
        settings.configure(
            DATABASES={"default": database},
            INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            DEFAULT_CURRENCY="GBP",
            CURRENCIES=("GBP",),
            HORDAK_INTERNAL_CURRENCY="GBP",
            USE_TZ=True,
        )
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        answer_requests("django-hordak", HordakBooks())


if __name__ == "__main__":
    main()
