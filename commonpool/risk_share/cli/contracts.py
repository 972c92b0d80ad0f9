"""The commands that need a contract and a file, and no database: check, explain, settle."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

if TYPE_CHECKING:
    from commonpool.risk_share.rules.contract import Contract
    from commonpool.risk_share.rules.performance_payment import PerformancePayment

NOT_READABLE: Final = 2
Answer = TypeVar("Answer")

ContractFile = Annotated[Path, typer.Argument(metavar="CONTRACT.yaml", exists=True, dir_okay=False)]
YearFile = Annotated[Path, typer.Argument(metavar="VARIANCES.csv", exists=True, dir_okay=False)]
Measures = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="CODE=RESULT", help="A measured result from 0 to 1, such as quality=0.8."),
]


def check(contract: ContractFile, output: FormatOption = Format.TEXT, as_json: JsonOption = False) -> None:
    """Say whether a contract is complete: every penny of any variance has somebody to bear it, or a name for nobody.

    Ends with 0, or with 2 and every fault with its line.
    """
    from commonpool.risk_share.rules.words import agreed_words

    found = _agreed(contract)
    if wants_json(output, as_json):
        print_json({"title": found.title, "is_complete": True, "words": agreed_words(found)})
    else:
        typer.echo(f"{contract.name}: complete. {found.title}.")


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
    from commonpool.risk_share.cli.answers import ladder_json, ladder_text
    from commonpool.risk_share.reading import read_variances
    from commonpool.risk_share.rules.ladder import ladder
    from commonpool.risk_share.rules.words import agreed_words

    if variances is None:
        words = agreed_words(_agreed(contract))
        print_json({"words": words}) if wants_json(output, as_json) else typer.echo("\n".join(words))
        return
    shared = sharing(contract)
    rungs = told(lambda: ladder(shared, read_variances(variances), results(measure)))
    if wants_json(output, as_json):
        print_json({"words": agreed_words(shared), "ladder": ladder_json(rungs)})
    else:
        typer.echo("\n".join([*agreed_words(shared), *ladder_text(shared, rungs)]))


def settle(
    contract: ContractFile,
    variances: YearFile,
    measure: Measures = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Settle a year: who bears what, clause by clause, in whole pence. Positive pays, negative receives.

    A contract that pays for performance takes a file of quarters. Ends with 0; with 1 where something is unallocated;
    with 2 where a file cannot be used.
    """
    agreed, is_json = _agreed(contract), wants_json(output, as_json)
    if _is_payment(agreed):
        _pay(agreed, variances, is_json)
    else:
        _settle(sharing(contract), variances, results(measure), is_json)


def _settle(contract: Contract, variances: Path, measures: dict[str, Fraction], is_json: bool) -> None:
    from commonpool.risk_share.cli.answers import settlement_json, settlement_text
    from commonpool.risk_share.reading import read_variances
    from commonpool.risk_share.rules.settling import settle as settled

    found = told(lambda: settled(contract, read_variances(variances), measures))
    if is_json:
        print_json(settlement_json(found))
    else:
        typer.echo("\n".join(settlement_text(contract, found)))
    if found.unallocated_pence:
        raise typer.Exit(1)


def _pay(agreed: Contract | PerformancePayment, quarters: Path, is_json: bool) -> None:
    from commonpool.risk_share.cli.answers import paid_json, paid_text
    from commonpool.risk_share.reading import read_quarters
    from commonpool.risk_share.rules.performance_payment import PerformancePayment, paid_for_performance

    assert isinstance(agreed, PerformancePayment)
    found = told(lambda: paid_for_performance(agreed, read_quarters(quarters)))
    if is_json:
        print_json(paid_json(found))
    else:
        typer.echo("\n".join(paid_text(agreed, found)))


def _agreed(path: Path) -> Contract | PerformancePayment:
    from commonpool.risk_share.reading import read_agreed

    return told(lambda: read_agreed(path))


def sharing(path: Path) -> Contract:
    """The contract of a file, or the command's end with every fault of it."""
    from commonpool.risk_share.reading import read_contract

    return told(lambda: read_contract(path))


def _is_payment(agreed: Contract | PerformancePayment) -> bool:
    from commonpool.risk_share.rules.performance_payment import PerformancePayment

    return isinstance(agreed, PerformancePayment)


def told(work: Callable[[], Answer]) -> Answer:
    """The answer, or the command's end with every reason why there is none."""
    from commonpool.risk_share.reading import NotAContract
    from commonpool.risk_share.rules.errors import ContractError
    from commonpool.sheets import Unreadable

    try:
        return work()
    except (NotAContract, Unreadable) as error:
        refuse(map(str, error.findings), NOT_READABLE)
    except ContractError as error:
        refuse([str(error)], NOT_READABLE)


def results(given: list[str] | None) -> dict[str, Fraction]:
    """The measured results of the options."""
    from commonpool.risk_share.reading.nodes import fraction_of

    found: dict[str, Fraction] = {}
    for text in given or []:
        code, _, result = text.partition("=")
        share = fraction_of(result)
        if not code or share is None or code in found:
            raise typer.BadParameter(f"‘{text}’ is no measure with its result. Write --measure quality=0.8, once each.")
        found[code] = share
    return found
