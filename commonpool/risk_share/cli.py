"""`commonpool risk-share`: check a contract, say it in words, settle a year by it. No Django, no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

if TYPE_CHECKING:
    from commonpool.risk_share.rules.contract import Contract
    from commonpool.risk_share.rules.ladder import Rung
    from commonpool.risk_share.rules.settling import LineVariance, Settlement

NOT_READABLE: Final = 2

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who bears what: contracts as data.")
ContractFile = Annotated[Path, typer.Argument(metavar="CONTRACT.yaml", exists=True, dir_okay=False)]
VariancesFile = Annotated[Path, typer.Argument(metavar="VARIANCES.csv", exists=True, dir_okay=False)]
Measures = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="CODE=RESULT", help="A measured result from 0 to 1, such as quality=0.8."),
]


@commands.callback()
def risk_share() -> None:
    """Who bears what, by the contract that was signed."""


@commands.command()
def check(contract: ContractFile, output: FormatOption = Format.TEXT, as_json: JsonOption = False) -> None:
    """Say whether a contract is complete: every penny of any variance has somebody to bear it, or a name for nobody.

    Ends with 0, or with 2 and every fault with its line.
    """
    found = _contract(contract)
    if wants_json(output, as_json):
        print_json(
            {"title": found.title, "partners": list(found.partners), "parts": [each.name for each in found.parts]}
        )
    else:
        typer.echo(f"{contract.name}: complete. {found.title}, {len(found.partners)} partners.")


@commands.command()
def explain(
    contract: ContractFile,
    variances: Annotated[Path | None, typer.Argument(metavar="[VARIANCES.csv]", exists=True, dir_okay=False)] = None,
    measure: Measures = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Say a contract in plain English; with the lines of a year also as a ladder: so much over, you pay so much.

    The ladder lays each variance on the lines in proportion to their budgets.
    """
    from commonpool.risk_share.rules.words import contract_words

    found = _contract(contract)
    rungs = _ladder(found, _lines(variances), _results(measure)) if variances else []
    if wants_json(output, as_json):
        print_json({"words": contract_words(found), "ladder": [_rung(each) for each in rungs]})
    else:
        typer.echo("\n".join([*contract_words(found), *_ladder_text(found, rungs)]))


@commands.command()
def settle(
    contract: ContractFile,
    variances: VariancesFile,
    measure: Measures = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Settle a year's variances: who bears what, clause by clause, in whole pence. Positive pays, negative receives.

    Ends with 0; with 1 where something is unallocated; with 2 where a file cannot be used.
    """
    from commonpool.risk_share.rules.errors import ContractError
    from commonpool.risk_share.rules.settling import settle as settled

    agreed, lines = _contract(contract), _lines(variances)
    try:
        found = settled(agreed, lines, _results(measure))
    except ContractError as error:
        refuse([str(error)], NOT_READABLE)
    if wants_json(output, as_json):
        print_json(_as_json(found))
    else:
        typer.echo("\n".join(_as_text(agreed, found)))
    if found.unallocated_pence:
        raise typer.Exit(1)


def _contract(path: Path) -> Contract:
    from commonpool.risk_share.reading import NotAContract, read_contract

    try:
        return read_contract(path)
    except NotAContract as error:
        refuse(map(str, error.findings), NOT_READABLE)


def _lines(path: Path) -> list[LineVariance]:
    from commonpool.risk_share.reading import read_variances
    from commonpool.sheets import Unreadable

    try:
        return read_variances(path)
    except Unreadable as error:
        refuse(map(str, error.findings), NOT_READABLE)


def _ladder(contract: Contract, lines: list[LineVariance], measures: Mapping[str, Fraction]) -> list[Rung]:
    from commonpool.risk_share.rules.errors import ContractError
    from commonpool.risk_share.rules.ladder import ladder

    try:
        return ladder(contract, lines, measures)
    except ContractError as error:
        refuse([str(error)], NOT_READABLE)


def _results(given: list[str] | None) -> dict[str, Fraction]:
    from commonpool.risk_share.reading.nodes import fraction_of

    found: dict[str, Fraction] = {}
    for text in given or []:
        code, _, result = text.partition("=")
        share = fraction_of(result)
        if not code or share is None or code in found:
            raise typer.BadParameter(
                f"‘{text}’ is not a measure with its result. Write --measure quality=0.8, once each."
            )
        found[code] = share
    return found


def _as_json(found: Settlement) -> dict[str, Any]:
    return {
        "bears_pence": dict(found.bears_pence),
        "unallocated_pence": found.unallocated_pence,
        "steps": [
            {"clause": step.clause, "taken_pence": step.taken_pence, "by_partner_pence": dict(step.by_partner_pence)}
            for step in found.steps
        ],
    }


def _as_text(contract: Contract, found: Settlement) -> Iterator[str]:
    from commonpool.money import format_pounds

    yield contract.title
    yield f"Variance: {format_pounds(found.variance_pence)}"
    for code, pence in found.bears_pence.items():
        verb = "pays" if pence > 0 else "receives" if pence < 0 else "neither pays nor receives"
        yield f"{contract.name_of(code)} {verb}{f' {format_pounds(abs(pence))}' if pence else ''}"
    if found.unallocated_pence:
        yield f"Unallocated: {format_pounds(found.unallocated_pence)}. Nobody has agreed to bear it."
    yield ""
    for step in found.steps:
        by = ", ".join(
            f"{contract.name_of(code)} {format_pounds(pence)}" for code, pence in step.by_partner_pence.items()
        )
        yield f"{step.clause}: {format_pounds(step.taken_pence)}" + (f" ({by})" if by else "")


def _rung(each: Rung) -> dict[str, Any]:
    found = each.settlement
    return {
        "variance_pence": each.variance_pence,
        "bears_pence": dict(found.bears_pence),
        "unallocated_pence": found.unallocated_pence,
    }


def _ladder_text(contract: Contract, rungs: list[Rung]) -> Iterator[str]:
    from commonpool.money import format_pounds

    for each in rungs:
        over = f"{format_pounds(abs(each.variance_pence), whole=True)} {'over' if each.variance_pence > 0 else 'under'}"
        bears = [
            f"{contract.name_of(code)} {'pays' if pence > 0 else 'receives'} {format_pounds(abs(pence), whole=True)}"
            for code, pence in each.settlement.bears_pence.items()
            if pence
        ]
        if rest := each.settlement.unallocated_pence:
            bears.append(f"{format_pounds(abs(rest), whole=True)} unallocated")
        yield f"{over}: {'; '.join(bears)}."
