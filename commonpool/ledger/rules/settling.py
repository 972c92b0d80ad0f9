"""A year's settlement as one entry: who pays in, what goes back, what is kept, and whose money the overspend becomes.

The agreement's rule says what each party bears of the year's variance; the books say what was spent on nobody's money
and what is left of whose. Both ways of looking at the year come to the same sum, or nothing is posted:

    what all bear together = spend on borrowed money - money that is left

A partner with money left gets it back and is charged what it bears besides: so its own money is never spent on lines
that it was not for, and what it pays in net is exactly what it bears.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from commonpool.ledger.rules import posting
from commonpool.ledger.rules.accounts import ADVANCE, RISK_SHARE, Account, category_of
from commonpool.ledger.rules.entries import Leg
from commonpool.ledger.rules.posting import Legs
from commonpool.money import format_pounds, split_into_pence


class SettlingError(ValueError):
    """A settlement that the books cannot carry out. The message says what is apart, and by how much."""


class Goes(StrEnum):
    """What becomes of money that is left."""

    BACK = "back"  # to whoever contributed it
    FORWARD = "forward"  # to next year, with its origin year


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Spend on nobody's money: on the host's advance, or on no source. `category` is the line's. Pence above zero."""

    source: str
    line: str
    provider: str
    category: str
    pence: int


@dataclass(frozen=True, slots=True)
class Left:
    """What a pool holds of a source at the year's end, for whom it counts, and what becomes of it.

    party    the partner who contributed it; or a fund of the contract, such as a reserve, that keeps it
    carried  how much of it stands on fund balance brought forward from an earlier year
    parts    how what is kept is made up, such as by district: label -> pence; it sums to what is newly kept
    """

    source: str
    party: str
    pence: int
    goes: Goes = Goes.BACK
    carried: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Used:
    """Money of a source that a fund of the contract, such as a risk reserve, puts towards the overspend."""

    fund: str
    source: str
    pence: int
    carried: int = 0


@dataclass(frozen=True, slots=True)
class Settling:
    """A settlement to be posted to one pool.

    bears  party -> pence by the agreement's rule; positive pays. Partners by their codes, funds by the contract's
    """

    pool: str
    year: str
    bears: Mapping[str, int]
    partners: frozenset[str]
    borrowed: Sequence[Borrowed] = ()
    left: Sequence[Left] = ()
    used: Sequence[Used] = ()

    def legs(self) -> Legs:
        """The whole settlement. Raises SettlingError where books and rule do not come to the same sum."""
        self._must_agree()
        pays, receives = self._pays(), self._receives()
        needs = Counter({each.category: 0 for each in self.borrowed})
        for each in self.borrowed:
            needs[each.category] += each.pence
        return _tidy(
            [
                *self._left_legs(),
                *self._charges(pays, {**needs, "": sum(receives.values())}),
                *self._paid_out(receives),
            ]
        )

    def on_a_forecast(self, needs: Mapping[str, int]) -> Legs:
        """A settlement while the year runs: payers pay in, receivers get theirs; spend to come is drawn as it comes.

        needs  category of lines -> pence by which those that are over are expected to be; what is paid in is for them
        """
        pays = {party: pence for party, pence in self.bears.items() if pence > 0 and party in self.partners}
        owed = {party: -pence for party, pence in self.bears.items() if pence < 0 and party in self.partners}
        held = [each for each in self.left if each.goes is Goes.BACK]
        back = {each.source: _taken(owed, each.party, each.pence) for each in held}
        receives = {party: pence for party, pence in owed.items() if pence}
        # One who is owed more than its own gets it from those whose money is not needed: back to them, and paid in.
        for each, pence in self._released_for(sum(receives.values()) - sum(pays.values()), held, back):
            back[each.source] += pence
            pays[each.party] = pays.get(each.party, 0) + pence
        spare = sum(pays.values()) - sum(receives.values())
        assert needs or not spare, "nobody pays in net where no line is over"
        ahead = split_into_pence(spare, needs) if spare else {}
        return _tidy(
            [
                *self._given_back([_part(each, back[each.source]) for each in held]),
                *self._charges(pays, {**ahead, "": sum(receives.values())}, is_final=False),
                *self._paid_out(receives),
            ]
        )

    @staticmethod
    def _released_for(short: int, held: Sequence[Left], back: Mapping[str, int]) -> Iterator[tuple[Left, int]]:
        if short <= 0:
            return
        spare = {each.source: each.pence - back[each.source] for each in held}
        if sum(spare.values()) < short:
            lacking = format_pounds(short - sum(spare.values()))
            raise SettlingError(f"{lacking} is to go back that the pool does not hold yet. Wait for it to be paid in.")
        parts = split_into_pence(short, spare)
        yield from ((each, parts[each.source]) for each in held if parts[each.source])

    # -- what each comes to

    def _balance(self) -> Counter[str]:
        """party -> what it bears, what it has left and what it puts in of its own taken into account."""
        found = Counter(self.bears)
        for left in self.left:
            found[left.party] += left.pence
        for used in self.used:
            found[used.fund] -= used.pence
        return found

    def _pays(self) -> dict[str, int]:
        return {party: pence for party, pence in sorted(self._balance().items()) if pence > 0}

    def _receives(self) -> dict[str, int]:
        return {party: -pence for party, pence in sorted(self._balance().items()) if pence < 0}

    def _must_agree(self) -> None:
        balance = self._balance()
        for party in sorted(balance.keys() - self.partners):
            if balance[party]:
                raise SettlingError(_apart(party, self.bears.get(party, 0), balance[party]))
        spent = sum(each.pence for each in self.borrowed)
        left = sum(each.pence for each in self.left)
        borne = sum(self.bears.values())
        if borne != spent - left:
            raise SettlingError(
                f"The contract shares {format_pounds(borne)}. The books hold {format_pounds(spent)} spent on nobody’s "
                f"money and {format_pounds(left)} left, which makes {format_pounds(spent - left)}: "
                f"{format_pounds(abs(borne - spent + left))} apart. Find in the books what came in or was spent "
                "outside the plan, or leave a source out that is no part of this year’s plan."
            )

    # -- legs

    def _left_legs(self) -> Iterator[Leg]:
        yield from self._given_back([each for each in self.left if each.goes is Goes.BACK])
        for each in self.left:
            if each.goes is Goes.FORWARD and (new := each.pence - each.carried) > 0:
                yield from self._kept(each, new)

    def _kept(self, left: Left, new: int) -> Iterator[Leg]:
        parts = left.parts or {"": new}
        if sum(parts.values()) != new:
            found = format_pounds(sum(parts.values()))
            raise SettlingError(f"The parts of {left.source} sum to {found}, not to {format_pounds(new)}. Correct one.")
        for label, pence in parts.items():
            for leg in posting.closed_to_next_year(self.pool, {left.source: pence}):
                yield replace(leg, order=label)

    def _given_back(self, left: Iterable[Left]) -> Iterator[Leg]:
        for each in left:
            old = min(each.carried, each.pence)
            for pence, was_carried in ((old, True), (each.pence - old, False)):
                if pence:
                    yield from posting.must_go_back(self.pool, {each.source: pence}, was_carried=was_carried)

    def _charges(self, pays: Mapping[str, int], needs: Mapping[str, int], *, is_final: bool = True) -> Iterator[Leg]:
        """Payers' money falls due, and the overspend becomes theirs, category by category, to the penny."""
        payers = {**{each.source: each.pence for each in self.used}, **pays}
        for category, charged in _allocated(payers, needs):
            sources = {self._source(payer, category): pence for payer, pence in charged.items()}
            due = {self._source(payer, category): pence for payer, pence in charged.items() if payer in pays}
            if due:
                yield from posting.contribution_due(self.pool, due)
            if category:
                yield from self._covered(category, sources, is_final=is_final)
            else:
                yield from self._released(sources)

    def _source(self, payer: str, category: str) -> str:
        return risk_share_source(payer, self.year, category) if payer in self.partners else payer

    def _covered(self, category: str, sources: Mapping[str, int], *, is_final: bool) -> Iterator[Leg]:
        """The spend of a category's lines, moved from what was borrowed to the sources, in order."""
        left = dict(sources)
        for each in (each for each in self.borrowed if each.category == category):
            charged: dict[str, int] = {}
            for source in sources:
                if part := min(left[source], each.pence - sum(charged.values())):
                    charged[source] = part
                    left[source] -= part
            assert not is_final or sum(charged.values()) == each.pence, "a final settlement covers every line"
            if taken := sum(charged.values()):
                yield from posting.reclassified(self.pool, {each.source: taken}, charged, each.line, each.provider)
                if category_of(each.source) == ADVANCE:
                    yield from posting.returned(self.pool, {each.source: taken})

    def _released(self, sources: Mapping[str, int]) -> Iterator[Leg]:
        """Money that leaves its source for a partner who is to get more than its own."""
        carried = {each.source: each.carried for each in self.used}
        for source, pence in sources.items():
            old = min(carried.get(source, 0), pence)
            for part, account in ((old, Account.BROUGHT_FORWARD), (pence - old, Account.CONTRIBUTION)):
                if part:
                    yield Leg(account, self.pool, source, part)
            yield Leg(Account.CASH, self.pool, source, -pence)

    def _paid_out(self, receives: Mapping[str, int]) -> Iterator[Leg]:
        for party, pence in receives.items():
            source = risk_share_source(party, self.year)
            yield Leg(Account.CASH, self.pool, source, pence)
            yield Leg(Account.DUE_TO_CONTRIBUTOR, self.pool, source, -pence)


