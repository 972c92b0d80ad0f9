"""Reads a plan from a workbook: which round it is of, where its tables stand, what each cell says.

Every fault of a cell is one finding with its place; the cell's value is then unknown, never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from commonpool.findings import At, Finding
from commonpool.plans.reading import wording
from commonpool.plans.reading.areas import find_area, unknown_area
from commonpool.plans.reading.cells import CellReader, day_from_text
from commonpool.plans.reading.headers import Located, locate
from commonpool.plans.reading.recognition import Recognition, recognise
from commonpool.plans.reading.rows import (
    RowPlaces,
    TableReader,
    faults_of_columns,
    read_form,
    table_at,
    uncalculated_in_form,
)
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
)
from commonpool.policy.rules import Round, same_spelling
from commonpool.sheets import UNCALCULATED, Workbook, uncalculated

__all__ = ["Reading", "Recognition", "read_plan", "recognise"]

# Sheets that a plan may do without: floors are pre-filled, and only two-tier areas have districts.
_OPTIONAL: Final = frozenset({"districts", "minimums"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says as a plan of one round, and what could not be read."""

    content: PlanContent
    findings: tuple[Finding, ...]


def read_plan(
    workbook: Workbook, round: Round, *, area: str | None = None, located: Mapping[str, Located] | None = None
) -> Reading:
    """The plan that a workbook holds, read by its round's layout.

    area     the code of the area asked for; None takes the workbook's own
    located  where the tables stand, for a workbook whose layout was mapped by hand; None looks for them
    """
    return _PlanReader(workbook, round, area, located).read()


