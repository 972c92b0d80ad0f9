"""The schemas of this room's texts, for editors that check while one types."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from commonpool.commands import print_json


class Of(StrEnum):
    """Which text."""

    CONTRACT = "contract"
    FUTURES = "futures"


def schema(of: Annotated[Of, typer.Argument(help="contract, or futures: what may happen.")] = Of.CONTRACT) -> None:
    """Print the JSON Schema of a contract's text, or of a file of futures."""
    from commonpool.risk_share.reading.schema import contract_schema, futures_schema

    print_json({Of.CONTRACT: contract_schema, Of.FUTURES: futures_schema}[of]())
