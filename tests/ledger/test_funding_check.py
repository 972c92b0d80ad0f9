"""The books' own check of funding: the plan, what is over, and the least that has to move."""

from __future__ import annotations

from datetime import date

import pytest

from commonpool.ledger.actions.drawing import set_fence, set_policy
from commonpool.ledger.actions.spending import reclassify
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Held, Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.funding import funding_check
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.events import Kind
from tests.ledger.builders import CARE, COUNCIL, GRANT, MAIN, NHS, NOW, REABLEMENT, YEAR, opened, posted, the_ledger

pytestmark = pytest.mark.django_db
LAST = AsAt(date(2025, 3, 31))


@pytest.fixture
def ledger() -> Ledger:
    made = the_ledger()
    opened(made, nhs=100, grant=100, council=100)
    return made


def test_spend_beyond_what_may_pay_for_it_is_named_with_what_is_short(ledger: Ledger) -> None:
    posted(ledger, Kind.ACTUAL, 130, line=REABLEMENT, policy=parse_policy(NHS))

    found = funding_check(ledger, YEAR, LAST)

    assert found.books.shortfall_pence == 30
    assert "2023-25/1" in found.books.sentence


@pytest.mark.requirement("S113")
def test_money_on_a_line_that_it_may_not_pay_for_is_moved_back_by_the_least_that_must_move(ledger: Ledger) -> None:
    posted(ledger, Kind.SPEND, 60, line=CARE, policy=parse_policy(COUNCIL))

    moves = funding_check(ledger, YEAR, LAST).moves.moves

    assert [(move.source, move.line, move.posted_pence, move.assigned_pence) for move in moves] == [
        (GRANT, CARE, 0, 60),
        (COUNCIL, CARE, 60, 0),
    ]


def test_a_reclassification_is_an_entry_that_says_why_and_never_an_edit(ledger: Ledger) -> None:
    posted(ledger, Kind.SPEND, 60, line=CARE, policy=parse_policy(COUNCIL), provider="PRIVATE")
    pool, line = ledger.pools.get(code=MAIN), ledger.lines.get(code=CARE)
    given = {"actor": None, "at": NOW, "ledger": ledger, "pool": pool, "line": line, "on": date(2024, 6, 1)}

    moved = reclassify(**given, from_source=COUNCIL, to_source=GRANT, pence=60, why="Agreed by the board.")

    held = dict(Held.objects.values_list("source__code", "pence"))
    assert (moved, held) == (1, {NHS: 100, GRANT: 40, COUNCIL: 100})
    for wrong, said in (
        ({"from_source": GRANT, "to_source": COUNCIL, "pence": 1, "why": "x"}, "may not pay for"),
        ({"from_source": COUNCIL, "to_source": GRANT, "pence": 1, "why": "x"}, r"has paid £0\.00"),
        ({"from_source": GRANT, "to_source": GRANT, "pence": 1, "why": " "}, "Say who approved"),
    ):
        with pytest.raises(LedgerError, match=said):
            reclassify(**given, **wrong)


@pytest.mark.requirement("S05")
def test_a_ring_fence_is_asked_at_every_draw_and_in_the_check(ledger: Ledger) -> None:
    terms = {"applies_to": "LBCG", "starts_on": "2024-04-01", "areas_of_spend": ["SOCIAL_CARE"], "because": "Grant"}
    set_fence(actor=None, at=NOW, ledger=ledger, terms=terms)

    found = funding_check(ledger, YEAR, LAST)

    assert found.plan.is_possible
    posted(ledger, Kind.ACTUAL, 10, line=CARE, allowed=frozenset(), policy=parse_policy(GRANT))
    assert funding_check(ledger, YEAR, LAST).books.shortfall_pence == 10


def test_a_policy_that_names_an_unknown_source_is_refused_with_those_that_there_are(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="no source NOWHERE"):
        set_policy(
            actor=None, at=NOW, ledger=ledger, line=None, text="NOWHERE", starts_on=date(2024, 4, 1), reason="Minutes"
        )
