"""A program that is killed while it loads leaves a ledger that verifies: every commit is whole, nothing half-done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.site.running import MigratedSite, OwnSite

# The scripts run in a site of their own, on whichever database the suite runs.
LOAD = """
from datetime import UTC, date, datetime
from commonpool.ledger.actions.posting import post_all
from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.events import Event, Kind
from tests.ledger.simulated_books import many_ledgers
ledger = Ledger.objects.first() or many_ledgers([1])[1]
first = ledger.entry_count
for batch in range(100_000):
    events = [
        Event(f"{first}/{batch}/{n}", Kind.RECEIVE, date(2024, 5, 1), "MAIN", n + 1, source="ABCD"[n % 4])
        for n in range(50)
    ]
    post_all(actor=None, at=datetime.now(UTC), ledger=ledger, events=events)
    print(batch, flush=True)
"""
TELL = """
import json
from commonpool.audit.models import AuditEvent
from commonpool.ledger.models import Entry, Held, Seal
from commonpool.ledger.verifying import verify
last = AuditEvent.objects.filter(action="ledger.post").order_by("pk").last()
print(json.dumps({"faults": [str(fault) for fault in verify().faults], "entries": Entry.objects.count(),
                  "seals": Seal.objects.count(), "history": last.after["last_entry"],
                  "held": sum(Held.objects.values_list("pence", flat=True))}))
"""
BATCH = 50
PENCE_OF_A_BATCH = BATCH * (BATCH + 1) // 2


def test_a_load_that_is_killed_leaves_whole_commits_and_a_ledger_that_verifies_and_goes_on(
    migrated_site: MigratedSite,
    tmp_path: Path,
) -> None:
    with migrated_site(tmp_path / "home") as site:
        committed = _killed_after(site, batches=3)
        first = json.loads(site.python(TELL))
        committed += _killed_after(site, batches=8)
        second = json.loads(site.python(TELL))

        _is_whole(first, at_least=3)
        # The second load took up where the first was killed; it too lost no batch that it said was committed.
        _is_whole(second, at_least=committed)
        assert site.run("ledger", "verify").stdout.endswith("Sound.\n")


def _is_whole(told: dict[str, Any], at_least: int) -> None:
    """The kill came while a batch was under way: that one is whole, or it has never been."""
    assert told["faults"] == []
    assert told["entries"] % BATCH == 0
    assert told["entries"] >= at_least * BATCH
    assert told["seals"] == told["history"] == told["entries"]
    assert told["held"] == told["entries"] // BATCH * PENCE_OF_A_BATCH


def _killed_after(site: OwnSite, batches: int) -> int:
    """Start the load, kill it while it works on a later batch; how many batches it said were committed."""
    loading = site.start_python(LOAD)
    assert loading.stdout is not None
    for _ in range(batches):
        loading.stdout.readline()
    loading.kill()
    loading.wait(timeout=60)
    return batches + len(loading.stdout.read().split())
