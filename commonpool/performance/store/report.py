"""What a load made of the files, in words and as JSON: the quality of what is now held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from commonpool.findings import Finding, Severity, count_by_severity, worst
from commonpool.performance.store.checking import Reconciled
from commonpool.performance.store.coverage import Covered
from commonpool.performance.store.gathering import FileRead

FINDINGS_SHOWN: Final = 40


@dataclass(slots=True)
class LoadReport:
    """One load: the files, what is held after it, how it adds up, what was found. `load` is None if none was kept."""

    source: str
    title: str
    loaded_at: str
    load: int | None = None
    files: list[FileRead] = field(default_factory=list)
    tables: list[Covered] = field(default_factory=list)
    statuses: Mapping[str, int] = field(default_factory=dict)
    reconciled: list[Reconciled] = field(default_factory=list)
    revised_periods: int = 0
    findings: list[Finding] = field(default_factory=list)  # of the load as a whole
    asked_by: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether something was wrong, so that nothing was kept."""
        return worst(self.all_findings()) is Severity.ERROR

    @property
    def figures(self) -> int:
        """How many figures the files brought."""
        return sum(file.figures for file in self.files)

    def all_findings(self) -> list[Finding]:
        """Those of every file and those of the load."""
        return [finding for file in self.files for finding in file.findings] + self.findings

    def as_json(self) -> dict[str, Any]:
        """The whole answer of `commonpool performance load --json`."""
        return {
            "source": self.source,
            "title": self.title,
            "load": self.load,
            "loaded_at": self.loaded_at,
            "is_refused": self.is_refused,
            "figures": self.figures,
            "revised_periods": self.revised_periods,
            "statuses": dict(self.statuses),
            "tables": [table.as_json() for table in self.tables],
            "reconciliation": [line.as_json() for line in self.reconciled],
            "files": [_file_as_json(file) for file in self.files],
            "findings": [finding.as_json() for finding in self.findings],
        }

    def lines(self) -> Iterator[str]:
        """The same for people."""
        yield from self._heading()
        if self.load is not None:
            yield from self._held()
        counts = count_by_severity(self.all_findings())
        if any(counts.values()):
            yield f"Findings: {_counted(counts)}."
        yield from self._told()

    def _heading(self) -> Iterator[str]:
        held = sum(file.is_held_already for file in self.files)
        read = [file for file in self.files if file.tables]
        if self.is_refused:
            yield f"{self.title}: nothing was stored. What is wrong is below; what was held before is as it was."
        elif self.load is None:
            which = "this file" if held == 1 else f"these {held:,} files"
            yield f"{self.title}: nothing new; the store holds {which} already."
        else:
            revised = f" {_many(self.revised_periods, 'period')} revised." if self.revised_periods else ""
            brought = f"{_many(self.figures, 'figure')} from {_many(len(read), 'file')}"
            yield f"{self.title}: load {self.load}, {brought}.{revised}"
            if held:
                yield f"  {_many(held, 'file')} held already, not read again."

    def _held(self) -> Iterator[str]:
        yield "Held now, by table:"
        for table in self.tables:
            gaps = f", {_many(len(table.missing_periods), 'period')} missing" if table.missing_periods else ""
            rows = f"{table.found_rows:,} of {table.expected_rows:,} rows of areas and periods"
            yield (
                f"  {table.table}: {_many(table.figures, 'figure')}, {_many(table.areas, 'area')}, "
                f"{_many(table.periods, 'period')} from {table.first} to {table.last}{gaps}; {rows}"
            )
        by_status = [f"{count:,} {name.replace('_', ' ')}" for name, count in self.statuses.items() if count]
        yield f"Figures of this load: {', '.join(by_status)}."
        if self.reconciled:
            yield "Printed totals beside the sum of their parts:"
        for line in self.reconciled:
            what = (
                f"{line.parts} to {line.to}" if line.to != "total" else f"{line.parts.replace('_', ' ')} to its total"
            )
            same = line.compared - line.differing - line.undecided
            unknown = f"; {line.undecided:,} undecided, because parts are unknown" if line.undecided else ""
            most = f"; {line.differing:,} differ, most by {line.largest:,.6g}" if line.differing else ""
            yield f"  {line.table}, {line.measure}, {what}: {same:,} of {line.compared:,} agree{most}{unknown}"

    def _told(self) -> Iterator[str]:
        told = [(file.name, finding) for file in self.files for finding in file.findings]
        told += [("", finding) for finding in self.findings]
        order = list(count_by_severity([]))
        told.sort(key=lambda one: order.index(one[1].severity))
        for name, finding in told[:FINDINGS_SHOWN]:
            where = f"{name}: " if name and name != finding.sheet else ""
            yield f"  {finding.severity.value}: {where}{finding}"
        if len(told) > FINDINGS_SHOWN:
            yield f"  and {len(told) - FINDINGS_SHOWN:,} more findings; --json gives all."


def _file_as_json(file: FileRead) -> dict[str, Any]:
    return {
        "file": file.name,
        "digest": file.digest,
        "layout": file.layout or None,
        "layout_version": file.layout_version or None,
        "released_on": file.released_on.isoformat() if file.released_on else None,
        "tables": file.tables,
        "figures": file.figures,
        "is_held_already": file.is_held_already,
        "findings": [finding.as_json() for finding in file.findings],
    }


def _counted(counts: Mapping[Severity, int]) -> str:
    return ", ".join(_many(count, severity.value) for severity, count in counts.items() if count)


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {many or one + 's'}"
