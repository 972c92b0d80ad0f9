"""The invented area Wendleshire: its plan of 2024-25, the same plan carried over to 2025-26, and what was spent.

Everything is read from `data/wendleshire*`; nothing is computed here but the carrying over, which follows the rules
that the data file states.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from commonpool.money import pence_from_pounds
from commonpool.plans.rules import (
    AmbitionRow,
    Answer,
    Contact,
    Cover,
    DistrictRow,
    IncomeRow,
    MinimumRow,
    PlanContent,
    SchemeRow,
    periods_of,
)
from commonpool.plans.template.prefill import statement_texts
from commonpool.policy.rules import MetricDefinition, Round

DATA: Final = Path(__file__).parent / "data"
AREA: Final = "XW01"
PLAN_YEAR: Final = {"2023-25": "2024-25", "2025-26": "2025-26"}


@dataclass(frozen=True, slots=True)
class QuarterlyActual:
    """What one scheme spent in the four quarters of 2024-25, in pence, and what it put out (None where not counted)."""

    scheme_id: str
    quarters: tuple[int, int, int, int]
    outputs: Decimal | None

    @property
    def outturn_pence(self) -> int:
        """The year's spend."""
        return sum(self.quarters)


@lru_cache(maxsize=1)
def data() -> Mapping[str, Any]:
    """Wendleshire's data file."""
    import yaml

    loaded: dict[str, Any] = yaml.load((DATA / "wendleshire.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return loaded


def wendleshire_plan(round: Round) -> PlanContent:
    """Wendleshire's plan: of 2024-25 in the round 2023-25, of 2025-26 carried over. 2023-24 is not known."""
    year = PLAN_YEAR[round.id]
    return PlanContent(
        round_id=round.id,
        cover=_cover(round),
        contacts=tuple(_contacts(round)),
        income=tuple(_income(round, year)),
        districts=tuple(
            DistrictRow(
                category="DFG", district=one["name"], district_code=one["code"], pence={year: _pence(one["pounds"])}
            )
            for one in data()["districts"]
        ),
        minimums=tuple(_minimums(round)),
        lines=tuple(_lines(round, year)),
        ambitions=tuple(_ambitions(round, year)),
        answers=tuple(_answers(round)),
    )


def quarterly_actuals() -> tuple[QuarterlyActual, ...]:
    """What each scheme spent by quarter in 2024-25. Raises AssertionError if a row does not add up to its outturn."""
    made = []
    for row in _csv("wendleshire_actuals.csv"):
        first, second, third, fourth = (_pence(row[quarter]) for quarter in ("q1", "q2", "q3", "q4"))
        outputs = Decimal(row["actual_outputs"]) if row["actual_outputs"] else None
        actual = QuarterlyActual(row["scheme_id"], (first, second, third, fourth), outputs)
        assert actual.outturn_pence == _pence(row["outturn"]), f"scheme {row['scheme_id']} does not add up"
        made.append(actual)
    return tuple(made)


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _pence(pounds: str) -> int:
    return pence_from_pounds(Decimal(pounds))


def _cover(round: Round) -> Cover:
    stated = data()["cover"]
    return Cover(
        area_name=data()["area"]["name"],
        area_code=AREA,
        completed_by=stated["completed_by"],
        email=stated["email"],
        telephone=stated["telephone"],
        is_signed_off=stated["is_signed_off"] == "yes",
        signed_off_on=_on(stated["signed_off_on"], round),
        signer_name=stated["signer_name"],
        signer_title=stated["signer_title"],
    )


def _on(by_round: Mapping[str, date] | None, round: Round) -> date | None:
    return (by_round or {}).get(round.id)


def _contacts(round: Round) -> Iterator[Contact]:
    roles = next(check.parameters["roles"] for check in round.checks if check.kind == "cover")
    signed = _on(data()["cover"]["signed_off_on"], round)
    for person in data()["contacts"]:
        yield Contact(
            role=roles[person["role"]],
            title=person["title"],
            first_name=person["first_name"],
            surname=person["surname"],
            email=person["email"],
            signed_on=signed,
        )


def _income(round: Round, year: str) -> Iterator[IncomeRow]:
    names = data()["bodies"]
    published = {
        (one.category, one.payer): one.pence for one in round.published if one.area == AREA and one.year == year
    }
    for row in data()["income"][round.id]:
        minimum = published.get((row["category"], row["payer"]))
        yield IncomeRow(
            category=row["category"],
            payer=names[row["payer"]],
            payer_code=row["payer"],
            pence={year: _pence(row["pounds"])},
            published_pence={} if minimum is None else {year: minimum},
            comment=row.get("comment", ""),
        )


def _minimums(round: Round) -> Iterator[MinimumRow]:
    for check in round.checks:
        if check.kind == "floor":
            floor = check.parameters["floor"]
            amounts = {one.year: one.pence for one in round.published if (one.area, one.category) == (AREA, floor)}
            yield MinimumRow(floor=floor, pence={year: amounts.get(year) for year in round.years})


def _lines(round: Round, year: str) -> Iterator[SchemeRow]:
    first: Round | None = round if round.id == "2023-25" else None
    for row in _csv("wendleshire_lines.csv"):
        own = data()["schemes"][row["scheme_id"]]
        spoken = _spoken(first, row) if first else _carried_over(row, own)
        outputs = Decimal(row["planned_outputs"]) if first and row["planned_outputs"] else None
        yield SchemeRow(
            line_id=row["scheme_id"],
            scheme_id=row["scheme_id"],
            name=row["scheme_name"],
            description=own["description"],
            other_text=own.get("other_text", ""),
            outputs={year: outputs} if outputs is not None else {},
            output_unit=row["output_unit"] if first else "",
            area_of_spend=_code(round, "area_of_spend", row["area_of_spend"]),
            area_other_text=own.get("area_other_text", ""),
            commissioner=_code(round, "commissioner", row["commissioner"]),
            nhs_share=Fraction(row["pct_nhs"]) / 100,
            provider=_code(round, "provider", row["provider"]),
            pence={year: _pence(row["plan_2024_25"])},
            funding_kind=own["funding_kind"],
            redirected_from=own.get("redirected_from", ""),
            purpose_kind=own["purpose_kind"],
            **spoken,
        )


def _spoken(round: Round, row: Mapping[str, str]) -> dict[str, Any]:
    """The codes that the line's own words mean in its round."""
    scheme_type = _code(round, "scheme_types", row["scheme_type"])
    return {
        "scheme_type": scheme_type,
        "sub_type": _code(round, "sub_types", row["sub_type"], scheme_type) if row["sub_type"] else None,
        "source": _code(round, "source_of_funding", row["source_of_funding"]),
        "new_existing": _code(round, "new_existing", row["new_existing"]),
    }


def _carried_over(row: Mapping[str, str], own: Mapping[str, Any]) -> dict[str, Any]:
    """What the line becomes in 2025-26: a new category of activity, its objectives, and where its money now stands."""
    from commonpool.policy.reading import load_round

    source = _spoken(load_round("2023-25"), row)["source"]
    return {
        "scheme_type": own["later"]["scheme_type"],
        "objectives": tuple(own["later"]["objectives"]),
        "source": data()["later_sources"].get(source, source),
    }


def _code(round: Round, list_name: str, text: str, parent: str | None = None) -> str:
    entry = round.lists[list_name].find(text, parent)
    assert entry is not None, f"{list_name} of {round.id} has no ‘{text}’"
    return entry.code


def _ambitions(round: Round, year: str) -> Iterator[AmbitionRow]:
    for code, metric in round.metrics.items():
        periods = periods_of(metric, year, round.years)
        stated = data()["ambitions"][round.id].get(code)
        if not periods or stated is None:
            continue
        values = _values(stated, metric, len(periods))
        for number, (period, value) in enumerate(zip(periods, values, strict=True)):
            is_first = number == 0
            yield AmbitionRow(
                metric=code,
                period=period,
                value={year: value},
                rationale=stated["rationale"] if is_first else "",
                local_plan=stated["local_plan"] if is_first else "",
            )


def _values(stated: Mapping[str, Any], metric: MetricDefinition, wanted: int) -> list[Decimal]:
    """The planned values: as stated, one for all periods, or rates per 100,000 made from counts."""
    if "counts" in stated:
        rate = Decimal(100_000) / Decimal(stated["population"])
        values = [(count * rate).quantize(Decimal("0.1")) for count in stated["counts"]]
    else:
        values = [Decimal(value) for value in stated["values"]]
    values = values * wanted if len(values) == 1 else values
    assert len(values) == wanted, f"{metric.code} has {len(values)} values for {wanted} periods"
    return values


def _answers(round: Round) -> Iterator[Answer]:
    for code in statement_texts(round):
        stated = data()["answers"][code]
        yield Answer(
            statement=code,
            is_met=stated["is_met"] == "yes",
            evidence=stated["evidence"],
            on=_on(stated.get("on"), round),
        )
