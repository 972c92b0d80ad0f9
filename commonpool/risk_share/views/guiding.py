"""What helps to write a contract's text elsewhere: the guide, and the schemas that an editor checks by."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from commonpool.risk_share.reading.guide import guide_text
from commonpool.risk_share.reading.schema import contract_schema, futures_schema


def guide(request: HttpRequest) -> HttpResponse:
    """The guide to contracts."""
    answer = HttpResponse(guide_text(), content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="risk-share-contracts.md"'
    return answer


def schema_of_contract(request: HttpRequest) -> HttpResponse:
    """The schema of a contract's text."""
    return _schema("risk-share-contract", contract_schema())


def schema_of_futures(request: HttpRequest) -> HttpResponse:
    """The schema of a file of futures."""
    return _schema("risk-share-futures", futures_schema())


def _schema(name: str, held: dict[str, Any]) -> HttpResponse:
    answer = JsonResponse(held, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{name}.schema.json"'
    return answer
