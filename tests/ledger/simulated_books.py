"""Many small ledgers in the tables, and one seed's events run through the real posting, beside the plain model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from commonpool.funds.models import PooledFund, Source
from commonpool.ledger.actions.posting import Refused, post, post_all, posting_in
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Balance, Entry, Held, Ledger, LedgerLine, LedgerSource, Period, PeriodClose, Pool
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.events import Event, Kind, Outcome
from commonpool.periods import FINANCIAL_YEAR
from tests.funds.builders import the_fund_with_partners
from tests.ledger.simulation import LINES, POOLS, SOURCES, UNFUNDED, Answer, Ask, Chooser, Model

NOW = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)
YEAR = "2024-25"
CARRIES_THE_REST = f"{UNFUNDED}:XWC:{YEAR}"
MONTHS = FINANCIAL_YEAR.periods(YEAR)


class Crash(Exception):  # noqa: N818 - what happens
    """The program dies before it commits."""


def many_ledgers(numbers: Sequence[int]) -> dict[int, Ledger]:
    """number -> an empty ledger of its own: pools, sources and lines of the simulator, twelve open months."""
    fund = the_fund_with_partners()
    partner = fund.partners.order_by("pk")[0]
    source = Source.objects.create(partner=partner, category="NHS_MIN", origin_year=YEAR, legal_basis="agreed")
    funds = PooledFund.objects.bulk_create(
        PooledFund(area=fund.area, name=f"Fund {number}", legal_basis="agreed", starts_on=fund.starts_on)
        for number in numbers
    )
    ledgers = Ledger.objects.bulk_create(Ledger(fund=each, opened_on=fund.starts_on) for each in funds)
    Pool.objects.bulk_create(Pool(ledger=ledger, code=code, name=code) for ledger in ledgers for code in POOLS)
    LedgerSource.objects.bulk_create(
        LedgerSource(ledger=ledger, source=source, code=code, may_go_below_zero=code == CARRIES_THE_REST)
        for ledger in ledgers
        for code in (*SOURCES, CARRIES_THE_REST)
    )
    LedgerLine.objects.bulk_create(
        LedgerLine(ledger=ledger, code=code, round_id="2023-25", line_id=code) for ledger in ledgers for code in LINES
    )
    Period.objects.bulk_create(
        Period(ledger=ledger, year=YEAR, label=month.label, starts_on=month.starts_on, ends_on=month.ends_on)
        for ledger in ledgers
        for month in MONTHS
    )
    return dict(zip(numbers, ledgers, strict=True))


def event_of(ask: Ask) -> Event:
    """The ledger's own event of what the model was asked."""
    return Event(
        ask.key,
        Kind(ask.kind),
        ask.on,
        ask.pool,
        ask.pence,
        to_pool=ask.to_pool,
        line=ask.line,
        source=ask.source,
        policy=parse_policy(ask.policy_text),
        allowed=ask.allowed,
        of=ask.of,
    )


class Run:
    """One seed's events: posted alone and in batches, tried again, crashed; months close on the way."""

    def __init__(self, seed: int, ledger: Ledger) -> None:
        self.ledger = ledger
        self.model = Model()
        self.chooser = Chooser(seed, self.model)
        self.chance = self.chooser.random
        self.closed = 0
        self.counts_on: dict[str, date] = {}
        self.at = NOW

    def steps(self, events: int) -> None:
        """Ask for about so many events in all, in steps of every kind."""
        asked = 0
        while asked < events:
            self.at += timedelta(seconds=1)
            step = self.chance.choice((self._alone, self._alone, self._batch, self._batch, self._crash, self._close))
            asked += step()

    def _alone(self) -> int:
        ask = self.chooser.ask()
        answer = self.model.answer(ask)
        self._note([ask])
        try:
            given = answer_of(post(actor=None, at=self.at, ledger=self.ledger, event=event_of(ask)))
        except LedgerError as refused:
            given = answer_of_refusal(refused)
        assert given == answer, ask
        return 1

    def _batch(self) -> int:
        """Several events in one transaction: all of them, or none where one is refused."""
        trial = self.model.copy()
        chooser = self.chooser
        chooser.model = trial
        asks: list[Ask] = []
        predicted: list[Answer] = []
        for _ in range(self.chance.randrange(2, 5)):
            asks.append(chooser.ask())
            predicted.append(trial.answer(asks[-1]))
            if predicted[-1].split is None:
                break
        events = [event_of(ask) for ask in asks]
        try:
            outcomes = post_all(actor=None, at=self.at, ledger=self.ledger, events=events)
            assert [answer_of(outcome) for outcome in outcomes] == predicted, asks
            self.model = trial
            self._note(asks)
        except LedgerError as refused:
            assert answer_of_refusal(refused) == predicted[-1], asks
            chooser.model = self.model
        return len(asks)

    def _crash(self) -> int:
        """What was posted before the program died has never been."""
        ask = self.chooser.ask()
        try:
            with posting_in(self.ledger, None, self.at, "ledger.post") as books:
                books.post(event_of(ask))
                if self.chance.random() < 0.5:
                    books.write()
                raise Crash
        except (Crash, LedgerError):
            return 1

    def _close(self) -> int:
        """The first month that is open closes for good; what comes late counts in the next one."""
        if self.closed < 8 and self.chance.random() < 0.4:
            period = self.ledger.periods.get(starts_on=MONTHS[self.closed].starts_on)
            head = Ledger.objects.values("entry_count", "head_hash").get(pk=self.ledger.pk)
            Period.objects.filter(pk=period.pk).update(state=Period.State.CLOSED)
            PeriodClose.objects.create(period=period, step=PeriodClose.Step.CLOSE, closed_at=self.at, **head)
            self.closed += 1
        return 1

    def _note(self, asks: Sequence[Ask]) -> None:
        """On which day each accepted event counts."""
        first_open = MONTHS[self.closed].starts_on
        for ask in asks:
            if ask.key in self.model.facts:
                self.counts_on.setdefault(ask.key, max(ask.on, first_open))

    def check(self) -> None:
        """The tables hold what the model holds: balances by account, what is held, the days, the number of entries."""
        pools = dict(self.ledger.pools.values_list("pk", "code"))
        sources = {pk: plain(code) for pk, code in self.ledger.sources.values_list("pk", "code")}
        balances = Balance.objects.filter(pool__in=pools).exclude(pence=0).order_by()
        by_account = balances.values_list("pool_id", "source_id", "account", "pence")
        assert {(pools[pool], sources[source], account): pence for pool, source, account, pence in by_account} == {
            key: pence for key, pence in self.model.balances.items() if pence
        }
        held = (
            Held.objects.filter(pool__in=pools).exclude(pence=0).order_by().values_list("pool_id", "source_id", "pence")
        )
        assert {(pools[pool], sources[source]): pence for pool, source, pence in held} == {
            (pool, source): pence for pool in POOLS for source, pence in self.model.held[pool].items() if pence
        }
        entries = Entry.objects.filter(ledger=self.ledger)
        days = dict(entries.exclude(key__endswith="#clears").values_list("key", "accounted_on"))
        assert (len(entries), days) == (self.model.entry_count, self.counts_on)


def plain(source: str) -> str:
    """A source as the model calls it."""
    return source.partition(":")[0]


def answer_of(outcome: Outcome) -> Answer:
    """What the books answered, as the model says it."""
    return Answer({plain(source): pence for source, pence in outcome.split.items()})


def answer_of_refusal(refused: LedgerError) -> Answer:
    return Answer(None, refused.outcome.short_pence if isinstance(refused, Refused) else None)
