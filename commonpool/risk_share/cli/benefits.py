"""`commonpool risk-share benefits`: who pays and who gains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, wants_json
from commonpool.money import format_pounds
from commonpool.risk_share.cli.contracts import told

if TYPE_CHECKING:
    from commonpool.risk_share.rules.benefits import NetPosition, Range, SchemeBalance


def benefits(
    stakes: Annotated[Path, typer.Argument(metavar="STAKES.csv", exists=True, dir_okay=False)],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show who pays and who gains, scheme by scheme: first where the area gains and a payer loses.

    Ends with 0, or with 2 where the file cannot be used.
    """
    from commonpool.risk_share.reading.stakes import read_stakes
    from commonpool.risk_share.rules.benefits import balances, net_positions

    rows = told(lambda: read_stakes(stakes))
    found, net = told(lambda: balances(rows)), net_positions(rows)
    if wants_json(output, as_json):
        print_json(
            {
                "net_pence": {partner: each.pence for partner, each in net.items()},
                "net_unknown": {partner: each.unknown for partner, each in net.items()},
                "schemes": [_as_json(each) for each in found],
            }
        )
    else:
        typer.echo("\n".join(_as_text(found, net)))


def _as_json(each: SchemeBalance) -> dict[str, Any]:
    return {
        "scheme": each.scheme,
        "area_net_pence": each.area_net_pence,
        "area_range_pence": each.area_range,
        "net_pence": dict(each.net_pence),
        "net_range_pence": {partner: stake.net_range for partner, stake in each.stakes.items()},
        "unknown": each.unknown,
        "is_misaligned": each.is_misaligned,
        "side_payments_pence": dict(each.side_payments),
        "cost_by_benefit_pence": dict(each.cost_by_benefit),
    }


def _as_text(found: Sequence[SchemeBalance], net: Mapping[str, NetPosition]) -> Iterator[str]:
    misaligned = [each.scheme for each in found if each.is_misaligned]
    count = f"{len(misaligned)} of {len(found)} scheme{'' if len(found) == 1 else 's'}"
    yield f"In {count} the area gains and somebody who pays loses{': ' if misaligned else ''}{', '.join(misaligned)}."
    for each in found:
        yield ""
        yield from _scheme(each)
    yield ""
    yield f"Together: {'; '.join(f'{partner} {_together(position)}' for partner, position in net.items())}."


def _scheme(each: SchemeBalance) -> Iterator[str]:
    yield f"{each.scheme}: the area {_gains(each.area_net_pence)}{_between(each.area_range)}"
    for partner, stake in each.stakes.items():
        yield f"  {partner} {_gains(stake.net_pence)}{_between(stake.net_range)}"
    if each.side_payments:
        paid = [f"{who} {format_pounds(pence)}" for who, pence in each.side_payments.items() if pence > 0]
        yield f"  Nobody would lose if these paid the others: {', '.join(paid)}."
    elif each.losers and not each.unknown:
        yield "  The gains are smaller than the losses: no payment among the partners makes up for them."
    elif each.unknown:
        yield f"  Not known of {', '.join(each.unknown)}: what would leave nobody worse off cannot be said."


def _gains(pence: int | None) -> str:
    if pence is None:
        return "gains or loses: not known"
    if not pence:
        return "neither gains nor loses"
    return f"{'gains' if pence > 0 else 'loses'} {format_pounds(abs(pence))}"


def _between(ends: Range | None) -> str:
    """How sure it is, a loss with a minus sign."""
    return f", between {format_pounds(ends[0])} and {format_pounds(ends[1])}" if ends else ""


def _together(position: NetPosition) -> str:
    more = f", and not known in {position.unknown}" if position.unknown else ""
    return f"{_gains(position.pence)}{more}"
