"""`commonpool risk-share shock`: a plan workbook under a partner's cut, exit or freeze, and other shocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.money import format_pounds
from commonpool.risk_share.cli.contracts import NOT_READABLE, told

if TYPE_CHECKING:
    from commonpool.plans.rules import PlanContent, Total
    from commonpool.policy.rules import Round
    from commonpool.risk_share.rules.shocks import Shocked

Cuts = Annotated[list[str] | None, typer.Option(metavar="WHO=8%", help="A partner pays so much less.")]
Leaves = Annotated[list[str] | None, typer.Option(metavar="WHO", help="A partner leaves, after its notice.")]
Freezes = Annotated[list[str] | None, typer.Option(metavar="WHO", help="A partner pays nothing more.")]
Withdraws = Annotated[list[str] | None, typer.Option(metavar="WHO", help="A partner withdraws its top-up; * is all.")]
Stops = Annotated[list[str] | None, typer.Option(metavar="CODE", help="A commissioner spends nothing more.")]
Adds = Annotated[list[str] | None, typer.Option(metavar="SOURCE=500000", help="Money is added to a source.")]


def shock(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.xlsx", exists=True, dir_okay=False)],
    cut: Cuts = None,
    leave: Leaves = None,
    freeze: Freezes = None,
    withdraw: Withdraws = None,
    stop: Stops = None,
    add: Adds = None,
    first: Annotated[str, typer.Option(metavar="ID,ID", help="Lines that lose first; the rest by budget.")] = "",
    year: Annotated[str | None, typer.Option(help="A year of the plan; without it, the last with any amount.")] = None,
    published: Annotated[Path | None, typer.Option(help="CSV of published amounts; they come first.")] = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show what a plan loses when a partner cuts, leaves or freezes, and which rules that breaks.

    Each may be followed by ‘of SOURCE’, ‘after 90 days’ (notice) and ‘from 2024-10’. All are applied together.
    Ends with 0, with 1 where a rule is newly broken, or with 2 where the plan cannot be read or does not have what is
    named.
    """
    from commonpool.risk_share.reading.shocks import shocks_from
    from commonpool.risk_share.rules.shocks import Setting, apply

    said = {"cut": cut, "leave": leave, "freeze": freeze, "withdraw": withdraw, "stop": stop, "add": add}
    texts = [(kind, text) for kind, given in said.items() for text in given or []]
    if not texts:
        raise typer.BadParameter("There is no shock. Give one, such as --cut ‘Northmere=8%’.")
    content, planning_round, taken, amounts = _plan(plan, year, published)
    shocks = told(lambda: shocks_from(texts, planning_round, taken))
    setting = Setting(taken, first=told(lambda: _places(content, first)))
    found = told(lambda: apply(content, planning_round, shocks, setting, amounts))
    if wants_json(output, as_json):
        print_json(_as_json(found))
    else:
        typer.echo("\n".join(_as_text(found, planning_round)))
    raise typer.Exit(1 if found.broken else 0)


def _plan(path: Path, year: str | None, published: Path | None) -> tuple[PlanContent, Round, str, tuple[Any, ...]]:
    """(plan, its round, the year, amounts given by hand), or the command's end with why it cannot be read."""
    from commonpool.plans.workbooks import Asked, check_file
    from commonpool.policy.reading import load_published
    from commonpool.policy.rules import PolicyError

    try:
        amounts = load_published(published) if published else ()
        checked = check_file(path, Asked(year=year, published=amounts))
    except PolicyError as error:
        raise typer.BadParameter(str(error)) from None
    if checked.content is None or checked.round is None or checked.result is None:
        refuse(map(str, checked.findings), NOT_READABLE)
    return checked.content, checked.round, checked.result.year, amounts


def _places(content: PlanContent, first: str) -> tuple[int, ...]:
    from commonpool.risk_share.reading.shocks import places_of

    return places_of(content, first)


def _as_json(found: Shocked) -> dict[str, Any]:
    return {
        "year": found.year,
        "lost_pence": found.lost.pence,
        "short_pence": found.short.pence,
        "unknown_parts": found.lost.unknown + found.short.unknown,
        "payers": [
            {"payer": each.payer, "lost_pence": each.lost_pence, "by_source_pence": dict(each.by_source)}
            for each in found.payers
        ],
        "sources": [
            {
                "source": each.source,
                "lost_pence": each.lost_pence,
                "stopped_pence": each.stopped_pence,
                "short_pence": each.short_pence,
                "uncovered_pence": each.uncovered_pence,
            }
            for each in found.sources
        ],
        "lines": [
            {
                "line": each.row.line_id,
                "scheme": each.row.name,
                "source": each.row.source,
                "planned_pence": each.planned_pence,
                "stopped_pence": each.stopped_pence,
                "lost_pence": each.lost_pence,
                "is_unfunded": each.is_unfunded,
            }
            for each in found.lines
        ],
        "broken": [
            {
                "rule": each.rule,
                "title": each.title,
                "if_spent": [finding.as_json() for finding in each.if_spent],
                "if_lost": [finding.as_json() for finding in each.if_lost],
            }
            for each in found.broken
        ],
    }


def _as_text(found: Shocked, planning_round: Round) -> Iterator[str]:
    touched = [scheme for scheme in found.schemes if scheme.is_touched]
    yield f"{found.year}: partners pay {_sum(found.lost)} less; lines fall short of {_sum(found.short)}."
    for payer in found.payers:
        if payer.lost_pence != 0:
            parts = [
                f"{_label(planning_round, source)} {format_pounds(lost)}"
                for source, lost in payer.by_source
                if lost != 0
            ]
            yield f"  {payer.payer}: {'; '.join(parts)}"
    count, whole = f"{len(touched)} of {len(found.schemes)}", len(found.unfunded)
    yield f"{count} schemes lose money, {whole} of them all that is left{_end(touched)}"
    for scheme in touched:
        ends = "; nothing is left" if scheme.is_unfunded else ""
        stops = f"; {_sum(scheme.stopped)} is no longer spent" if scheme.stopped.pence != 0 else ""
        yield f"  {scheme.name or scheme.scheme}: {_sum(scheme.lost)} of {_sum(scheme.planned)}{stops}{ends}"
    for source in found.sources:
        if source.uncovered_pence:
            label = _label(planning_round, source.source)
            yield f"{format_pounds(source.uncovered_pence)} of {label} falls on no line."
    yield f"{len(found.broken)} rule{' is' if len(found.broken) == 1 else 's are'} newly broken{_end(found.broken)}"
    for rule in found.broken:
        yield f"  {rule.rule} {rule.title}"
        for case, faults in rule.cases:
            yield from (f"    {case.lower()}: {each.problem}" for each in faults)


def _end(follows: Sequence[object]) -> str:
    return ":" if follows else "."


def _sum(parts: Total) -> str:
    unknown = f" and {parts.unknown} that are not known" if parts.unknown and parts.known else ""
    return f"{format_pounds(parts.pence)}{unknown}"


def _label(planning_round: Round, source: str) -> str:
    category = planning_round.income.get(source)
    return category.label if category else source or "no known source"
