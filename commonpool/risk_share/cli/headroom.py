"""`commonpool risk-share headroom`: what each partner could add above its minimum under several futures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, wants_json
from commonpool.money import format_pounds
from commonpool.risk_share.cli.contracts import told

if TYPE_CHECKING:
    from commonpool.risk_share.rules.headroom import Headroom, HeadroomYear


def headroom(
    figures: Annotated[Path, typer.Argument(metavar="HEADROOM.yaml", exists=True, dir_okay=False)],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show what each partner could add above its minimum in each future, year by year, and which figure binds.

    Ends with 0, or with 2 where the file cannot be used.
    """
    from commonpool.risk_share.reading.headroom import read_headroom
    from commonpool.risk_share.rules.headroom import headroom as affordable

    stated = told(lambda: read_headroom(figures))
    years = stated.years
    found = [affordable(money, future, len(years)) for money, futures in stated.partners for future in futures]
    if wants_json(output, as_json):
        print_json({"title": stated.title, "headroom": [_as_json(each, years) for each in found]})
    else:
        typer.echo("\n".join([stated.title, *_as_text(found, years)]))


def _as_json(each: Headroom, years: Sequence[str]) -> dict[str, Any]:
    return {
        "partner": each.partner,
        "future": each.future,
        "steady_pence": each.steady_pence,
        "missing": list(each.missing),
        "years": [
            {
                "year": label,
                "top_up_pence": year.top_up_pence,
                "binds": year.binds.value,
                "funding_pence": year.funding_pence,
                "costs_pence": year.costs_pence,
                "savings_pence": year.savings_pence,
                "minimum_pence": year.minimum_pence,
                "margin_pence": year.margin_pence,
                "reserves_pence": year.reserves_pence,
                "from_reserves_pence": year.from_reserves_pence,
            }
            for label, year in zip(years, each.years, strict=False)
        ],
    }


def _as_text(found: Sequence[Headroom], years: Sequence[str]) -> Iterator[str]:
    partner = ""
    for each in found:
        if each.partner != partner:
            partner = each.partner
            yield from ("", partner)
        if each.missing:
            yield f"  {each.future}: not known. Missing: {', '.join(each.missing)}."
            continue
        yield f"  {each.future}: {format_pounds(each.steady_pence)} in every year"
        yield from (f"    {label}: {_said(year)}" for label, year in zip(years, each.years, strict=True))


def _said(year: HeadroomYear) -> str:
    if not year.top_up_pence:
        missing = f"; {format_pounds(year.short_pence)} is missing even so" if year.short_pence else ""
        return f"nothing: {year.binds.value}{missing}."
    used = f", {format_pounds(year.from_reserves_pence)} of it from reserves" if year.from_reserves_pence else ""
    return f"up to {format_pounds(year.top_up_pence)}{used}. Binds: {year.binds.value}."
