"""`commonpool risk-share share-saving`: three ways of sharing a saving that only arises together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, wants_json
from commonpool.money import format_pounds
from commonpool.risk_share.cli.contracts import told

if TYPE_CHECKING:
    from commonpool.risk_share.rules.aids import Aid
    from commonpool.risk_share.rules.shapley import Group


def share_saving(
    savings: Annotated[Path, typer.Argument(metavar="SAVINGS.csv", exists=True, dir_okay=False)],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Share a saving that only arises together, in three ways. Aids to a negotiation, never a settlement.

    The file has `group` (its partners with + between) and `saving_pence`, a row for every group. Ends with 0, or with
    2 where the file cannot be used.
    """
    from commonpool.risk_share.reading.savings import read_savings
    from commonpool.risk_share.rules.aids import aids

    stated = told(lambda: read_savings(savings))
    found = told(lambda: aids(stated))
    if wants_json(output, as_json):
        print_json({"note": "Aids to a negotiation, never a settlement.", "aids": [_as_json(each) for each in found]})
    else:
        typer.echo("\n".join(_as_text(stated, found)))


def _as_json(each: Aid) -> dict[str, Any]:
    return {
        "aid": each.code,
        "shares_pence": dict(each.pence),
        "is_in_the_core": None if each.why_not else not each.better_alone,
        "better_alone": [sorted(group) for group in each.better_alone],
        "why_not": each.why_not,
    }


def _as_text(stated: Mapping[Group, int], found: Sequence[Aid]) -> Iterator[str]:
    whole = stated[max(stated, key=len)]
    yield f"Together they save {format_pounds(whole)}."
    yield "Three ways to share it: aids to a negotiation, never a settlement."
    for each in found:
        yield ""
        yield f"{each.label}: {each.explained}"
        for partner, pence in each.pence.items():
            yield f"  {partner} {format_pounds(pence)}"
        yield f"  {each.core_words}"
