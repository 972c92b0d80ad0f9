"""Who opens which page of the books: every address of the room, by somebody of another area, and by one who reads."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from commonpool.ledger import urls
from commonpool.ledger.models import Import, Ledger, Reconciliation, Virement
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.matching.terms import Terms
from commonpool.site.access import ACCESS
from tests.ledger_web.builders import (
    NHS_NORTH,
    YEAR,
    a_reader,
    a_stranger,
    as_,
    frozen,
    main_of,
    manager,
    paid_books,
    spent,
)

pytestmark = pytest.mark.django_db
NAMES = sorted(pattern.name or "" for pattern in urls.urlpatterns)
# What the access list calls reading; whatever else there is belongs to those who keep the books.
READING = {name for name in NAMES if "reads" in ACCESS[f"ledger:{name}"].__qualname__}


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    frozen(monkeypatch)
    return paid_books()


def things_of(ledger: Ledger) -> dict[str, UUID]:
    """What the first part of an address names: one of each in these books."""
    now, pool, host = timezone.now(), main_of(ledger), ledger.fund.partners.get(role="host")
    one, other = ledger.lines.all()[:2]
    file = {"ledger": ledger, "partner": host, "pool": pool, "year": YEAR, "file_name": "a.csv", "sha256": "0" * 64}
    virement = Virement.objects.create(
        ledger=ledger,
        pool=pool,
        from_line=one,
        to_line=other,
        pence=1,
        split={},
        on=date(2024, 9, 1),
        reason="To try the doors.",
        needs="all",
        digest="0" * 64,
        proposed_at=now,
    )
    last = date(2024, 9, 30)
    reconciliation = Reconciliation.objects.create(
        ledger=ledger,
        partner=host,
        as_at=last,
        file_name="b.csv",
        sha256="1" * 64,
        tolerances=Terms(date(2024, 4, 1), last, last).as_data(),
        recorded_at=now,
    )
    return {
        "areas": ledger.fund.area.uuid,
        "pool": ledger.uuid,
        "pools": pool.uuid,
        "sources": ledger.sources.get(code=NHS_NORTH).uuid,
        "lines": one.uuid,
        "entries": spent(ledger, "4", 100_00, Kind.INVOICE).uuid,
        "periods": ledger.periods.all()[0].uuid,
        "imports": Import.objects.create(**file, state="previewed", received_at=now).uuid,
        "virements": virement.uuid,
        "reconciliations": reconciliation.uuid,
        "partners": host.organisation.uuid,
    }


def address(pattern: URLPattern, things: dict[str, UUID]) -> str:
    """The pattern's address, each of its parts filled with something that these books have."""
    template = str(pattern.pattern)
    known: dict[str, Any] = {"year": YEAR, "kind": "invoice", "category": "NHS_MIN", **things}
    given = {
        key: known.get(key, known.get(f"{key}s", things["pool"] if converter == "uuid" else "1"))
        for converter, key in re.findall(r"<(\w+):(\w+)>", template)
    }
    of = re.findall(r"(\w+)/<uuid:uuid>", template)[0]
    return reverse(f"ledger:{pattern.name}", kwargs={**given, "uuid": things[of]})


def answers(client: Client, ledger: Ledger, method: str) -> dict[str, int]:
    """name -> what each address of the room answers."""
    things = things_of(ledger)
    return {
        pattern.name or "": getattr(client, method)(address(pattern, things)).status_code
        for pattern in urls.urlpatterns
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_of_another_area_opens_nothing(ledger: Ledger, method: str) -> None:
    found = answers(as_(a_stranger()), ledger, method)

    assert {name: status for name, status in found.items() if status != 403} == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_one_who_reads_changes_nothing(ledger: Ledger, method: str) -> None:
    found = answers(as_(a_reader()), ledger, method)
    entries = ledger.entries.count()

    assert {name: status for name, status in found.items() if name not in READING and status != 403} == {}
    assert Ledger.objects.get().entry_count == entries


def test_one_who_reads_reads(ledger: Ledger) -> None:
    found = answers(as_(a_reader()), ledger, "get")

    assert {name: found[name] for name in READING if found[name] not in (200, 302)} == {}


def test_whoever_keeps_the_books_opens_every_page_of_theirs(ledger: Ledger) -> None:
    found = answers(as_(manager()), ledger, "get")

    # A partner's chief officer answers a virement, and some steps are taken by a button only.
    assert {name: status for name, status in found.items() if status not in (200, 302, 405)} == {"answer-virement": 403}


def test_a_source_of_other_books_is_not_found(ledger: Ledger) -> None:
    stranger = UUID(int=1)
    url = reverse("ledger:carry-forward", args=[main_of(ledger).uuid, YEAR, stranger])

    assert as_(manager()).get(url).status_code == 404


@pytest.mark.parametrize("name", ["cover", "settle"])
def test_a_year_that_is_not_open_is_not_found(ledger: Ledger, name: str) -> None:
    url = reverse(f"ledger:{name}", args=[main_of(ledger).uuid, "2031-32", "NHS_MIN"])

    assert as_(manager()).get(url).status_code == 404
