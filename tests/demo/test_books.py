"""The books that come with the demonstration: Wendleshire's year to the penny, and they verify."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Sum

from commonpool.demo.books import fill_books, has_books
from commonpool.demo.fill import fill
from commonpool.ledger.models import Held, Import, Ledger, Period, Posting
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.verifying import verify

pytestmark = pytest.mark.django_db


def test_the_demonstration_comes_with_books_that_verify() -> None:
    fill(home=Path(settings.COMMONPOOL_HOME))
    assert not has_books()

    fill_books()

    wendleshire = Ledger.objects.get(fund__area__gss_code="XW01")
    spent = Posting.objects.filter(ledger=wendleshire, account=Account.EXPENDITURE).aggregate(p=Sum("pence"))["p"]
    uncovered = Held.objects.get(pool__ledger=wendleshire, may_go_below_zero=True).pence
    closed = wendleshire.periods.filter(state=Period.State.CLOSED).count()
    imports = wendleshire.imports.filter(state=Import.State.POSTED).count()
    assert (spent, uncovered, closed, imports) == (79_519_038_42, -679_029_25, 6, 4)
    assert Ledger.objects.count() == 3
    assert all(verify(ledger).is_sound for ledger in Ledger.objects.all())