class _PlanReader:
    def __init__(
        self, workbook: Workbook, round: Round, area: str | None, located: Mapping[str, Located] | None
    ) -> None:
        self.workbook, self.round, self.area = workbook, round, area
        # Of formulas without a stored value only those matter that are read; which these are, reading will tell.
        self.findings: list[Finding] = [one for one in workbook.findings if one.rule != UNCALCULATED]
        self.uncalculated: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self.cells = CellReader(round, self.findings.append)
        self.located = locate(workbook.sheets, round) if located is None else located
        self.missing: set[str] = set()

    def read(self) -> Reading:
        round = self.round
        self.missing = {code for code in round.sheets if code not in self.located and code not in _OPTIONAL}
        for code in round.sheets:
            if code in self.missing:
                self._tell_missing(code)
            elif code in self.located:
                self.findings += faults_of_columns(self.located[code], round, self.workbook.name)
        content = PlanContent(
            round_id=round.id,
            cover=self._cover(),
            contacts=tuple(Contact(places=places, **_texts(one)) for places, one in self._rows("contacts", "role")),
            income=tuple(self._income(*row) for row in self._rows("income", "category")),
            districts=tuple(self._district(*row) for row in self._rows("districts", "district")),
            minimums=tuple(self._minimum(*row) for row in self._rows("minimums", "floor")),
            lines=self._lines(),
            ambitions=tuple(self._ambition(*row) for row in self._rows("metrics", "metric")),
            answers=tuple(self._answer(*row) for row in self._rows("conditions", "statement")),
            tables_at={code: table_at(one) for code, one in self.located.items()},
            missing=frozenset(self.missing),
        )
        return Reading(content, (*self._uncalculated(), *self.findings))

    def _uncalculated(self) -> Iterator[Finding]:
        """Formulas without a stored value: in cells that were read and, if a sheet is missing, on any that is not one.

        First of all findings: a cell so told is not told again as empty.
        """
        yield from (uncalculated(sheet, places) for sheet, places in self.uncalculated.items() if places)
        if self.missing:
            found = {one.sheet.name for one in self.located.values()}
            told = (one for one in self.workbook.findings if one.rule == UNCALCULATED)
            yield from (one for one in told if one.sheet not in found)

    def _tell_missing(self, code: str) -> None:
        layout = self.round.sheets[code]
        headers = "; ".join(one.header.replace("{year}", self.round.years[-1]) for one in layout.fields[:6])
        said = {"sheet": layout.title, "allowed": headers, "file": self.workbook.name}
        self.findings.append(wording.NO_SHEET.at(At(field=layout.title), **said))

    def _rows(self, code: str, key: str) -> list[tuple[RowPlaces, dict[str, Any]]]:
        """The rows of one table, {} of values filled up with None for fields without a column."""
        if code not in self.located:
            return []
        table = TableReader(self.located[code], self.round, self.cells)
        blank = dict.fromkeys((one.code for one in table.fields.values() if not one.per_year), None)
        rows = [(places, {key: None, **blank, **values}) for places, values in table.rows()]
        self.uncalculated[table.sheet.name] |= table.uncalculated
        if not rows and code in ("income", "expenditure"):
            self.findings.append(
                wording.EMPTY_TABLE.at(table_at(self.located[code]), sheet=self.round.sheets[code].title)
            )
            self.missing.add(code)
        return rows

    def _cover(self) -> Cover:
        if "cover" not in self.located:
            return Cover(area_code=self._known_code(self.area) if self.area else None)
        cover = self.located["cover"]
        places, values = read_form(cover, self.round, self.cells)
        self.uncalculated[cover.sheet.name] |= uncalculated_in_form(cover)
        expected = values.get("sign_off_expected")
        stated = {code: value for code, value in values.items() if code != "area_code" and value is not None}
        if expected:
            stated["sign_off_expected"] = day_from_text(expected) or expected
        return Cover(places=places, area_code=self._area_code(places, values), **stated)

    def _area_code(self, places: Mapping[str, At], values: Mapping[str, Any]) -> str | None:
        """The area's code: the workbook's own, which must be the one asked for."""
        own = None
        for field in ("area_code", "area_name"):
            if own is None and (text := values.get(field)):
                known = find_area(self.round, text)
                own = known.code if known else None
                if known is None:
                    self.findings.append(unknown_area(self.round, text, places[field]))
        asked = self._known_code(self.area) if self.area else None
        if asked and own and asked != own:
            place = places.get("area_code") if values.get("area_code") else places.get("area_name")
            said = {"found": values.get("area_name") or own, "allowed": self.area}
            self.findings.append(wording.OTHER_AREA.at(place or At(), **said))
        return asked or own

    def _known_code(self, asked: str) -> str:
        known = find_area(self.round, asked)
        if known is None:
            self.findings.append(unknown_area(self.round, asked, At(field="--area", text=asked)))
        return known.code if known else asked

    def _income(self, places: RowPlaces, values: dict[str, Any]) -> IncomeRow:
        return IncomeRow(places=places, **_texts(values, keep=("category", "payer_code", "ends_on")))

    def _district(self, places: RowPlaces, values: dict[str, Any]) -> DistrictRow:
        passed_down = [code for code, one in self.round.income.items() if one.children]
        if values["category"] is None and len(passed_down) == 1 and not self._typed(places, "category"):
            values["category"] = passed_down[0]
        return DistrictRow(places=places, **_texts(values, keep=("category", "district_code")))

    def _typed(self, places: RowPlaces, field: str) -> bool:
        return field in places and places[field].text is not None

    def _minimum(self, places: RowPlaces, values: dict[str, Any]) -> MinimumRow:
        labels = {
            same_spelling(text): check.parameters["floor"]
            for check in self.round.checks
            if check.kind == "floor"
            for text in (check.parameters["floor"], check.parameters["label"])
        }
        return MinimumRow(
            places=places, floor=labels.get(same_spelling(values["floor"] or "")), pence=values.get("pence", {})
        )

    def _lines(self) -> tuple[SchemeRow, ...]:
        made: list[SchemeRow] = []
        used: dict[str, int] = {}
        types = self._sub_types()
        for places, values in self._rows("expenditure", "line_id"):
            scheme_id = values["scheme_id"] or ""
            if not values["line_id"] and scheme_id:
                # Without an ID of its own a line goes by its scheme's; further lines of the scheme count on.
                used[scheme_id] = used.get(scheme_id, 0) + 1
                values["line_id"] = scheme_id if used[scheme_id] == 1 else f"{scheme_id}-{used[scheme_id]}"
            if types is not None:
                values["sub_type"] = types(places, values)
            values["objectives"] = values.get("objectives") or ()
            made.append(SchemeRow(places=places, **_texts(values, keep=_LINE_CODES)))
        return tuple(made)

    def _sub_types(self) -> Any:
        """How a line's sub-type is read: within its scheme type. None where the layout has no sub-types."""
        located = self.located.get("expenditure")
        if located is None or ("sub_type", None) not in located.columns:
            return None

        def read(places: RowPlaces, values: dict[str, Any]) -> str | None:
            return self.cells.sub_type(values["sub_type"], lambda: places["sub_type"], values["scheme_type"])

        return read

    def _ambition(self, places: RowPlaces, values: dict[str, Any]) -> AmbitionRow:
        text = same_spelling(values["metric"] or "")
        code = next(
            (
                code
                for code, one in self.round.metrics.items()
                if text in (same_spelling(code), same_spelling(one.label))
            ),
            None,
        )
        if code is None and text:
            metrics = [one.label for one in self.round.metrics.values()]
            said = {"found": values["metric"], "list": "metrics", "hint": "", "allowed": "; ".join(metrics)}
            self.findings.append(wording.NOT_IN_LIST.at(places["metric"], **said))
        stated: dict[str, Decimal | None] = values.pop("value", {})
        return AmbitionRow(places=places, value=stated, **_texts({**values, "metric": code}, keep=("metric",)))

    def _answer(self, places: RowPlaces, values: dict[str, Any]) -> Answer:
        code = statement_codes(self.round).get(same_spelling(values["statement"] or ""))
        return Answer(places=places, **_texts({**values, "statement": code}, keep=("statement", "is_met", "on")))


_LINE_CODES: Final = (
    "scheme_type",
    "sub_type",
    "area_of_spend",
    "commissioner",
    "nhs_share",
    "provider",
    "source",
    "new_existing",
    "previously_reported",
    "funding_kind",
    "purpose_kind",
)


def statement_codes(round: Round) -> dict[str, str]:
    """{statement's text or code, as compared: its code} for all statements of a round's checks."""
    codes: dict[str, str] = {}
    for check in round.checks:
        stated: Mapping[str, Mapping[str, str]] = check.parameters.get("statements", {})
        texts: Sequence[tuple[str, str]] = [(code, one["text"]) for code, one in stated.items()]
        if check.kind == "signed_by":
            texts = [(check.parameters["statement"], check.parameters["text"])]
        for code, text in texts:
            codes[same_spelling(code)] = codes[same_spelling(text)] = code
    return codes


def _texts(values: dict[str, Any], keep: Sequence[str] = ()) -> dict[str, Any]:
    """The values with "" for an unknown text; those in `keep` stay None when they are not known."""
    keep = (*keep, "signed_on")
    return {code: "" if value is None and code not in keep else value for code, value in values.items()}
