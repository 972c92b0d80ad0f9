"""Rounds are data: read, laid over one another, and refused where they are not complete."""

from __future__ import annotations

import shutil
import tempfile
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.policy.reading import load_published, load_round, round_ids
from commonpool.policy.reading.files import OWN_ROUNDS, PARTS, read_yaml
from commonpool.policy.rules import PolicyError

ROUND = 'label: Test\nyears: ["2040-41"]\ncurrency: GBP\ncurrency_symbol: "£"\nfirst_month: "4"\n'
MONEY = "BASE: {label: Base, payer: health, legal_basis: An Act, source: R1}\n"


def a_folder(tmp_path: Path, **rounds: dict[str, str]) -> Path:
    """A folder of rounds; {round id with _ for -: {part: YAML}}."""
    for name, parts in rounds.items():
        folder = tmp_path / name.replace("_", "-")
        folder.mkdir()
        for part, text in {"round": ROUND, "income": MONEY, **parts}.items():
            (folder / f"{part}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("round_id", round_ids())
def test_every_round_loads(round_id: str) -> None:
    loaded = load_round(round_id)

    assert loaded.years and loaded.income and len(loaded.digest) == 64


def test_an_unknown_round_is_named_with_those_that_exist() -> None:
    with pytest.raises(PolicyError, match=r"There is no round ‘1999’. There are: .*2023-25, 2025-26"):
        load_round("1999")


@pytest.mark.requirement("S03")
def test_a_round_outside_the_package_loads_without_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = (
        "due: {label: Due, unit: date, value: 2040-03-31, source: R1}\n"
        "rate: {label: Rate, unit: share, value: '0.5', source: S8}\n"
    )
    folder = a_folder(tmp_path, test_2040={"values": values})
    monkeypatch.setenv("COMMONPOOL_ROUNDS", str(folder))

    loaded = load_round("test-2040")

    assert loaded.values["due"].value == date(2040, 3, 31)
    assert loaded.values["rate"].value == Decimal("0.5")
    assert loaded.values["rate"].reference.verified and not loaded.values["due"].reference.verified
    assert "test-2040" in round_ids()
    assert "test-2040" in round_ids([folder])


@pytest.mark.requirement("S03")
def test_a_round_says_only_what_differs_from_the_one_it_is_based_on(tmp_path: Path) -> None:
    base = {
        "lists": "provider: {default_source: R1, A: First, B: Second}\narea: {default_source: R1, A: One}\n",
        "values": "due: {label: Due, unit: date, value: 2040-03-31, source: R1}\n",
    }
    after = {
        "round": 'label: After\nyears: ["2041-42"]\nbased_on: base\n',
        "income": "BASE: {label: Renamed}\nMORE: {label: More, payer: council, legal_basis: An Act, source: S8}\n",
        "lists": "provider: {B: null, C: {label: Third, source: S8}}\n"
        "area: {starts_afresh: true, Z: {label: Last, source: R1}}\n",
    }
    folder = a_folder(tmp_path, base=base, after=after)

    loaded = load_round("after", [folder])

    assert loaded.based_on == "base" and loaded.currency == "GBP"
    assert list(loaded.income) == ["BASE", "MORE"]
    assert loaded.income["BASE"].label == "Renamed" and loaded.income["BASE"].legal_basis == "An Act"
    assert list(loaded.lists["provider"].by_code) == ["A", "C"]
    assert list(loaded.lists["area"].by_code) == ["Z"]
    assert not loaded.values, "dated values belong to one round alone"


MALFORMED = {
    "no source": ({"conditions": "NC1: {label: A plan}"}, "bad/conditions.yaml, NC1: source is missing"),
    "unknown tag": (
        {"conditions": "NC1: {label: A plan, source: S999}"},
        "bad/conditions.yaml, NC1, source: ‘S999’ is not in sources.yaml",
    ),
    "memory called verified": (
        {"conditions": "NC1: {label: A plan, source: {tag: R1, verified: true}}"},
        "bad/conditions.yaml, NC1, source: R1 cannot be verified",
    ),
    "unquoted number": (
        {"values": "rate: {label: Rate, unit: share, value: 0.0566, source: R1}"},
        'bad/values.yaml, rate, value: the number 0.0566 is not in quotes. Write "0.0566".',
    ),
    "unquoted yes": (
        {"lists": "yes_no: {default_source: R1, YES: Ja}"},
        "bad/lists.yaml, yes_no: the key True is not text",
    ),
    "words for a number": (
        {"values": "rate: {label: Rate, unit: share, value: about half, source: R1}"},
        "bad/values.yaml, rate, value: ‘about half’ is not a number",
    ),
    "no date": (
        {"values": "due: {label: Due, unit: date, value: soon, source: R1}"},
        "bad/values.yaml, due, value: ‘soon’ is not a date",
    ),
    "unknown key": (
        {"income": "BASE: {label: Base, payer: health, legal_bases: An Act, source: R1}"},
        "bad/income.yaml, BASE: ‘legal_bases’ is not known here. Use: .*legal_basis",
    ),
    "unknown choice": (
        {"income": "BASE: {label: Base, payer: nobody, legal_basis: An Act, source: R1}"},
        "bad/income.yaml, BASE, payer: ‘nobody’ is not one of health, council, either",
    ),
    "same key twice": (
        {"conditions": "NC1: {label: A, source: R1}\nNC1: {label: B, source: R1}"},
        "NC1 stands there twice",
    ),
    "not YAML": ({"conditions": "NC1: [open"}, "bad/conditions.yaml cannot be read as YAML"),
    "not a mapping": ({"conditions": "- NC1"}, "bad/conditions.yaml is not a mapping"),
    "unknown base": ({"round": f"{ROUND}based_on: nowhere\n"}, "bad/round.yaml, based_on: there is no round ‘nowhere’"),
    "its own base": ({"round": f"{ROUND}based_on: bad\n"}, "bad/round.yaml, based_on: ‘bad’ goes round in a circle"),
    "no years": ({"round": ROUND.replace('years: ["2040-41"]\n', "")}, "bad/round.yaml: years is missing"),
    "no such month": ({"round": ROUND.replace('"4"', '"13"')}, "first_month: ‘13’ is not a month"),
    "two meanings": (
        {"lists": "provider: {default_source: R1, A: Same, B: {label: Other, aliases: [same]}}"},
        "bad, list provider: ‘same’ means both A and B",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_data_that_is_not_complete_is_refused_by_file_and_key(case: str, tmp_path: Path) -> None:
    parts, message = MALFORMED[case]
    folder = a_folder(tmp_path, bad=parts)

    with pytest.raises(PolicyError, match=message):
        load_round("bad", [folder])


@pytest.mark.requirement("S01")
@pytest.mark.parametrize("basis", ["", "legal_basis: '', ", "legal_basis: '  ', "])
def test_a_category_without_a_legal_basis_is_refused_by_name(basis: str, tmp_path: Path) -> None:
    folder = a_folder(tmp_path, bad={"income": f"GIFT: {{label: A gift, payer: council, {basis}source: R1}}"})

    with pytest.raises(PolicyError, match=r"bad/income.yaml, GIFT: legal_basis is missing or blank"):
        load_round("bad", [folder])


@pytest.mark.requirement("S01")
@pytest.mark.parametrize("round_id", round_ids())
def test_every_category_of_money_has_its_legal_basis(round_id: str) -> None:
    assert all(category.legal_basis for category in load_round(round_id).income.values())


def test_one_round_in_two_folders_is_refused(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        a_folder(folder, same={})

    with pytest.raises(PolicyError, match="The round same stands in two folders"):
        load_round("same", [first, second])


def test_a_missing_folder_of_rounds_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"There is no folder of rounds at .*gone"):
        round_ids([tmp_path / "gone"])


WHOLE = {part: read_yaml(OWN_ROUNDS / "norrmark-2031" / f"{part}.yaml") for part in PARTS}
WRONG_KINDS = [None, "", [], {}, ["x"], {"a": "b"}, True, "x", 3, 2.5, date(2031, 1, 1), [[1]], [None], {"x": None}]


def places_in(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to everything in the data, the data itself first."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, value in inner for found in places_in(value, (*path, key)))]


@settings(deadline=None)
@given(
    place=st.sampled_from([(part, path) for part in PARTS for path in places_in(WHOLE[part])]),
    wrong=st.sampled_from(WRONG_KINDS),
)
def test_whatever_stands_in_a_file_is_read_or_refused_with_a_sentence(
    place: tuple[str, tuple[str | int, ...]], wrong: object
) -> None:
    part, path = place
    broken: dict[str | int, Any] = {"": deepcopy(WHOLE[part])}
    spot: Any = broken
    for key in ("", *path)[:-1]:
        spot = spot[key]
    spot[("", *path)[-1]] = wrong
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "broken"
        shutil.copytree(OWN_ROUNDS / "norrmark-2031", folder)
        (folder / f"{part}.yaml").write_text(yaml.safe_dump(broken[""], allow_unicode=True), encoding="utf-8")

        try:
            assert load_round("broken", [Path(name)]).digest
        except PolicyError as refusal:
            assert str(refusal).endswith((".", "?"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'area,payer\n"' + b"x" * 200_000, "a quotation mark that is opened and never closed"),
        (b"PK\x03\x04" + b"x" * 100, "not a CSV file"),
        (b"", "is empty"),
    ],
)
def test_a_published_table_that_is_no_table_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "minimums.csv"
    file.write_bytes(content)

    with pytest.raises(PolicyError, match=said):
        load_published(file)
