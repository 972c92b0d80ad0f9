"""Books, people and files for the pages of files, periods, virements, drawing and reconciliation."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonpool.ledger.models import Import, Ledger
from commonpool.ledger.rules.events import Kind
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from tests.funds.builders import a_body, a_person, northmere, the_council
from tests.ledger.builders import NHS, YEAR, opened, partner_of, posted, the_ledger
from tests.made_once import made_once
from tests.people.builders import with_second_factor

TRANSACTIONS = "date,line,amount,ref\n"


@made_once
def the_books(**held: int) -> Ledger:
    """Wendleshire's ledger of 2024-25, with £1,000.00 of the NHS minimum unless said otherwise."""
    ledger = the_ledger()
    opened(ledger, **(held or {"nhs": 1_000_00}))
    return ledger


def manager() -> Person:
    """The pool manager, of the council that keeps the accounts."""
    return _signing_in("pool.manager@council.example", the_council(), Role.POOL_MANAGER)


def chief_of(body: Organisation) -> Person:
    return _signing_in(f"chief.officer@{body.pk}.example", body, Role.CHIEF_OFFICER)


def a_reader() -> Person:
    """Somebody of the area who may look and change nothing."""
    return a_person("board.member@council.example", (the_council(), Role.BOARD_MEMBER))


def a_stranger() -> Person:
    """A pool manager of another area."""
    return _signing_in("pool.manager@elsewhere.example", a_body("NHS Elsewhere ICB"), Role.POOL_MANAGER)


def _signing_in(email: str, body: Organisation, role: Role) -> Person:
    person = a_person(email, (body, role))
    if not person.authenticator_set.exists():
        with_second_factor(person)
    return person


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    """A page's words, without tags and with single spaces."""
    assert response.status_code == 200, (response.status_code, response.get("Location"))
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    return re.sub(r" ([.,:;])(?= |$)", r"\1", words)


def send(
    ledger: Ledger, content: str | bytes, *, who: str = "XWC", name: str = "export.csv", person: Person | None = None
) -> Any:
    """Upload a file on the page; the answer of the page."""
    made = content.encode() if isinstance(content, str) else content
    given = {
        "partner": partner_of(ledger.fund, who).uuid,
        "pool": ledger.pools.get(code="MAIN").uuid,
        "year": YEAR,
        "file": SimpleUploadedFile(name, made),
    }
    return as_(person or manager()).post(reverse("ledger:upload", args=[ledger.uuid]), given)


def sent(ledger: Ledger, content: str | bytes, **more: Any) -> Import:
    """The file as the upload left it."""
    response = send(ledger, content, **more)
    assert response.status_code == 302, text_of(response)
    return Import.objects.get(uuid=response["Location"].split("/")[-2])


def due(ledger: Ledger, pence: int, on: date = date(2024, 4, 1)) -> None:
    """A contribution of the NHS minimum that falls due."""
    posted(ledger, Kind.DUE, pence, source=NHS, on=on)


__all__ = ["northmere", "the_council"]
