"""The commands that try contracts out on possible years: simulate, compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, wants_json
from commonpool.risk_share.cli.comparing import comparison_json, comparison_text, in_pounds
from commonpool.risk_share.cli.contracts import ContractFile, Measures, results, sharing, told

if TYPE_CHECKING:
    from commonpool.risk_share.rules.contract import Contract
    from commonpool.risk_share.rules.futures.reporting import PartnerFutures
    from commonpool.risk_share.rules.futures.trying import Tried

FuturesFile = Annotated[Path, typer.Argument(metavar="FUTURES.yaml", exists=True, dir_okay=False)]
Scenarios = Annotated[int, typer.Option(help="How many possible years; above 65,536 they are pseudo-random.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same years.")]


def simulate(
    contract: ContractFile,
    futures: FuturesFile,
    measure: Measures = None,
    scenarios: Scenarios = 8_192,
    seed: Seed = 1,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Try a contract out on many possible years: what each partner bears in the middle, in bad years, at its cap.

    Each number stands with its simulation error. Ends with 0, or with 2 where a file cannot be used.
    """
    tried, title = _tried([contract], futures, measure, scenarios, seed)
    if wants_json(output, as_json):
        print_json(_as_json(tried))
    else:
        typer.echo("\n".join(_as_text(title, tried)))


def compare(
    contracts: Annotated[list[Path], typer.Argument(metavar="CONTRACT.yaml …", exists=True, dir_okay=False)],
    futures: Annotated[
        Path, typer.Option(metavar="FUTURES.yaml", exists=True, dir_okay=False, help="What may happen.")
    ],
    measure: Measures = None,
    move_from: Annotated[
        Path | None, typer.Option("--from", metavar="CONTRACT.yaml", help="Which one partners would leave: the first.")
    ] = None,
    contribution: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE=POUNDS", help="What a partner pays in, where the contracts do not say it."),
    ] = None,
    scenarios: Scenarios = 8_192,
    seed: Seed = 1,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Try two to eight contracts out on the same possible years, side by side, and say who gains by moving.

    Ends with 0, or with 2 where a file cannot be used.
    """
    from commonpool.risk_share.rules.futures.frontier import stated_contributions

    if not 2 <= len(contracts) <= 8:
        raise typer.BadParameter(f"{len(contracts)} contracts cannot be compared. Give two to eight.")
    if move_from is not None and move_from not in contracts:
        raise typer.BadParameter(f"{move_from} is none of the contracts. Give one of them after --from.")
    start = contracts.index(move_from) if move_from else 0
    typed = _contributions(contribution)
    tried, title = _tried(contracts, futures, measure, scenarios, seed)
    pays = {**stated_contributions(tried.contracts), **typed}
    if wants_json(output, as_json):
        print_json({**_as_json(tried), **comparison_json(tried, start, pays)})
    else:
        typer.echo("\n".join([*_as_text(title, tried), *comparison_text(tried, start, pays)]))


def _contributions(given: list[str] | None) -> dict[str, int]:
    """What the options say that partners pay in, in pence."""
    from commonpool.money import AmountError, pence_from_text

    found: dict[str, int] = {}
    for text in given or []:
        code, _, pounds = text.partition("=")
        try:
            found[code] = pence_from_text(pounds)
        except AmountError as error:
            raise typer.BadParameter(f"‘{text}’ {error}. Write --contribution icb=5700000.00.") from None
    return found


def _tried(
    paths: Sequence[Path], futures: Path, measure: list[str] | None, scenarios: int, seed: int
) -> tuple[Tried, str]:
    """The contracts tried out, and what the futures are called."""
    from commonpool.risk_share.reading.futures import read_futures
    from commonpool.risk_share.rules.futures.trying import try_out

    agreed = [sharing(path) for path in paths]
    stated = told(lambda: read_futures(futures))
    tried = told(
        lambda: try_out(agreed, stated.lines, stated.schemes, stated.dependence, results(measure), scenarios, seed)
    )
    return tried, stated.title


def _as_json(tried: Tried) -> dict[str, Any]:
    return {
        "scenarios": tried.scenarios,
        "points": tried.points,
        "seed": tried.seed,
        "contracts": [
            {
                "title": each.contract.title,
                "partners": {code: _measures(found) for code, found in each.partners.items()},
                "burden_curve": [
                    {"variance_pence": point.variance_pence, "bears_pence": dict(point.bears_pence)}
                    for point in each.curve
                ],
            }
            for each in tried.contracts
        ],
    }


def _measures(found: PartnerFutures) -> dict[str, Any]:
    pence = {
        "mean": found.mean,
        "median": found.median,
        "percentile_80": found.bad_year,
        "percentile_95": found.very_bad_year,
        "mean_of_worst_5_percent": found.worst,
    }
    answer = {f"{name}_pence": {"value": each.value, "error": each.error} for name, each in pence.items()}
    return {**answer, "chance_at_cap": {"value": found.at_its_cap.value, "error": found.at_its_cap.error}}


def _as_text(title: str, tried: Tried) -> Iterator[str]:
    yield f"{title}: {tried.scenarios:,} possible years ({tried.points} points, seed {tried.seed})"
    for each in tried.contracts:
        yield ""
        yield each.contract.title
        yield from _table(each.contract, each.partners)
    yield ""
    yield "± is the simulation error (one standard error); a positive amount is paid. 1 year in 5 and in 20 are worse"
    yield "than the 80th and the 95th percentile."


def _table(contract: Contract, partners: dict[str, PartnerFutures]) -> Iterator[str]:
    width = max(len(contract.name_of(code)) for code in partners)
    heads = ("mean", "median", "80th", "95th", "worst 5%")
    yield f"{'':<{width}}" + "".join(f"{head:>24}" for head in heads) + f"{'at its cap':>20}"
    for code, found in partners.items():
        amounts = (found.mean, found.median, found.bad_year, found.very_bad_year, found.worst)
        cells = "".join(f"{in_pounds(each):>24}" for each in amounts)
        yield f"{contract.name_of(code):<{width}}{cells}{f'{found.at_its_cap.value:.1%}':>20}"
