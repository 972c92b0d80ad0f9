"""What a row of a table says beside its figures: which area, which period, which breakdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from commonpool.findings import At, Finding
from commonpool.performance.store.cells import KNOWN, read_cell
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.labels import same, without_footnote
from commonpool.performance.store.layouts import AreaRule
from commonpool.performance.store.long import Long, Placed
from commonpool.performance.store.periods import FIRST_YEAR, LAST_YEAR, as_period, span_of, words_for
from commonpool.sheets import typed_text

if TYPE_CHECKING:
    from commonpool.performance.store.tables import TableRead

FREE: Final = ("measure", "provenance", "not_for_publication")
FLAGS: Final = {
    **dict.fromkeys(("yes", "y", "true", "x", "1"), True),
    **dict.fromkeys(("", "no", "n", "false", "0"), False),
}
CORRECT: Final = "Correct it as published."
OWN_PERIOD: Final = (
    "Write 2031-04 for a month, Q1 2031-32 for a quarter, 2031-32 for a year, 2031-04-01 for a day, "
    f"from {FIRST_YEAR} to {LAST_YEAR}."
)


class RowReader:
    """Reads the rows of one table from the top down; a heading between them begins a new section."""

    def __init__(self, table: TableRead, figures: Sequence[int], long: Long) -> None:
        self.table, self.figures, self.long = table, figures, long
        self.section = ""
        self._odd: dict[tuple[str, str], tuple[At, int]] = {}
        self.rows = table.sheet.rows
        self._areas = long.areas_met.setdefault(f"{table.of_file['layout']} {table.layout.id}", {})
        self._said: dict[tuple[str, ...], int | None] = {}
        self._unknown: set[str] = set()
        self._refused: set[tuple[str, ...]] = set()
        code, name = table.shape.roles.get("area_code"), table.shape.roles.get("area_name")
        self._code, self._name = code, name
        self._fixed = table.layout.one_area
        self._beside = [table.shape.roles.get(role) for role in ("level", "area_gss", "region")]
        says_more = table.shape.by_row or table.layout.is_revised_by_series or table.shape.roles.keys() & set(FREE)
        self._says_no_more = None if says_more else long.labels.place({})
        self._whole = long.periods.place(as_period(table.period) if table.period else {})

    def read(self, number: int) -> Placed | None:
        """What the row says, or None for a row that is no area's; what is wrong goes to the table's findings."""
        row = self.rows[number]
        if not row:
            return None
        code, name = _text(row, self._code), _text(row, self._name)
        if self._begins_section(code, name):
            return None
        is_nameless = not code and not name and self._fixed is None
        if is_nameless and not self._refuse_orphan(number):
            return None
        # Whatever else is wrong with the row is told as well, so that it need not be given twice.
        area = None if is_nameless else self._area(number, code, name, row)
        period = self._period_of(number, row)
        labels = self._labels_of(number, row, area)
        if area is None or period is None or labels is None:
            return None
        return Placed(number + 1, area, period, labels)

    def _begins_section(self, code: str, name: str) -> bool:
        columns = self.table.layout.columns
        if code and same(code) in columns.get("area_code", ()):
            self.section = same(code)
            return True
        return bool(name) and not code and same(name) in columns.get("area_name", ())

    def _refuse_orphan(self, number: int) -> bool:
        """Note a row that names no area; says whether it holds figures."""
        row = self.rows[number]
        if self._holds_figure(row):
            self._note("LOAD-08", number, self.figures[0])
            return True
        if _text(row, self.table.shape.roles.get("period")):
            self._note("LOAD-29", number, self.table.shape.roles["period"])
        return False

    def _holds_figure(self, row: Sequence[Any]) -> bool:
        marks = self.table.layout.marks
        return any(at < len(row) and read_cell(row[at], marks)[1] == KNOWN for at in self.figures)

    def _note(self, rule: str, number: int, column: int, text: str = "") -> None:
        first, count = self._odd.get((rule, text), (self.table.sheet.at(number, column), 0))
        self._odd[rule, text] = (first, count + 1)

    def told(self) -> Iterator[Finding]:
        """A finding for each kind of odd row, at the first of them."""
        layout = self.table.layout
        for (rule, text), (place, count) in self._odd.items():
            others = f" (and {count - 1:,} more such rows)" if count > 1 else ""
            said = {
                "LOAD-05": {
                    "found": f"‘{text}’{others}",
                    "kind": words_for(layout.period.kind),
                    "cure": OWN_PERIOD if layout.period.kind == "stated" else CORRECT,
                },
                "LOAD-08": {"others": others},
                "LOAD-25": {"problem": f"{text}{others}"},
                "LOAD-29": {"count": f"{count:,}", "table": layout.id},
            }
            yield RULES[rule].at(place, **said[rule])

    def _area(self, number: int, code: str, name: str, row: Sequence[Any]) -> int | None:
        level, gss, region = (_text(row, column) for column in self._beside)
        key = (self.section, code, name, level, gss, region)
        place = self._areas.get(key)
        if place is None and key not in self._refused and (said := self._classify(number, key)):
            place = self._areas[key] = self.long.areas.place(said)
        return place

    def _classify(self, number: int, key: tuple[str, ...]) -> dict[str, Any] | None:
        if self._fixed is not None:
            return dict(zip(("area_kind", "area_code", "area_scheme", "area_name"), self._fixed, strict=True))
        section, code, name, level, gss, region = key
        rule = next((rule for rule in self.table.layout.areas if _fits(rule, section, code, name, level)), None)
        if rule is None:
            self._refused.add(key)
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
            self._note("LOAD-05", number, column, _text(row, column)[:60])
        return None

    def _labels_of(self, number: int, row: Sequence[Any], area: int | None) -> int | None:
        if self._says_no_more is not None:
            return self._says_no_more
        shape = self.table.shape
        free = tuple(_text(row, shape.roles.get(role)) for role in FREE)
        by_row = tuple(_text(row, column) for column in shape.by_row.values())
        key = (*free, *by_row, str(area) if self.table.layout.is_revised_by_series else "")
        if key not in self._said:
            said = self._settings_of(number, by_row)
            if said is not None and any(shape.roles.get(role) is not None for role in FREE):
                said = self._own(number, dict(zip(FREE, free, strict=True)), said)
            if said is not None and area is not None and self.table.layout.is_revised_by_series:
                said["part"] = f"{said.get('measure', '')}, {self.long.areas.kept[area][1]}"
            self._said[key] = None if said is None else self.long.labels.place(said)
        return self._said[key]

    def _settings_of(self, number: int, key: tuple[str, ...]) -> dict[str, Any] | None:
        said: dict[str, Any] = {}
        for name, label in zip(self.table.shape.by_row, key, strict=True):
            setting = self.table.layout.by_row[name][1].known.get(same(label))
            if setting is None:
                self._refuse_label(number, name, label)
                return None
            said.update(setting.values)
        return said

    def _own(self, number: int, free: dict[str, str], said: dict[str, Any]) -> dict[str, Any] | None:
        """What an area says of its own figures: of which measure they are, where they come from, who may see them."""
        roles = self.table.shape.roles
        measure = "_".join(free["measure"].casefold().split()) or self.table.layout.base.values.get("measure", "")
        flag = FLAGS.get(free["not_for_publication"].casefold())
        if not measure:
            self._note("LOAD-25", number, roles.get("measure", 0), "The row does not say which measure it is.")
        if not free["provenance"]:
            self._note(
                "LOAD-25", number, roles.get("provenance", 0), "The row does not say where its figures come from."
            )
        if flag is None:
            words = f"‘{free['not_for_publication'][:40]}’ says neither yes nor no to ‘not for publication’."
            self._note("LOAD-25", number, roles["not_for_publication"], words)
        if not measure or not free["provenance"] or flag is None:
            return None
        return {**said, "measure": measure, "provenance": free["provenance"], "not_for_publication": flag}

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
