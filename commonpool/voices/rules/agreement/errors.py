"""Why a question about agreement cannot be answered as it was put."""

from __future__ import annotations

from collections.abc import Sequence


class AgreementError(Exception):
    """What was given makes no table of ratings or sections. `reasons` has every fault, each with its cure."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = tuple(reasons)
