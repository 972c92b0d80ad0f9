"""The published schemas say what the reader says: of every key, and of every contract that can be."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.reading import agreed_from
from commonpool.risk_share.reading.futures import futures_from
from commonpool.risk_share.reading.nodes import Refused
from commonpool.risk_share.reading.schema import contract_schema, futures_schema
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.writing import contract_text
from tests.risk_share.builders import any_contracts
from tests.risk_share.test_settling import contracts

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples/risk-share"
OTHERS = {"futures", "headroom", "transition"}  # examples of other texts
CONTRACTS = sorted(path for path in EXAMPLES.glob("*.yaml") if path.stem not in OTHERS)
FUTURES = """
title: All keys
drivers: [demand]
copula: {t: 4}
schemes:
  a: {budget: '1', margin: {triangular: {low: -1%, likely: 0%, high: 1%}}, drivers: {demand: 60%}, partner: icb}
  b: {budget: '1', margin: {log_normal: {mean: 1%, sd: 5%}}, source: NHS, nhs_share: 50%, weights: {icb: 100%}}
  c: {budget: '1', margin: {history: [1%, 2%]}}
"""
EVERY_KEY = """
title: Every key
partners: {icb: {name: ICB, contribution: '9.00'}, la: Council}
groups: {nhs: {name: The NHS, proportion_to: {icb: '1'}, rounding: {rule: half_up, residual_to: icb}}}
funds: {reserve: Reserve}
measures: {quality: Quality}
rounding: {rule: largest_remainder, odd_penny_to: larger_contributor}
pay: {invoices: icb, within_days: 30}
parts:
  - name: one
    lines: [a, b]
    sources: NHS
    except_lines: [c]
    per: line
    rounding: {rule: half_up}
    overspend:
      remedies: [{fund: reserve, at_most: 1% of budget}]
      slices:
        - {name: s, to: icb, rate: 50%, measure: quality, complement: "yes", at_least: 1%, at_most: 2%, cliff: why}
      layers:
        - {to: '5', by: {nhs share: {nhs: nhs, rest: la}}}
        - {from: '5', to: '6', by: line weights}
        - {proportion_to: {icb: '2', la: '3'}}
      caps: [{partner: icb, at_most: 2% of contribution, excess_to: [la]}]
      unallocated: nobody
    underspend: {by: {contributions: [icb]}}
"""


CONTRACT = jsonschema.Draft202012Validator(contract_schema())
MAY_HAPPEN = jsonschema.Draft202012Validator(futures_schema())


def is_refused(schema: jsonschema.Draft202012Validator, held: Any) -> bool:
    return not schema.is_valid(held)


def texts(text: str) -> Any:
    """The document as the reader sees it: every value a text."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def contract_faults(held: Any) -> list[str]:
    return faults(lambda text: agreed_from("c.yaml", text), held)


def futures_faults(held: Any) -> list[str]:
    return faults(lambda text: futures_from("f.yaml", text), held)


def faults(read: Any, held: Any) -> list[str]:
    try:
        read(yaml.safe_dump(held, sort_keys=False))
    except Refused as refused:
        return [finding.fix for finding in refused.findings]
    return []


def changed(held: Any) -> Iterator[Any]:
    """The document with one key added, one taken away, or one value of another kind, at every place in turn."""
    for path in places(held):
        for change in ("add", "remove", "list", "mapping", "blank"):
            other = copy.deepcopy(held)
            at = other
            for step in path[:-1]:
                at = at[step]
            if change == "add":
                if not isinstance(at[path[-1]], dict):
                    continue
                at[path[-1]]["zzzz"] = "1"
            elif change == "remove":
                if len(path) == 1:
                    continue
                del at[path[-1]]
            else:
                at[path[-1]] = {"list": [], "mapping": {"zzzz": "1"}, "blank": " "}[change]
            yield other["top"]


def places(held: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_every_example_holds_to_the_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not is_refused(CONTRACT, texts(text))
    assert not is_refused(CONTRACT, yaml.safe_load(text))


def test_the_example_of_futures_holds_to_its_schema() -> None:
    for text in ((EXAMPLES / "futures.yaml").read_text(encoding="utf-8"), FUTURES):
        assert not is_refused(MAY_HAPPEN, texts(text))
        assert not is_refused(MAY_HAPPEN, yaml.safe_load(text))


@pytest.mark.parametrize(
    "held",
    [texts(EVERY_KEY), texts((EXAMPLES / "contingency.yaml").read_text(encoding="utf-8"))],
    ids=["a contract", "a payment"],
)
def test_a_key_that_the_reader_does_not_know_the_schema_does_not_know_either(held: Any) -> None:
    assert not is_refused(CONTRACT, held)
    for other in changed({"top": held}):
        told = contract_faults(other)
        if is_refused(CONTRACT, other):
            assert told, f"the schema alone refuses {other}"
        elif told:
            assert not any(fix.startswith("Known here: ") for fix in told), f"the schema takes {other}"


def test_the_same_of_futures() -> None:
    for other in changed({"top": texts(FUTURES)}):
        told = futures_faults(other)
        if is_refused(MAY_HAPPEN, other):
            assert told, f"the schema alone refuses {other}"
        else:
            assert not any(fix.startswith("Known here: ") for fix in told), f"the schema takes {other}"


@given(any_contracts())
@settings(deadline=None, max_examples=40)
def test_every_contract_that_can_be_written_holds_to_the_schema(contract: Contract) -> None:
    assert not is_refused(CONTRACT, texts(contract_text(contract)))


@given(contracts())
@settings(deadline=None, max_examples=15)
def test_every_contract_that_settles_holds_to_the_schema(contract: Contract) -> None:
    assert not is_refused(CONTRACT, texts(contract_text(contract)))


@pytest.mark.parametrize("missing", ["title", "partners", "parts"])
def test_what_every_contract_has_the_schema_asks_for(missing: str) -> None:
    held = texts(EVERY_KEY)
    del held[missing]

    assert is_refused(CONTRACT, held)


@pytest.mark.parametrize("of", ["contract", "futures"])
def test_the_schema_in_the_documentation_is_the_one_that_the_command_prints(of: str) -> None:
    published = (ROOT / f"docs/schemas/risk-share-{of}.schema.json").read_text(encoding="utf-8")

    printed = CliRunner().invoke(commands, ["schema", of]).output

    jsonschema.Draft202012Validator.check_schema(json.loads(printed))
    assert printed == published
