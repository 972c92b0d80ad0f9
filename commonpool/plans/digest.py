"""The digest of what a plan says: what partners agree to, to the letter.

Where a value stood in a file is not part of what the plan says, so the same plan typed and uploaded has one digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any


def content_digest(content: Any, local: Mapping[str, Any] | None = None) -> str:
    """SHA-256, in hexadecimal, of a plan's content and of the local facts that stand beside it.

    content  a `PlanContent`
    local    facts that no workbook has, by line: who bears a loss, what is a test pot
    """
    said = {"content": _plain(content), "local": _plain(local or {})}
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        # Fields left out of comparison say where a value stood, not what the plan says.
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.compare}
    if isinstance(value, Mapping):
        # An amount that is not known and one that is not there say the same.
        return {str(key): _plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        # 12, 12.0 and 12.000000 are one amount, whichever database it went through.
        return str(Fraction(value))
    if isinstance(value, (Fraction, date)):
        return str(value)
    return value
