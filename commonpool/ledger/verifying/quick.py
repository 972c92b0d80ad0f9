"""Whether the ends of the books meet: asked after a restore, when the whole would take too long."""

from __future__ import annotations

from typing import Final

from django.db import connection

from commonpool.ledger.models import Ledger

# What is wrong, and SQL that gives the row id of each ledger where it is.
_QUESTIONS: Final = {
    "its row and its last entry do not agree": """
        SELECT l.id FROM ledger_ledger l LEFT JOIN ledger_entry e ON e.ledger_id = l.id AND e.number = l.entry_count
        WHERE l.entry_count > 0 AND (e.hash IS NULL OR e.hash <> l.head_hash)""",
    "it has more or fewer entries than its row says": """
        SELECT l.id FROM ledger_ledger l LEFT JOIN ledger_entry e ON e.ledger_id = l.id
        GROUP BY l.id, l.entry_count HAVING count(e.id) <> l.entry_count""",
    "an entry has no seal": """
        SELECT DISTINCT e.ledger_id FROM ledger_entry e LEFT JOIN ledger_seal s ON s.entry_id = e.id
        WHERE s.entry_id IS NULL""",
    "a balance is not the sum of its postings": """
        SELECT DISTINCT o.ledger_id FROM ledger_balance b JOIN ledger_pool o ON o.id = b.pool_id LEFT JOIN
            (SELECT pool_id, source_id, account, SUM(pence) AS pence FROM ledger_posting
             GROUP BY pool_id, source_id, account) p
            ON p.pool_id = b.pool_id AND p.source_id = b.source_id AND p.account = b.account
        WHERE p.pence IS NULL OR p.pence <> b.pence""",
}


def quick_faults() -> list[str]:
    """One sentence for each fault."""
    found = []
    for what, sql in _QUESTIONS.items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            wrong = [row[0] for row in cursor.fetchall()]
        names = Ledger.objects.filter(pk__in=wrong).values_list("fund__name", flat=True)
        found += [f"{name}: {what}. Run: commonpool ledger verify" for name in names]
    return found
