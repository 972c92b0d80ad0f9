"""A fault with its place and its cure.

A rule is defined once, with the words that explain its failure; a finding is one failure of one rule at one
place. No other code writes the sentences that people read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import Final


class Severity(StrEnum):
    """How much a finding matters: an error stops agreement, a warning wants a reason, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


WORST_FIRST: Final = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


@dataclass(frozen=True, slots=True)
class At:
    """Where something stands in somebody's file. `text` is the cell as typed; None where it is empty."""

    sheet: str | None = None
    cell: str | None = None
    field: str | None = None
    text: str | None = None


NOWHERE: Final = At()


@dataclass(frozen=True, slots=True)
class Finding:
    """One failure of one rule, at one place, with what was found and what would be right."""

    rule: str
    severity: Severity
    problem: str
    fix: str
    sheet: str | None = None
    cell: str | None = None
    field: str | None = None
    found: str | None = None

    def __str__(self) -> str:
        place = ", cell ".join(part for part in (self.sheet, self.cell) if part)
        if self.field:
            place = f"{place} ({self.field})" if place else self.field
        said = f"{self.problem} {self.fix}".strip()
        return f"{place}: {said}" if place else said

    def as_json(self) -> dict[str, str | None]:
        """The finding as the `findings` list of `commonpool check --format json` has it."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "sheet": self.sheet,
            "cell": self.cell,
            "field": self.field,
            "found": self.found,
            "problem": self.problem,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and the words for its failure.

    `problem` and `fix` are templates with named places, filled by `at()`. `source` says which document the
    rule comes from; `verified` is False while nobody has checked it against that document.
    """

    id: str
    severity: Severity
    title: str
    problem: str
    fix: str
    source: str = ""
    verified: bool = False

    def at(self, place: At = NOWHERE, /, **found: object) -> Finding:
        """This rule's finding at one place. `found` fills the templates; a name they lack is our mistake."""
        unused = found.keys() - _names(self.problem) - _names(self.fix)
        assert not unused, f"{self.id} has no place for {', '.join(sorted(unused))}"
        return Finding(
            rule=self.id,
            severity=self.severity,
            problem=self.problem.format(**found),
            fix=self.fix.format(**found),
            sheet=place.sheet,
            cell=place.cell,
            field=place.field,
            found=place.text,
        )


def own_rule(id: str, title: str, problem: str, fix: str, severity: Severity = Severity.ERROR) -> Rule:
    """A rule that no document states: what reading a file, or keeping it, itself asks for."""
    return Rule(id, severity, title, problem, fix, "own rule", verified=True)


def _names(template: str) -> set[str]:
    return {name.partition(".")[0].partition("[")[0] for _, name, _, _ in Formatter().parse(template) if name}


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among the findings; None when there are none."""
    found = {finding.severity for finding in findings}
    return next((severity for severity in WORST_FIRST if severity in found), None)


def count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many findings of each severity, gravest first, zeros included."""
    counts = dict.fromkeys(WORST_FIRST, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts
