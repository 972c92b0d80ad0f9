"""A shocked plan as the page and its download show it: labels of the round in place of codes, sums beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commonpool.money import format_pounds
from commonpool.plans.queries.figures import category_label, code_label
from commonpool.plans.rules import SchemeRow, Total
from commonpool.plans.rules.content import LIST_OF
from commonpool.policy.rules import Round
from commonpool.risk_share.queries.shocks import Ground
from commonpool.risk_share.reading.shocks import percent_text
from commonpool.risk_share.rules.shocks import (
    FundAdded,
    LessPaid,
    PayerLoss,
    Shock,
    Shocked,
    SpendingStops,
    Way,
)

VERBS = {
    Way.LEAVE: "leaves",
    Way.FREEZE: "pays nothing more",
    Way.WITHDRAW: "withdraws its top-up",
}


def in_words(shock: Shock, ground: Ground) -> str:
    """A shock in a sentence: `NHS Northmere ICB cuts what it pays by 8% from October 2024.`"""
    since = f" from {ground.months[shock.from_month].starts_on:%B %Y}"
    if not shock.from_month and (
        isinstance(shock, FundAdded) or (isinstance(shock, LessPaid) and shock.way is Way.CUT)
    ):
        since = " for the whole year"
    if isinstance(shock, SpendingStops):
        return f"{_label(ground.round, 'commissioner', shock.commissioner)} spends nothing more{since}."
    if isinstance(shock, FundAdded):
        by = f" by {shock.payer}" if shock.payer else ""
        return f"{format_pounds(shock.pence)} of {category_label(ground.round, shock.category)} is added{by}{since}."
    return f"{shock.payer or 'Every partner'} {_does(shock)}{_of(shock, ground.round)}{since}{_notice(shock)}."


def _does(shock: LessPaid) -> str:
    return VERBS.get(shock.way) or f"cuts what it pays by {percent_text(shock.share)}"


def _of(shock: LessPaid, round_: Round) -> str:
    return f", {category_label(round_, shock.category)} alone," if shock.category else ""


def _notice(shock: LessPaid) -> str:
    if not shock.has_notice:
        return ""
    days = f"{shock.notice_days} days" if shock.notice_days else "none"
    return f" (notice as the plan records it, else {days})"


def _label(round_: Round, field: str, code: str | None) -> str:
    return code_label(round_, LIST_OF[field], code)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A shocked plan with its labels."""

    ground: Ground
    found: Shocked

    @property
    def payers(self) -> list[tuple[PayerLoss, list[tuple[str, int | None]]]]:
        """Each payer, with what it no longer pays under each source that changes."""
        return [(each, self._changed(each)) for each in self.found.payers]

    def _changed(self, payer: PayerLoss) -> list[tuple[str, int | None]]:
        return [(category_label(self.ground.round, source), lost) for source, lost in payer.by_source if lost != 0]

    @property
    def sources(self) -> list[tuple[str, object]]:
        """(label, source) of each source that is touched."""
        return [
            (category_label(self.ground.round, each.source), each) for each in self.found.sources if each.is_touched
        ]

    @property
    def schemes(self) -> list[tuple[object, str]]:
        """(scheme, its sources) of each scheme that is touched."""
        return [
            (each, self._sources([line.row for line in each.lines])) for each in self.found.schemes if each.is_touched
        ]

    def _sources(self, rows: Sequence[SchemeRow]) -> str:
        return ", ".join(
            category_label(self.ground.round, code) for code in dict.fromkeys(row.source or "" for row in rows)
        )

    @property
    def uncovered_pence(self) -> int:
        """What falls short and no line can lose."""
        return sum(source.uncovered_pence or 0 for source in self.found.sources)

    @property
    def sides(self) -> list[tuple[str, list[tuple[str, Total]]]]:
        """What is taken from lines by who commissions and by who provides, the most first."""
        fields = (("Commissioned by", "commissioner"), ("Provided by", "provider"))
        return [(title, list(self._side(field))) for title, field in fields]

    def _side(self, field: str) -> Iterator[tuple[str, Total]]:
        taken = sorted(self.found.taken_by(field).items(), key=lambda item: -item[1].known_pence)
        yield from ((_label(self.ground.round, field, code), sums) for code, sums in taken)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing changes: no source, no line, no rule."""
        found = self.found
        is_touched = any(each.is_touched for each in found.sources) or any(each.is_touched for each in found.lines)
        return not is_touched and not found.broken

    @property
    def sentence(self) -> str:
        """The headline: what partners pay less, how many schemes lose, how many rules are newly broken."""
        if self.is_nothing:
            return f"Nothing changes in {self.ground.year}."
        schemes, broken, whole = len(self.schemes), len(self.found.broken), len(self.found.unfunded)
        stops = " or no longer spend it" if self.found.stopped.pence != 0 else ""
        lose = (
            f"{schemes} of {len(self.found.schemes)} schemes lose money{stops}" if schemes else "no scheme loses money"
        )
        end = f", {whole} of them all that is left" if whole else ""
        rules = f"{broken or 'no'} rule{'s are' if broken > 1 else ' is'} newly broken"
        return f"{_less(self.found.lost)}; {lose}{end}; {rules}."


def _less(lost: Total) -> str:
    if lost.pence is None:
        return "What partners no longer pay is not known"
    size = format_pounds(abs(lost.pence))
    said = f"Partners pay {size} less" if lost.pence > 0 else f"{size} more comes in"
    more = f", and {lost.unknown} amounts are not known" if lost.unknown else ""
    return (said if lost.pence else "Partners pay what they agreed") + more


HEADER = ("what", "code", "name", "source", "agreed_pence", "lost_pence", "stopped_pence", "left_pence", "note")


def rows_of(shown: WhatIf) -> Iterator[list[str | int | None]]:
    """The page's tables as one: payers by source, lines, rules. What is not known is an empty cell."""
    round_, found = shown.ground.round, shown.found
    yield list(HEADER)
    for payer in found.payers:
        for source, lost in payer.by_source:
            yield ["payer", "", payer.payer, category_label(round_, source), None, lost, None, None, ""]
    for source_loss in found.sources:
        label, note = category_label(round_, source_loss.source), ""
        if source_loss.uncovered_pence:
            note = f"{source_loss.uncovered_pence} pence fall on no line"
        agreed, lost, stopped = source_loss.before.pence, source_loss.lost_pence, source_loss.stopped_pence
        yield ["source", source_loss.source, label, label, agreed, lost, stopped, None, note]
    for line in found.lines:
        row, note = line.row, "nothing left" if line.is_unfunded else ""
        amounts = (line.planned_pence, line.lost_pence, line.stopped_pence, line.left_pence)
        yield ["line", row.line_id, row.name, category_label(round_, row.source or ""), *amounts, note]
    for rule in found.broken:
        for case, findings in (("lines spend as planned", rule.if_spent), ("lines lose the money", rule.if_lost)):
            for each in findings:
                yield ["rule", rule.rule, rule.title, "", None, None, None, None, f"{case}: {each.problem}"]
