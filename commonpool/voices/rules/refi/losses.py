"""The loss report: everything of a file that was not kept as it was, object by object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Fate(StrEnum):
    """What became of it."""

    LOST = "lost"
    CHANGED = "changed"
    MISSING = "missing"  # the file names it and does not hold it
    ASIDE = "kept aside"  # not shown here, written back unchanged


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing not kept as it was: what kind of object, which one, what of it, why, and what became of it."""

    kind: str
    object: str
    what: str
    why: str
    fate: Fate = Fate.LOST

    def __str__(self) -> str:
        name = f"{self.kind} ‘{self.object}’" if self.object else self.kind
        return f"{self.fate.capitalize()}: {name}: {self.what}. {self.why}"

    def as_json(self) -> dict[str, str]:
        """The loss as the audit log and `--json` have it."""
        return {
            "fate": self.fate.value,
            "kind": self.kind,
            "object": self.object,
            "what": self.what,
            "why": self.why,
        }


@dataclass(slots=True)
class LossReport:
    """The losses of one import or export, in the order in which they were met, each once."""

    _losses: dict[Loss, None] = field(default_factory=dict)

    def note(self, kind: str, name: str | None, what: str, why: str, fate: Fate = Fate.LOST) -> None:
        """Add one. `name` is what people call the object."""
        self._losses[Loss(kind, name or "", what, why, fate)] = None

    def add(self, other: LossReport) -> None:
        """Take over all of another report's."""
        self._losses |= other._losses

    def __iter__(self) -> Iterator[Loss]:
        return iter(self._losses)

    def __len__(self) -> int:
        return len(self._losses)

    def of(self, fate: Fate) -> list[Loss]:
        """Those of one fate."""
        return [loss for loss in self if loss.fate is fate]
