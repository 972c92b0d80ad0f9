"""django-ledger on SQLite: `.bench/bin/python -m benchmarks.peers.django_ledger_peer FILE` (see `answer`).

The file must not exist; it is opened as ours is: WAL, synchronous=FULL, the write lock taken first.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import django
from django.conf import settings

from benchmarks.peers.answer import ACCOUNTS, DEBIT_ACCOUNTS, LINES, answer_requests, lines_of

DAY = datetime(2025, 4, 1, tzinfo=UTC)
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; PRAGMA cache_size=-20000;"


class DjangoLedgerBooks:
    """Entries go in by `commit_txs`, posted at once: one that is only kept as a draft is in no statement.

    The library has no way to post many entries together, so many are that call repeated in one transaction.
    """

    def __init__(self) -> None:
        from django.contrib.auth import get_user_model
        from django_ledger.io.roles import EXPENSE_OPERATIONAL, LIABILITY_CL_ACC_PAYABLE
        from django_ledger.models import EntityModel

        entity = EntityModel.create_entity(
            name="Pool", use_accrual_method=True, fy_start_month=4, admin=get_user_model().objects.create_user("host")
        )
        entity.create_chart_of_accounts(assign_as_default=True, commit=True)
        sides = {True: (6000, EXPENSE_OPERATIONAL, "debit"), False: (2000, LIABILITY_CL_ACC_PAYABLE, "credit")}
        self.accounts = []
        for number in ACCOUNTS:
            first_code, role, side = sides[number in DEBIT_ACCOUNTS]
            self.accounts.append(
                entity.create_account(
                    code=str(first_code + number), role=role, name=f"Account {number}", balance_type=side, active=True
                )
            )
        self.ledger = entity.create_ledger(name="Pool", posted=True)

    def warm_up(self) -> None:
        for number in range(20):
            self.post_entry(number, LINES)

    def post_entry(self, number: int, lines: int) -> None:
        self._post(number, lines_of(number, lines))

    def post_entries(self, numbers: range, lines: int) -> None:
        from django.db.transaction import atomic

        with atomic():
            for number in numbers:
                self._post(number, lines_of(number, lines))

    def count_lines(self) -> int:
        from django_ledger.models import TransactionModel

        return int(TransactionModel.objects.count())

    def refuses_unbalanced(self) -> bool:
        from django.core.exceptions import ValidationError

        try:
            self._post(0, lines_of(0, 10)[:-1])
        except ValidationError:
            return True
        return False

    def _post(self, number: int, lines: list[tuple[int, int]]) -> None:
        self.ledger.commit_txs(
            je_timestamp=DAY,
            je_desc=f"Entry {number}",
            je_posted=True,
            je_txs=[self._line(account, pence) for account, pence in lines],
        )

    def _line(self, account: int, pence: int) -> dict[str, Any]:
        return {
            "account": self.accounts[account],
            "amount": Decimal(abs(pence)) / 100,
            "tx_type": "debit" if pence > 0 else "credit",
            "description": "",
        }


def main() -> None:
    """Make the tables and answer requests about them."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": PRAGMAS}
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1], "OPTIONS": options}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_ledger"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DJANGO_LEDGER_USE_DEPRECATED_BEHAVIOR=False,
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    answer_requests("django-ledger", DjangoLedgerBooks())


if __name__ == "__main__":
    main()
