"""The ledger's side of its benchmark, in a process of its own: one JSON request a line in, one answer a line out."""

from __future__ import annotations

import csv
import json
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

SINGLE, BULK, LARGE_LINES, FILL = 300, 3_000, 8_000, 10_000
DAY = date(2024, 6, 1)


def main() -> None:
    """Answer requests until there are none."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    work = _Work()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(work.answer(json.loads(line))), flush=True)


class _Work:
    def __init__(self) -> None:
        self._ledger: Any = None
        self._count = 0

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """What a request came to."""
        if request["work"] == "reads":
            return self._reads(request["size"])
        if self._ledger is None:
            self._fill(FILL)
        work = {"single": self._single, "bulk": self._bulk, "large": self._large}[request["work"]]
        return work()

    def _fill(self, postings: int) -> None:
        """Books of that size, and what a database in use has done to its tables by itself.

        PostgreSQL's autovacuum marks the pages that everybody sees; without it no index is read alone.
        """
        from django.db import connection

        from tests.ledger.filling import filled_ledger

        self._ledger = filled_ledger(postings)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")

    def _events(self, count: int) -> list[Any]:
        from commonpool.ledger.rules.events import Event, Kind

        start, self._count = self._count, self._count + count
        return [
            Event(f"bench/{n}", Kind.INVOICE, DAY, "MAIN", 10_000 + n % 97, line=f"2023-25/{n % 40 + 1}")
            for n in range(start, start + count)
        ]

    def _single(self) -> dict[str, Any]:
        """Each event drawn pari passu from five sources: ten lines, one durable commit."""
        from commonpool.ledger.actions.posting import post
        from tests.ledger.filling import AT

        events = self._events(SINGLE)
        started = time.perf_counter()
        for event in events:
            post(actor=None, at=AT, ledger=self._ledger, event=event)
        return {"entries": SINGLE, "seconds": time.perf_counter() - started}

    def _bulk(self) -> dict[str, Any]:
        from commonpool.ledger.actions.posting import post_all
        from tests.ledger.filling import AT

        events = self._events(BULK)
        started = time.perf_counter()
        for first in range(0, BULK, 1_000):
            post_all(actor=None, at=AT, ledger=self._ledger, events=events[first : first + 1_000])
        return {"entries": BULK, "seconds": time.perf_counter() - started}

    def _large(self) -> dict[str, Any]:
        from commonpool.ledger.actions.posting import post_drafts
        from commonpool.ledger.rules import posting
        from commonpool.ledger.rules.accounts import UNFUNDED
        from commonpool.ledger.rules.entries import Draft
        from tests.ledger.filling import AT

        sources = [code for code in self._ledger.sources.values_list("code", flat=True) if UNFUNDED not in code]
        self._count += 1
        legs: list[Any] = []
        for n in range(LARGE_LINES // 2):
            source = sources[n % len(sources)]
            legs += posting.invoiced("MAIN", {source: 100 + n % 89}, f"2023-25/{n % 40 + 1}", f"P{n}")
        started = time.perf_counter()
        draft = Draft(f"large/{self._count}", "invoice", DAY, tuple(legs))
        post_drafts(actor=None, at=AT, ledger=self._ledger, drafts=[draft], action="ledger.post")
        return {"entries": 1, "seconds": time.perf_counter() - started}

    def _reads(self, size: int) -> dict[str, Any]:
        """The whole scheme × source table, one cell of it, and a statement as a reader of the area opens it."""
        from django.conf import settings
        from django.core.management import call_command
        from django.test import Client
        from django.urls import reverse

        from commonpool.ledger.queries.as_at import AsAt
        from commonpool.ledger.queries.statements import scheme_table
        from commonpool.ledger.queries.sums import one_cell
        from tests.ledger.filling import YEAR

        call_command("collectstatic", interactive=False, verbosity=0)
        self._fill(size)
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        client = Client()
        client.force_login(_a_reader(self._ledger))
        page = f"{reverse('ledger:statement', args=[self._ledger.uuid])}?year={YEAR}&as_at=2025-03-31"
        assert client.get(page, secure=True).status_code == 200
        when, line = AsAt(date(2025, 3, 31)), self._ledger.lines.order_by("pk")[0].code
        source = self._ledger.sources.order_by("pk").exclude(may_go_below_zero=True)[0].code
        return {
            "table_s": _middle(lambda: scheme_table(self._ledger, when, YEAR)),
            "cell_ms": 1_000 * _middle(lambda: one_cell(self._ledger, when, line=line, source=source, year=YEAR)),
            "page_ms": 1_000 * _middle(lambda: client.get(page, secure=True)),
        }


def _a_reader(ledger: Any) -> Any:
    """Somebody who may see the area of the books."""
    from commonpool.people.rules import Role
    from tests.funds.builders import a_person

    host = ledger.fund.partners.get(role="host").organisation
    return a_person("reader@council.example", (host, Role.READER))


def _middle(work: Any, repeats: int = 5) -> float:
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times)


def write_events(path: Path, count: int) -> None:
    """A file of mixed events for `replay`: openings, then spend, transfers, accruals, invoices, refunds, payments."""
    draw = random.Random(2031)
    pools, lines, sources = [f"POOL{n}" for n in range(4)], [f"L{n}" for n in range(40)], [f"S{n}" for n in range(5)]
    policies = ["", "fixed:S0=57/S1=23/S2=11", "S1/S2>S3>S4", "fifo"]
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(
            [
                "event_id",
                "date",
                "kind",
                "pool",
                "to_pool",
                "scheme_line",
                "source",
                "amount",
                "policy",
                "of_event",
                "allowed",
            ]
        )
        for n in range(20):
            write([f"o{n}", "2024-04-01", "open", pools[n % 4], "", "", sources[n % 5], "90000000.00", "", "", ""])
        for n in range(count - 20):
            day = date(2024, 4, 2) + timedelta(days=n * 360 // count)
            kind = draw.choice(["spend", "actual", "transfer", "accrue", "invoice", "receive", "pay", "refund"])
            pounds = f"{draw.randint(1, 900)}.{draw.randint(0, 99):02d}"
            of = f"e{draw.randrange(max(n, 1))}" if kind in ("pay", "refund") else ""
            line = draw.choice(lines) if kind in ("spend", "actual", "accrue", "invoice") else ""
            other = pools[(n + 1) % 4] if kind == "transfer" else ""
            source = draw.choice(sources) if kind == "receive" else ""
            policy = draw.choice(policies) if line else ""
            pool = pools[n % 4] if not of else ""
            write([f"e{n}", day.isoformat(), kind, pool, other, line, source, pounds, policy, of, ""])


if __name__ == "__main__":
    main()
