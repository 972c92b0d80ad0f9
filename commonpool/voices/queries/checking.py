"""Whether a history that somebody kept is still what the study's history says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from commonpool.voices.models import TeamMember
from commonpool.voices.queries.history import history_of
from commonpool.voices.reading.histories import read_history
from commonpool.voices.rules.history import Fault, broken, differing


@dataclass(frozen=True, slots=True)
class Checked:
    """What a kept history is worth: its lines, every fault, and how many events came after its last line."""

    name: str
    lines: int
    faults: tuple[Fault, ...]
    later: int


def checked(member: TeamMember, chunks: Iterable[bytes], name: str) -> Checked:
    """Hold a file against the study's history. Raises sheets.Unreadable for a file that is no table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.csv"
        path.write_bytes(b"".join(chunks))
        lines, faults = read_history(path, name)
    if not lines:
        return Checked(name, 0, tuple(faults), 0)
    own = history_of(member)
    faults = [*faults, *broken(str(member.study.uuid), lines), *differing(lines, [line.entry for line in own])]
    last = lines[-1].entry.at
    return Checked(name, len(lines), tuple(_by_line(faults)), sum(line.entry.at > last for line in own))


def _by_line(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line or 0)
