"""The guide and the schemas, beside the editor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.urls import reverse

from commonpool.risk_share.reading.schema import contract_schema, futures_schema
from tests.risk_share_web.builders import as_, council_lead, the_agreement, wendleshire

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parents[2] / "docs/risk-share-contracts.md"


def test_the_guide_and_the_schemas_are_downloaded_from_beside_the_editor() -> None:
    the_agreement()
    client = as_(council_lead())

    html = client.get(reverse("risk_share:new", args=[wendleshire().uuid])).content.decode()
    found = {name: client.get(reverse(f"risk_share:{name}")) for name in ("guide", "contract-schema", "futures-schema")}

    assert all(reverse(f"risk_share:{name}") in html for name in found)
    assert found["guide"].content.decode() == GUIDE.read_text("utf-8")
    assert json.loads(found["contract-schema"].content) == contract_schema()
    assert json.loads(found["futures-schema"].content) == futures_schema()
    assert "risk-share-contract.schema.json" in found["contract-schema"]["Content-Disposition"]