def kept_as_agreed(left: Sequence[Left], bears: Mapping[str, int], partners: Collection[str]) -> tuple[Left, ...]:
    """What is left, where of money for a fund no more is kept than the agreement gives it.

    A clause may net what some sources are over against what others leave. What a fund is not to keep then goes back to
    who contributed it, who is charged what is over: so no source pays for lines that it was not for.
    """
    whole: dict[str, dict[str, int]] = {}
    for each in left:
        if each.goes is Goes.FORWARD and each.party not in partners and bears.get(each.party, 0) < 0:
            whole.setdefault(each.party, {})[each.source] = each.pence
    kept: dict[str, int] = {}
    for fund, sources in whole.items():
        kept |= split_into_pence(min(-bears[fund], sum(sources.values())), sources)
    return tuple(part for each in left for part in _split(each, kept.get(each.source, each.pence)) if part.pence)


def _split(left: Left, kept: int) -> Iterator[Left]:
    """What is kept of it, on what stood there before first, and what goes back to its contributor."""
    carried = min(left.carried, kept)
    yield replace(left, pence=kept, carried=carried)
    owner, back = left.source.split(":")[1], left.pence - kept
    yield Left(left.source, owner, back, Goes.BACK, left.carried - carried)


def risk_share_source(partner: str, year: str, for_category: str = "") -> str:
    """The code of the source that a partner's settled share of a year is."""
    parts = [RISK_SHARE, partner, year]
    return ":".join([*parts, for_category] if for_category else parts)


def _apart(fund: str, bears: int, balance: int) -> str:
    keeps = f"{format_pounds(-bears)} for" if bears < 0 else f"{format_pounds(bears)} from"
    how = "too much" if (balance > 0 and bears < 0) or balance < 0 < bears else "too little"
    return (
        f"The contract has {keeps} ‘{fund}’, and what was chosen for it is {format_pounds(abs(balance))} {how}. "
        "Choose sources that come to that sum."
    )


def _part(left: Left, pence: int) -> Left:
    return replace(left, pence=pence, carried=min(left.carried, pence))


def _taken(owed: dict[str, int], party: str, held: int) -> int:
    """What of a party's own money goes back to it; what it is owed besides is lowered by that."""
    taken = min(owed.get(party, 0), held)
    if taken:
        owed[party] -= taken
    return taken


def _allocated(payers: Mapping[str, int], needs: Mapping[str, int]) -> Iterator[tuple[str, dict[str, int]]]:
    """(need, payer -> pence) of each need in order, filled by the payers in order: both margins are exact."""
    left = dict(payers)
    for need, wanted in needs.items():
        charged: dict[str, int] = {}
        for payer in payers:
            if part := min(left[payer], wanted - sum(charged.values())):
                charged[payer] = part
                left[payer] -= part
        if charged:
            yield need, charged


def _tidy(legs: Iterable[Leg]) -> Legs:
    """Legs of one kind added up; those that come to nothing fall away."""
    found: dict[tuple[object, ...], Leg] = {}
    sums: Counter[tuple[object, ...]] = Counter()
    for leg in legs:
        kind = (leg.account, leg.pool, leg.source, leg.line, leg.provider, leg.order)
        found.setdefault(kind, leg)
        sums[kind] += leg.pence
    return tuple(replace(leg, pence=sums[kind]) for kind, leg in found.items() if sums[kind])
