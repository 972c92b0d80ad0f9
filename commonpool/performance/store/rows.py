"""What a row of a table says beside its figures: which area, which period, which breakdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from commonpool.findings import Finding
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.labels import same, without_footnote
from commonpool.performance.store.layouts import AreaRule
from commonpool.performance.store.long import Long, Placed
from commonpool.performance.store.periods import as_period, span_of
from commonpool.sheets import typed_text

if TYPE_CHECKING:
    from commonpool.performance.store.tables import TableRead


class RowReader:
    """Reads the rows of one table from the top down; a heading between them begins a new section."""

    def __init__(self, table: TableRead, figures: Sequence[int], long: Long) -> None:
        self.table, self.figures, self.long = table, figures, long
        self.section = ""
        self.nameless: list[int] = []
        self.rows = table.sheet.rows
        self._areas: dict[tuple[str, ...], int | None] = {}
        self._said: dict[tuple[str, ...], int | None] = {}
        self._unknown: set[str] = set()
        code, name = table.shape.roles.get("area_code"), table.shape.roles.get("area_name")
        self._code, self._name = code, name
        self._fixed = table.layout.one_area
        self._beside = [table.shape.roles.get(role) for role in ("level", "area_gss", "region")]
        self._whole = long.periods.place(as_period(table.period) if table.period else {})

    def read(self, number: int) -> Placed | None:
        """What the row says, or None for a row that is no area's; what is wrong goes to the table's findings."""
        row = self.rows[number]
        if not row:
            return None
        code, name = _text(row, self._code), _text(row, self._name)
        if self._begins_section(code, name):
            return None
        if not code and not name and self._fixed is None:
            self._refuse_orphan(number)
            return None
        area = self._area(number, code, name, row)
        period = self._period_of(number, row) if area is not None else None
        labels = self._labels_of(number, row) if period is not None else None
        if area is None or period is None or labels is None:
            return None
        return Placed(number + 1, area, period, labels)

    def _begins_section(self, code: str, name: str) -> bool:
        columns = self.table.layout.columns
        if code and same(code) in columns.get("area_code", ()):
            self.section = same(code)
            return True
        return bool(name) and not code and same(name) in columns.get("area_name", ())

    def _refuse_orphan(self, number: int) -> None:
        row = self.rows[number]
        filled = next((at for at in self.figures if at < len(row) and isinstance(row[at], (int, float))), None)
        if filled is not None:
            self.table.findings.append(RULES["LOAD-08"].at(self.table.sheet.at(number, filled)))
        elif _text(row, self.table.shape.roles.get("period")):
            self.nameless.append(number + 1)

    def told(self) -> Iterator[Finding]:
        """A note for rows that were left out because they say nothing."""
        if self.nameless:
            yield RULES["LOAD-29"].at(
                count=f"{len(self.nameless):,}", table=self.table.layout.id, first=self.nameless[0]
            )

    def _area(self, number: int, code: str, name: str, row: Sequence[Any]) -> int | None:
        level, gss, region = (_text(row, column) for column in self._beside)
        key = (self.section, code, name, level, gss, region)
        if key not in self._areas:
            said = self._classify(number, key)
            self._areas[key] = None if said is None else self.long.areas.place(said)
        return self._areas[key]

    def _classify(self, number: int, key: tuple[str, ...]) -> dict[str, Any] | None:
        if self._fixed is not None:
            return dict(zip(("area_kind", "area_code", "area_scheme", "area_name"), self._fixed, strict=True))
        section, code, name, level, gss, region = key
        rule = next((rule for rule in self.table.layout.areas if _fits(rule, section, code, name, level)), None)
        if rule is None:
            place = self.table.sheet.at(number, self._code if self._code is not None else self._name or 0)
            found = RULES["LOAD-09"].at(
                place, found=name or code, code=code or "no code", table=self.table.layout.id, source=self.table.source
            )
            self.table.findings.append(found)
            return None
        bare, _ = without_footnote(name)
        return {
            "area_kind": rule.kind,
            "area_code": rule.gives_code or code or bare,
            "area_scheme": rule.scheme,
            "area_gss": _unless_dash(gss),
            "area_name": bare or None,
            "region": _unless_dash(region),
        }

    def _period_of(self, number: int, row: Sequence[Any]) -> int | None:
        column = self.table.shape.roles.get("period")
        if column is None:
            return self._whole
        cell = row[column] if column < len(row) else None
        kind = self.table.layout.period.kind
        if span := span_of(cell, kind):
            return self.long.periods.place(as_period(span))
        if any(at < len(row) and row[at] is not None for at in self.figures):
            place = self.table.sheet.at(number, column, "period")
            found, cure = f"‘{(place.text or '')[:60]}’", "Correct it as published."
            self.table.findings.append(RULES["LOAD-05"].at(place, found=found, kind=kind.replace("_", " "), cure=cure))
        return None

    def _labels_of(self, number: int, row: Sequence[Any]) -> int | None:
        key = tuple(_text(row, column) for column in self.table.shape.by_row.values())
        if key not in self._said:
            self._said[key] = self._settings_of(number, key)
        return self._said[key]

    def _settings_of(self, number: int, key: tuple[str, ...]) -> int | None:
        said: dict[str, Any] = {}
        for name, label in zip(self.table.shape.by_row, key, strict=True):
            setting = self.table.layout.by_row[name][1].known.get(same(label))
            if setting is None:
                self._refuse_label(number, name, label)
                return None
            said.update(setting.values)
        return self.long.labels.place(said)

    def _refuse_label(self, number: int, name: str, label: str) -> None:
        if label in self._unknown:
            return
        self._unknown.add(label)
        labels = self.table.layout.by_row[name][1]
        known = "; ".join(f"‘{text[:60]}’" for text in labels.spelled.values())
        place = self.table.sheet.at(number, self.table.shape.by_row[name])
        self.table.findings.append(
            RULES["LOAD-20"].at(
                place, found=label[:80], column=name, table=self.table.layout.id, known=known, source=self.table.source
            )
        )


def _fits(rule: AreaRule, section: str, code: str, name: str, level: str) -> bool:
    return (
        (not rule.section or rule.section == section)
        and (rule.code is None or rule.code.fullmatch(code) is not None)
        and (rule.name is None or rule.name.fullmatch(name) is not None)
        and (rule.level is None or rule.level.fullmatch(level) is not None)
    )


def _text(row: Sequence[Any], column: int | None) -> str:
    if column is None or column >= len(row):
        return ""
    cell = row[column]
    return cell.strip() if isinstance(cell, str) else typed_text(cell) or ""


def _unless_dash(text: str) -> str | None:
    return text if text and text != "-" else None
